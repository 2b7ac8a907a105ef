"""What can be done to links, the same from the list and from a link's own screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import BindingType

from linktui.model.capability import Ability
from linktui.model.link import Link
from linktui.model.phrases import left_text, tags_text
from linktui.model.records import Record, link_record
from linktui.services.house import Services
from linktui.ui.acts.held import Held
from linktui.ui.acts.limits import limits_of, of_any
from linktui.ui.commands import command
from linktui.ui.current import CurrentAccount
from linktui.ui.messages import PlansChanged
from linktui.ui.screens.framed import Framed

if TYPE_CHECKING:  # an act is imported when it is first asked for
    from linktui.ui.acts.desk import Desk
    from linktui.ui.offered import Offer

_NEEDS = {
    "change_expiry": (Ability.CHANGE_EXPIRY,),
    "expire_now": (Ability.EXPIRE_NOW,),
    "take_back": (Ability.REVOKE, Ability.DELETE_LINK),
    "tags": (Ability.EDIT_METADATA,),
    "move": (Ability.DOWNLOAD_FILE,),
}
"""The abilities of which a command needs one."""
MOST_LOOKED_AT = 200
"""Links whose accounts are looked at to tell whether a command can be done to them."""
MOST_READ = 5_000
"""Links that are read at once, while the screen stands still; no terminal's clipboard takes more either."""
MOST_PAGES = 5
"""Links that are opened in the browser at once."""


class LinkScreen(Framed):
    """A screen whose acts are about `chosen` links; a subclass says which those are."""

    BINDINGS: ClassVar[list[BindingType]] = [
        command("y", "copy", "Copy URL", "Copy the address; of several, one a line.", shown=True, again=True),
        command(
            "x",
            "change_expiry",
            "Expiry",
            "Change when it ends: +7d, fri 17:00, never.",
            id="expire",
            shown=True,
            takes="2d, +7d, fri 17:00, never",
            again=True,
        ),
        command("C", "calendar", "Calendar", "Write their ends into a file for your calendar (ICS)."),
        command("exclamation_mark", "check", "Link doctor", "Look whether links are as their services say."),
        command(
            "d",
            "take_back",
            "Revoke",
            "Revoke the link, or delete it from the list too.",
            id="revoke",
            shown=True,
            again=True,
        ),
        command(
            "e",
            "edit",
            "Edit",
            "Change all that can be changed; of several, one field for all.",
            shown=True,
            again=True,
        ),
        command(
            "t",
            "tags",
            "Tags",
            "Set and remove tags: key=value, -key.",
            id="tag",
            takes="order=42, -draft",
            again=True,
        ),
        command(
            "m", "move", "Move", "Move to another account: the files go there and get a new URL.", again=True
        ),
        command(
            "E",
            "edit_as_text",
            "Edit as text",
            "Open in $VISUAL or $EDITOR; what you write is a plan.",
            again=True,
        ),
        command(
            "Y",
            "copy_as",
            "Copy as…",
            "Copy as Markdown, CSV or a curl command, or with the name.",
            again=True,
        ),
        command(
            "o", "open_in_browser", "Open", "Open the link's page in this machine's browser.", again=True
        ),
        command("Q", "show_qr", "QR code", "Show the address in full, and as a QR code.", again=True),
        command(
            "X",
            "expire_now",
            "Expire now",
            "End the link at once; what no new expiry revives waits first.",
            again=True,
        ),
        command("u", "app.undo", "Undo", "Take back the last change, or stop what waits."),
        command("U", "app.redo", "Redo", "Do again what was undone last."),
    ]

    scope: ClassVar[str] = ""

    def __init__(
        self, services: Services, *, clipboard: str = "auto", current: CurrentAccount | None = None
    ) -> None:
        super().__init__(services, current=current)
        self._clipboard = clipboard
        self._held = Held(services)

    @property
    def chosen(self) -> tuple[Link, ...]:
        """The links that an act is about."""
        raise NotImplementedError

    @property
    def sample(self) -> tuple[Link, ...]:
        """As many of the chosen links as it takes to tell what can be done to them."""
        return self.chosen[:MOST_LOOKED_AT]

    @property
    def number(self) -> int:
        """How many links are chosen, known without reading them."""
        return len(self.chosen)

    def in_order(self, links: tuple[Link, ...]) -> tuple[Link, ...]:
        """Return chosen links in the order in which the screen shows them."""
        return links

    def records(self) -> Sequence[Record]:
        """Return the chosen links."""
        now = self.services.links.now
        return [link_record(link, now(link.account)) for link in self.in_order(self.chosen)]

    def action_own_command(self, name: str) -> None:
        """Run a command of the user's own on the chosen links."""
        if not self._are_too_many("a command of your own", " `linktui run` takes any number."):
            super().action_own_command(name)

    def _are_too_many(self, what: str, instead: str = "") -> bool:
        """Tell whether more links are chosen than can be read at once, and say so."""
        if self.number <= MOST_READ:
            return False
        said = f"Too many for {what}: {MOST_READ:,} links at most; {self.number:,} are chosen.{instead}"
        self.notify(said, severity="warning", markup=False)
        return True

    def acted(self) -> None:
        """Show the links as they are after an act."""
        raise NotImplementedError

    def lacking(self, action: str) -> str:
        """Return why a command can be done to none of the chosen links, or an empty text when it can."""
        links = self.sample if action in _NEEDS else ()
        if not links or self.number > len(links):
            return ""  # of more than were looked at, the plan says which cannot be
        missing = of_any(limits_of(self.services.accounts, links)).missing
        reasons = [missing.get(ability, "") for ability in _NEEDS[action]]
        return reasons[0] if all(reasons) else ""

    def _can(self, action: str) -> bool:
        """Tell whether a command is worth opening; say why, if it can be done to none of the chosen links.

        If it can be done to some of several, the others are in the plan, with the reason.
        """
        sample, reason = self.sample, self.lacking(action)
        if reason:
            runs_out = self._runs_out(sample[0]) if len(sample) == 1 else ""
            self.notify(f"Not here: {reason}.{runs_out}", severity="warning", markup=False)
        return bool(sample) and not reason

    def _runs_out(self, link: Link) -> str:
        if link.expires_at is None:
            return ""
        return f" It runs out in {left_text(link.expires_at, self.services.links.now(link.account))}."

    def action_copy(self) -> None:
        """Copy the addresses, one a line."""
        if self._are_too_many("the clipboard"):
            return
        links = self.in_order(self.chosen)
        if links:
            self._copy("\n".join(link.url for link in links))

    def action_copy_as(self) -> None:
        """Ask in which form to copy."""
        if self._are_too_many("the clipboard"):
            return
        from linktui.ui.acts.copying import copy_as

        links = self.in_order(self.chosen)
        if links:
            copy_as(self, self.services, links, copy=self._copy)

    def action_open_in_browser(self) -> None:
        """Open the chosen links' pages, a few at most."""
        if self.number > MOST_PAGES:
            self.notify(f"o opens {MOST_PAGES} links at most; {self.number:,} are marked.", markup=False)
            return
        from linktui.ui.terminal.opener import open_elsewhere

        for link in self.in_order(self.chosen):
            if not link.url.startswith(("https://", "http://")):
                self.notify("Only a web address is opened.", severity="error", markup=False)
            elif self.app.is_web:
                self.app.open_url(link.url)
            elif not open_elsewhere(link.url):
                self.notify(
                    "There is no desktop here to open it; y copies the address.",
                    severity="warning",
                    markup=False,
                )
                return

    def action_show_qr(self) -> None:
        """Show the one chosen link as a QR code."""
        if self.number > 1:
            self.notify(f"Q shows one link; {self.number:,} are marked.", markup=False)
            return
        from linktui.ui.dialogs.qr import QrDialog

        for link in self.sample:
            self.app.push_screen(QrDialog(link))

    def action_change_expiry(self, phrase: str = "", ask: bool = False) -> None:
        """Ask for the new end of the chosen links, each counting from its own present end.

        A phrase is taken for the answer, unless it is only what the form is to begin with.
        """
        if self._can("change_expiry"):
            from linktui.ui.acts.expiry import change_expiry

            change_expiry(self._desk(), phrase, at_once=bool(phrase) and not ask)

    def action_edit(self) -> None:
        """Open the form with everything that can be changed."""
        if self._can("edit"):
            from linktui.ui.acts.editing import edit

            edit(self._desk())

    def action_tags(self, words: str = "", ask: bool = False) -> None:
        """Set and remove tags; `words` and `ask` are as for the expiry."""
        if self._can("tags"):
            from linktui.ui.acts.tagging import change_tags

            change_tags(self._desk(), words, at_once=bool(words) and not ask)

    def offers(self, command_id: str, typed: str) -> Sequence[Offer] | None:
        """Return what the commands about links can be given, and what it means for the chosen ones."""
        from linktui.ui.acts.expiry import meaning_of
        from linktui.ui.acts.tagging import tag_changes
        from linktui.ui.offering import meaning
        from linktui.ui.widgets.expiry_input import PRESETS

        if command_id == "expire" and self.number:
            desk = self._desk()
            return meaning(typed, lambda phrase: meaning_of(desk, phrase), PRESETS)
        if command_id == "tag":
            return meaning(typed, lambda words: f"→ {tags_text(tag_changes(words))}")
        return None

    def action_move(self) -> None:
        """Move the chosen links to another account."""
        if self._can("move"):
            from linktui.ui.acts.moving import move

            move(self._desk())

    def action_edit_as_text(self) -> None:
        """Open the chosen links in an editor."""
        if self._can("edit_as_text"):
            from linktui.ui.acts.text import edit_as_text

            edit_as_text(self._desk())

    async def to_check(self) -> Sequence[Link]:
        """Return the links that the doctor is to look at."""
        return self.chosen

    def action_check(self) -> None:
        """Look whether links are as their services say."""
        if self.number:
            from linktui.ui.screens.check import CheckScreen

            self.app.push_screen(CheckScreen(self.services, self.to_check, current=self.current_account))

    def action_calendar(self) -> None:
        """Ask where to write the ends of the chosen links."""
        if self.number:
            from linktui.ui.acts.calendar import export_calendar

            export_calendar(self._desk())

    def action_expire_now(self) -> None:
        """End the chosen links."""
        if self._can("expire_now"):
            from linktui.ui.acts.ending import expire_now

            expire_now(self._desk())

    def action_take_back(self) -> None:
        """Ask whether to revoke or delete the chosen links."""
        if self._can("take_back"):
            from linktui.ui.acts.ending import take_back

            take_back(self._desk())

    def _copy(self, text: str) -> None:
        from linktui.ui.terminal.clipboard import copy

        self.notify(copy(self.app, text, self._clipboard), markup=False)

    def _desk(self) -> Desk:
        from linktui.ui.acts.desk import Desk

        return Desk(
            self,
            self.services,
            number=self.number,
            sample=self.sample,
            read=lambda: self.chosen,
            held=self._held,
            acted=self.acted,
        )

    @on(PlansChanged)
    def _tell_failures(self) -> None:
        for sentence in self._held.failures():
            self.notify(sentence, severity="error", timeout=10, markup=False)

"""What can be done to links, the same from the list and from a link's own screen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import ClassVar

from textual import work
from textual.binding import BindingType

from linktui.model.call import Rehearsed
from linktui.model.capability import Ability, Limits
from linktui.model.errors import LinktuiError
from linktui.model.expiry import parse_expiry
from linktui.model.link import Link, LinkEdit
from linktui.model.phrases import left_text
from linktui.model.text import clean
from linktui.model.wording import explain
from linktui.services.house import Services
from linktui.ui.commands import command
from linktui.ui.current import CurrentAccount
from linktui.ui.screens.framed import Framed

Act = Callable[[Link], Awaitable[object]]

_NEEDS = {
    "change_expiry": (Ability.CHANGE_EXPIRY,),
    "expire_now": (Ability.EXPIRE_NOW,),
    "take_back": (Ability.REVOKE, Ability.DELETE_LINK),
}
"""The abilities of which a command needs one."""
MOST_LOOKED_AT = 200
"""Links whose accounts are looked at to tell whether a command can be done to them."""
MOST_PAGES = 5
"""Links that are opened in the browser at once."""


class LinkScreen(Framed):
    """A screen whose acts are about `chosen` links; a subclass says which those are."""

    BINDINGS: ClassVar[list[BindingType]] = [
        command("y", "copy", "Copy URL", "Copy the address of the link.", shown=True),
        command("x", "change_expiry", "Expiry", "Change when it ends: 7d, fri 17:00, never.", shown=True),
        command("d", "take_back", "Revoke", "Revoke the link, or delete it from the list too.", shown=True),
        command("e", "edit", "Edit", "Change everything about the link that can be changed.", shown=True),
        command("Y", "copy_as", "Copy as…", "Copy as Markdown, as a curl command, or with the name."),
        command("o", "open_in_browser", "Open", "Open the link's page in this machine's browser."),
        command("Q", "show_qr", "QR code", "Show the address in full, and as a QR code."),
        command("X", "expire_now", "Expire now", "End the link at once; it can be revived by a new expiry."),
        command("u", "app.undo", "Undo", "Take back the last change, or stop what still waits (also z)."),
        command("U", "app.redo", "Redo", "Do again what was undone last (also Z)."),
    ]

    undo_key = "u"

    def __init__(
        self, services: Services, *, clipboard: str = "auto", current: CurrentAccount | None = None
    ) -> None:
        super().__init__(services, current=current)
        self._clipboard = clipboard

    @property
    def chosen(self) -> tuple[Link, ...]:
        """The links that an act is about."""
        raise NotImplementedError

    @property
    def sample(self) -> tuple[Link, ...]:
        """As many of the chosen links as it takes to tell what can be done to them."""
        return self.chosen[:MOST_LOOKED_AT]

    def acted(self) -> None:
        """Show the links as they are after an act."""
        raise NotImplementedError

    def lacking(self, action: str) -> str:
        """Return why a command cannot be done to the chosen links, or an empty text when it can."""
        links = self.sample if action in _NEEDS else ()
        if not links:
            return ""
        missing = self._limits(links).missing
        reasons = [missing.get(ability, "") for ability in _NEEDS[action]]
        return reasons[0] if all(reasons) else ""

    def _refuse(self, action: str) -> bool:
        """Say why a command cannot be done, if it cannot, and tell whether that was so."""
        reason = self.lacking(action)
        if reason:
            [link, *_] = self.chosen
            left = left_text(link.expires_at, self.services.links.now(link.account))
            runs_out = f" It runs out in {left}." if link.expires_at is not None else ""
            self.notify(f"Not here: {reason}.{runs_out}", severity="warning", markup=False)
        return bool(reason)

    def action_copy(self) -> None:
        """Copy the addresses, one a line."""
        if self.chosen:
            self._copy("\n".join(link.url for link in self.chosen))

    def action_copy_as(self) -> None:
        """Ask in which form to copy."""
        from linktui.ui.dialogs.copy_as import CopyAsDialog

        def copy(text: str | None) -> None:
            if text is not None:
                self._copy(text)

        if self.chosen:
            self.app.push_screen(CopyAsDialog(self.chosen), copy)

    def action_open_in_browser(self) -> None:
        """Open the chosen links' pages, a few at most."""
        links = self.chosen
        if len(links) > MOST_PAGES:
            self.notify(f"o opens {MOST_PAGES} links at most; {len(links)} are marked.", markup=False)
            return
        import webbrowser

        for link in links:
            if not link.url.startswith(("https://", "http://")):
                self.notify("Only a web address is opened.", severity="error", markup=False)
            elif not webbrowser.open(link.url):
                self.notify(
                    "There is no browser here; y copies the address.", severity="warning", markup=False
                )
                return

    def action_show_qr(self) -> None:
        """Show the one chosen link as a QR code."""
        links = self.chosen
        if len(links) > 1:
            self.notify(f"Q shows one link; {len(links)} are marked.", markup=False)
        elif links:
            from linktui.ui.dialogs.qr import QrDialog

            self.app.push_screen(QrDialog(links[0]))

    def action_change_expiry(self) -> None:
        """Ask for the new end of the chosen links, each counting from its own present end."""
        links = self.chosen
        if not links or self._refuse("change_expiry"):
            return
        from linktui.ui.dialogs.expiry import ExpiryDialog
        from linktui.ui.widgets.expiry_input import ExpiryChoice

        async def change(choice: ExpiryChoice) -> None:
            async def one(link: Link) -> None:
                ends = parse_expiry(
                    choice.phrase, now=self.services.links.now(link.account), current=link.expires_at
                )
                await self.services.links.edit(link, LinkEdit(expires_at=ends))

            await self._each(links, one, "now ends as you said")

        self.app.push_screen(
            ExpiryDialog(
                f"When should {named(links)} end?",
                now=self.services.links.now(links[0].account),
                current=links[0].expires_at,
                limits=self._limits(links),
                act=change,
            )
        )

    def action_edit(self) -> None:
        """Open the form with everything that can be changed."""
        links = self.chosen
        if len(links) != 1:
            if links:
                self.notify("e edits one link; x, X, d and y take all marked ones.", markup=False)
            return
        from linktui.ui.dialogs.edit_link import EditLinkDialog

        [link] = links

        async def change(edit: LinkEdit) -> None:
            if edit != LinkEdit():
                await self.services.links.edit(link, edit)
            self.acted()

        now = self.services.links.now(link.account)

        async def rehearse(edit: LinkEdit) -> Sequence[Rehearsed]:
            return await self.services.rehearsal.edit(link, edit)

        self.app.push_screen(EditLinkDialog(link, self._limits(links), now, act=change, rehearse=rehearse))

    def action_expire_now(self) -> None:
        """End the chosen links, once that is confirmed."""
        links = self.chosen
        if self._refuse("expire_now"):
            return
        alive = [link for link in links if link.state(self.services.links.now(link.account)).alive]
        if alive:
            self._expire(alive, ended=len(links) - len(alive))
        elif links:
            self.notify("It has ended already.", markup=False)

    def action_take_back(self) -> None:
        """Ask whether to revoke or delete the chosen links."""
        if self.chosen and not self._refuse("take_back"):
            self._take_back(self.chosen)

    @work(exclusive=True, group="expire-links")
    async def _expire(self, links: Sequence[Link], *, ended: int) -> None:
        from linktui.ui.dialogs.confirm import ConfirmDialog

        can_revive = self._limits(links).can(Ability.REVIVE)
        after = "A new expiry (x) revives it." if can_revive else "This cannot be undone."
        skipped = f" {ended} {'has' if ended == 1 else 'have'} ended already." if ended else ""
        rehearsal = self.services.rehearsal
        text = f"End {named(links)} now? It gives nothing from then on. {after}{skipped}"
        asking = ConfirmDialog(
            "Expire now", text, action="Expire now", rehearse=self._rehearsing(links, rehearsal.expire)
        )
        if await self.app.push_screen_wait(asking):
            await self._each(links, self.services.links.expire, "has ended")

    @work(exclusive=True, group="take-links-back")
    async def _take_back(self, links: Sequence[Link]) -> None:
        from linktui.ui.dialogs.take_back import TakeBack, TakeBackDialog

        answer = await self.app.push_screen_wait(TakeBackDialog(named(links), self._limits(links)))
        match answer:
            case TakeBack.REVOKE:
                await self._each(links, self.services.links.revoke, "is revoked")
            case TakeBack.DELETE:
                await self._each(links, self.services.links.delete, "is deleted")

    @staticmethod
    def _rehearsing(
        links: Sequence[Link], act: Callable[[Link], Awaitable[Sequence[Rehearsed]]]
    ) -> Callable[[], Awaitable[Sequence[Rehearsed]]]:
        async def rehearse() -> Sequence[Rehearsed]:
            return [request for link in links for request in await act(link)]

        return rehearse

    async def _each(self, links: Sequence[Link], act: Act, done: str) -> None:
        """Act on one link after the other; say how many went well, and each that did not with its reason."""
        well: list[Link] = []
        failed: list[str] = []
        for link in links:
            try:
                await act(link)
            except LinktuiError as error:
                failed.append(f"{named([link])}: {explain(error)}")
            else:
                well.append(link)
        self.acted()
        if len(well) == 1:
            self.notify(f"{named(well)} {done}.", markup=False)
        elif well:
            self.notify(f"{len(well)} links: each {done}.", markup=False)
        if failed:
            self.notify("\n".join(failed[:8]), title=f"{len(failed)} failed", severity="error", markup=False)

    def _copy(self, text: str) -> None:
        from linktui.ui.terminal.clipboard import copy

        self.notify(copy(self.app, text, self._clipboard), markup=False)

    def _limits(self, links: Sequence[Link]) -> Limits:
        """Return the first link's limits, less every ability that any other link's account lacks."""
        first, *others = {
            link.account: self.services.accounts.get(link.account).limits for link in links
        }.values()
        missing: dict[Ability, str] = {}
        for limits in (*others, first):
            missing |= limits.missing
        return replace(first, missing=missing) if others else first


def named(links: Sequence[Link]) -> str:
    """Return what links are called in a question: a name, or a name and how many more."""
    first = f"“{clean(links[0].name, limit=40)}”"
    return first if len(links) == 1 else f"{first} and {len(links) - 1} more"

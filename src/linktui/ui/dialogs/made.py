"""A link that is being made, and then is there: its address, copied, and what can be done next."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from linktui.model.letter import message
from linktui.model.link import Link, LinkSpec
from linktui.model.masking import masked_url
from linktui.model.phrases import moment_text
from linktui.model.queue_words import fraction, percent, state_text
from linktui.model.text import clean
from linktui.model.transfer import Transfer, TransferState
from linktui.services.house import Services
from linktui.ui.commands import command
from linktui.ui.messages import LinksChanged, TransfersChanged
from linktui.ui.terminal import clipboard
from linktui.ui.terminal.mask import is_masked
from linktui.ui.widgets.box import Box

NEXT = "1 Links counts it down: there x changes when it ends, d takes it back."
PASSWORD = "p copies the password, to be given another way; nobody can show it again."  # noqa: S105

Find = Callable[[], Link | str]
"""Return the link, or how far it is in words, until it is there."""


class MadeDialog(ModalScreen[None]):
    """Copies the address as soon as there is one; a password that was just set can be copied apart."""

    BINDINGS: ClassVar[list[BindingType]] = [
        command("escape,enter,q", "leave", "Close", "Close the box; the link stays."),
        command("y", "copy_url", "Copy URL", "Copy the address again."),
        command("s", "copy_message", "Copy message", "Copy a message with the address, to be sent."),
        command("p", "copy_password", "Copy password", "Copy the password, to be sent another way."),
    ]

    DEFAULT_CSS = """
    MadeDialog {
        align: center middle;
        & > #made { width: 76; padding: 1 2; }
        & Static { height: auto; }
        & .made--url { color: $text-accent; text-style: bold; margin-bottom: 1; }
        & .made--next { color: $text-muted; margin-top: 1; }
    }
    """

    def __init__(
        self, services: Services, name: str, find: Find, *, spec: LinkSpec | None, mode: str = "auto"
    ) -> None:
        """`mode` is how the clipboard is reached."""
        super().__init__()
        self._services = services
        self._called = clean(name, limit=48)
        self._find = find
        self._password = "" if spec is None else spec.password or ""
        self._mode = mode
        self._link: Link | None = None

    def compose(self) -> ComposeResult:
        """Lay out the address, what is to be said of it, and what comes next."""
        with Box(id="made") as box:
            box.border_title = Content(self._called)
            box.border_subtitle = Content("Esc closes, it goes on")
            yield Static("", classes="made--url", markup=False)
            yield Static("", classes="made--said", markup=False)
            yield Static("", classes="made--next", markup=False)

    def on_mount(self) -> None:
        """Show how far it is."""
        self._follow()

    @on(LinksChanged)
    @on(TransfersChanged)
    def _follow(self) -> None:
        if self._link is not None:
            return
        found = self._find()
        if isinstance(found, str):
            self.query_one(".made--said", Static).update(found)
            return
        self._link = found
        password = [PASSWORD] if self._password else []
        shown = masked_url(found.url) if is_masked(self.app) else found.url
        self.query_one(".made--url", Static).update(shown)
        self.query_one(".made--next", Static).update("\n".join([*password, NEXT]))
        keys = "y copy again · s copy as a message" + (" · p password" if self._password else "")
        self.query_one("#made").border_subtitle = Content(f"{keys} · Esc close")
        ends = f"It ends {moment_text(found.expires_at)}." if found.expires_at else "It never ends."
        self._copy(found.url, f"\n{ends}")

    def action_copy_url(self) -> None:
        """Copy the address."""
        if self._link is not None:
            self._copy(self._link.url)

    def action_copy_message(self) -> None:
        """Copy a message with the link, which says that a password comes apart."""
        if self._link is not None:
            self._copy(message(self._link, self._services.links.now(self._link.account)))

    def action_copy_password(self) -> None:
        """Copy the password that was just set."""
        if self._link is not None and self._password:
            self._copy(self._password)

    def action_leave(self) -> None:
        """Close the dialog."""
        self.dismiss(None)

    def _copy(self, text: str, more: str = "") -> None:
        said = clipboard.copy(self.app, text, self._mode)
        self.query_one(".made--said", Static).update(f"{said}{more}")


def show_made(
    screen: Screen[None], services: Services, link: Link, spec: LinkSpec, *, said: str, mode: str = "auto"
) -> None:
    """Say that a link is made; where it has a password, in a dialog from which that can be copied."""
    if spec.password:
        screen.app.push_screen(MadeDialog(services, link.name, lambda: link, spec=spec, mode=mode))
    else:
        screen.notify(said, markup=False)


def link_of_upload(services: Services, upload: Transfer) -> Find:
    """Return what finds the link that an upload makes."""

    def find() -> Link | str:
        now = services.transfers.get(upload.id)
        if now is None:
            return "The upload was taken out of the queue."
        link = services.links.get(now.account, now.link_id) if now.link_id else None
        return link or _words(now)

    def _words(now: Transfer) -> str:
        state = state_text(now, services.clock())
        if now.state is TransferState.UPLOADING:
            return f"{state} {percent(fraction(now))}"
        return f"{state}: {clean(now.error)} 3 Uploads has what can be done." if now.error else f"{state}…"

    return find

"""One line: the program, its three screens, and how the account stands."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from linktui.model.text import clean
from linktui.services.house import Services

TABS = (("links", "1 Links"), ("files", "2 Files"), ("uploads", "3 Uploads"))


class Header(Static):
    """The top line; `show` writes it anew."""

    DEFAULT_CSS = """
    Header {
        dock: top;
        height: 1;
        padding: 0 1;
        background: $panel;
        color: $text-muted;
        & #account { dock: right; width: auto; }
    }
    """

    def __init__(self, services: Services, *, mode: str) -> None:
        super().__init__(markup=False)
        self._services = services
        self._mode = mode

    def on_mount(self) -> None:
        """Write the line."""
        self.show()

    def show(self) -> None:
        """Write the tabs, the uploads that run, and the account with its trouble, if any."""
        parts: list[Content] = [Content.styled("linktui", "bold $text-primary"), Content("  ")]
        for mode, words in TABS:
            style = "bold $text reverse" if mode == self._mode else "$text"
            tab = Content.styled(f" {words}{self._count(mode)} ", style)
            parts += [tab.stylize(f"@click=app.switch_to('{mode}')"), Content(" ")]
        left = Content("").join(parts)
        right = self._account()
        gap = self.size.width - 2 - left.cell_length - right.cell_length
        self.update(Content.assemble(left, " " * max(1, gap), right))

    def on_resize(self) -> None:
        """Keep the account at the right."""
        self.show()

    def _count(self, mode: str) -> str:
        if mode != "uploads":
            return ""
        running = sum(one.state.active for one in self._services.transfers.snapshot())
        return f" ▸{running}" if running else ""

    def _account(self) -> Content:
        account = self._services.accounts.default.name
        if self._services.links.trouble(account):
            return Content.styled(f"✕ {clean(account)} does not answer", "$text-error")
        synced = self._services.links.synced_at(account)
        if synced is None:
            return Content.styled(f"{clean(account)} · not looked at yet", "$text-muted")
        return Content.styled(f"{clean(account)} · as of {synced.astimezone():%H:%M}", "$text-muted")

"""What somebody sees who has nothing in linktui yet: three ways to begin."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import ScreenResume
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from linktui.model.errors import LinktuiError
from linktui.model.transfer import Transfer
from linktui.model.wording import explain
from linktui.services.house import Services
from linktui.services.transfers import Order
from linktui.ui.commands import command
from linktui.ui.current import CurrentAccount
from linktui.ui.messages import LinksChanged
from linktui.ui.terminal.whole import WholeScreen

CHOICES = (
    ("share", "Share a file now", "Pick it, say until when: its link is copied. Needs no account."),
    ("add", "Add an account", "See and change the links you have at a service or in a store."),
    ("demo", "Look around the demo", "Sixty links in every state, thrown away when you leave."),
)


class WelcomeScreen(WholeScreen):
    """Stays above the links until there is one, or an account, or Esc."""

    TITLE = "Welcome"
    BINDINGS: ClassVar[list[BindingType]] = [
        command("1,s", "share", "Share a file now", "Pick a file and share it."),
        command("2,a", "add", "Add an account", "Add an account at a service."),
        command("3,d", "demo", "Demo", "Look around a home with sixty links."),
        command("escape", "leave", "To the links", "Go to the empty lists, and do not come back here."),
        command("j", "move(1)", "Down", "Go to the next choice.", id="down"),
        command("k", "move(-1)", "Up", "Go to the choice before.", id="up"),
    ]

    DEFAULT_CSS = """
    WelcomeScreen {
        align: center middle;
        & > Vertical { width: 72; max-width: 100%; height: auto; padding: 0 2; }
        & .welcome--name { color: $text-primary; text-style: bold; }
        & .welcome--what { color: $text-muted; margin-bottom: 2; }
        & OptionList { height: auto; border: none; padding: 0; background: $background; }
        & OptionList:focus { border: none; }
        & .welcome--keys { color: $text-muted; margin-top: 2; }
    }
    """

    def __init__(self, services: Services, *, current: CurrentAccount, clipboard: str) -> None:
        super().__init__()
        self._services = services
        self._current = current
        self._clipboard = clipboard

    def compose(self) -> ComposeResult:
        """Lay out the three choices."""
        with Vertical():
            yield Static("linktui", classes="welcome--name", markup=False)
            yield Static("Share files by link, and keep every link in hand.", classes="welcome--what")
            yield OptionList(*(Option(_line(number, *words)) for number, (_, *words) in _numbered()))
            yield Static("Enter or a number begins · Esc to the lists · q quits · ? keys",
                         classes="welcome--keys", markup=False)  # fmt: skip

    def on_mount(self) -> None:
        """Begin on the first choice."""
        self.query_one(OptionList).focus()

    def on_screen_resume(self, event: ScreenResume) -> None:
        """Leave when there is something by now."""
        self.soon_whole(event)
        self._leave_when_over()

    @on(LinksChanged)
    def _leave_when_over(self) -> None:
        if self.app.screen is self and not self._services.first_minute.lasts():
            self.dismiss()

    @on(OptionList.OptionSelected)
    async def _choose(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        await self.run_action(CHOICES[event.option_index][0])

    def action_move(self, rows: int) -> None:
        """Go to another choice."""
        choices = self.query_one(OptionList)
        choices.action_cursor_down() if rows > 0 else choices.action_cursor_up()

    def action_share(self) -> None:
        """Pick a file and share it."""
        from linktui.ui.dialogs.pick_local import PickLocalDialog

        def take(path: Path | None) -> None:
            if path is not None:
                from linktui.ui.acts.sharing import share_files

                share_files(self, self._services, (path,), current=self._current, queued=self._show_made)

        self.app.push_screen(PickLocalDialog(Path.cwd()), take)

    def action_add(self) -> None:
        """Go where accounts are, with the form open."""
        self._add()

    def action_demo(self) -> None:
        """Open the demo in this terminal, and come back when it is left."""
        from linktui.ui.terminal.demo import open_demo

        try:
            open_demo(self.app)
        except LinktuiError as error:
            self.notify(explain(error), severity="warning", markup=False)

    @work(exclusive=True, group="leave-welcome")
    async def action_leave(self) -> None:
        """Go to the lists for good."""
        await self._services.first_minute.end()
        self.dismiss()

    @work(exclusive=True, group="add-account")
    async def _add(self) -> None:
        from linktui.ui.screens.accounts import AccountsScreen

        await self.app.switch_mode("accounts")
        if isinstance(self.app.screen, AccountsScreen):
            self.app.screen.action_add()

    def _show_made(self, order: Order, uploads: tuple[Transfer, ...]) -> None:
        from linktui.ui.dialogs.made import MadeDialog, link_of_upload

        find = link_of_upload(self._services, uploads[0])
        self.app.push_screen(
            MadeDialog(self._services, uploads[0].name, find, spec=order.share, mode=self._clipboard)
        )


def _numbered() -> list[tuple[int, tuple[str, str, str]]]:
    return list(enumerate(CHOICES, start=1))


def _line(number: int, title: str, detail: str) -> Content:
    head = Content.assemble((f" {number} ", "bold $accent"), " ", (title, "bold"))
    return Content.assemble(head, "\n    ", (detail, "$text-muted"), "\n")

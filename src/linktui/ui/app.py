"""The program with its screens: it shows, asks the services, and says what failed."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.screen import Screen
from textual.widgets import Input

from linktui.config.settings import ScreenSettings
from linktui.model.errors import LinktuiError
from linktui.model.events import LinksChanged as HappenedToLinks
from linktui.model.events import NoticesWaiting
from linktui.model.plan_words import unfinished_words
from linktui.model.wording import explain
from linktui.services.house import Services
from linktui.ui.commands import EVERYWHERE, command
from linktui.ui.crash import CarefulApp
from linktui.ui.finding import FindingApp
from linktui.ui.going import NUMBERED, PLACES, GoingApp
from linktui.ui.messages import LinksChanged
from linktui.ui.outgoing import OutgoingApp
from linktui.ui.relay import message_of
from linktui.ui.screens.framed import Framed
from linktui.ui.terminal.hangup import end_when_asked, leave_on_hangup, watch_terminal
from linktui.ui.terminal.in_order import InOrderApp
from linktui.ui.terminal.whole import WholeScreen
from linktui.ui.undoing import Undoing
from linktui.ui.widgets.header import Header

if TYPE_CHECKING:  # opened when they are asked for
    from linktui.ui.offered import Offer

SLOW_LOOK = 1.0
"""Seconds between two looks at what changed, on a slow line."""
DAEMON_LOOK = 5.0
"""Seconds between two looks at whether the daemon is alive."""
LONGEST_DAEMON_LOOK = 60.0
"""Seconds between two tries to start one, after several that failed."""


class LinktuiApp(InOrderApp, FindingApp, GoingApp, OutgoingApp, CarefulApp):
    """Links, Files, Uploads and Accounts, one key apart."""

    TITLE = "linktui"
    scope: ClassVar[str] = EVERYWHERE
    AUTO_FOCUS = None

    BINDINGS: ClassVar[list[BindingType]] = [
        command(
            "w",
            "choose_account",
            "Which account",
            "Show one account, or all in one list.",
            id="account",
            takes="an account's name, or all",
        ),
        command("z", "undo", "Undo", "Take back the last change, or stop what still waits."),
        command("Z", "redo", "Redo", "Do again what was undone last."),
        Binding("ctrl+z", "suspend_process", show=False),  # as every program does; no command of ours
        command("q,ctrl+q", "quit", "Quit", "Close the program; uploads and links go on in the daemon."),
    ]

    nobody_looks = False
    """Whether this is a rehearsal, in which nothing is to be said to anybody."""
    lacks_daemon = False
    """Whether no daemon is alive, and none could be started."""

    def __init__(
        self,
        services: Services,
        *,
        screen_settings: ScreenSettings,
        themes: Path | None = None,
        settings_file: Path | None = None,
        keep_daemon: Callable[[], object] | None = None,
        welcomes: bool = False,
    ) -> None:
        """`welcomes` is whether somebody who has nothing yet is asked how to begin."""
        super().__init__(
            settings=screen_settings,
            themes=themes,
            settings_file=settings_file,
            services=services,
            clipboard=screen_settings.clipboard,
        )
        self._keep_daemon = keep_daemon
        self._welcomes = welcomes
        self._undoing = Undoing(self, services)
        self._begun = False

    def on_mount(self) -> None:
        """Open the links, and follow what the services say; all else begins when the links are seen."""
        self._follow()
        if self._welcomes and self.services.first_minute.lasts():
            self._welcome()
        if not (self.is_headless or self.is_web):
            leave_on_hangup()
            end_when_asked(lambda code: self.exit(return_code=code))

    def _welcome(self) -> None:
        from linktui.ui.screens.welcome import WelcomeScreen

        self.push_screen(self._made(WelcomeScreen))

    @on(WholeScreen.Painted)
    def _begin(self) -> None:
        """Have a daemon, and say what is unfinished."""
        if self._begun:
            return
        self._begun = True
        # What was made so far lives as long as the program: the collector need not walk it again.
        gc.freeze()
        gc.enable()
        self._say_unfinished()
        self._say_notices()
        self.check_keys()
        self.follow_files()
        if not (self.is_headless or self.is_web):
            self._stay_with_the_terminal()
        if self._keep_daemon is not None:
            self._have_a_daemon(self._keep_daemon)

    @work(exclusive=True, group="relay")
    async def _follow(self) -> None:
        async for event in self.services.watch.events():
            if isinstance(event, NoticesWaiting):
                self._say_notices()
                continue
            self._undoing.follow()
            if isinstance(event, HappenedToLinks):
                await self._take_accounts()
            for screen in self.screen_stack:
                screen.post_message(message_of(event))
            self.show_headers()
            if self.line.slow:
                # What happens meanwhile is one event: progress comes in larger steps.
                await asyncio.sleep(SLOW_LOOK)

    def files_changed(self) -> None:
        """Take the accounts as the settings have them now."""
        self.run_worker(self._take_accounts(), group="accounts", exclusive=True)

    async def _take_accounts(self) -> None:
        """Show the accounts as another process has left them; what is wrong in the file is said elsewhere."""
        try:
            changed = await self.services.book.follow()
        except LinktuiError:
            return
        if changed:
            self._show_account(self.current_account.name)

    @work(exclusive=True, group="daemon")
    async def _have_a_daemon(self, keep: Callable[[], object]) -> None:
        """Start the daemon if none is alive, now and again: the list is on the screen meanwhile."""
        said, pause = "", DAEMON_LOOK
        while True:
            sentence = ""
            try:
                await asyncio.to_thread(keep)
            except LinktuiError as error:
                sentence = explain(error)
            if sentence and sentence != said:
                self.notify(sentence, severity="error", timeout=15, markup=False)
            if self.lacks_daemon != bool(sentence):
                self.lacks_daemon = bool(sentence)
                self.show_headers()
            said = sentence
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_DAEMON_LOOK) if sentence else DAEMON_LOOK

    def line_changed(self) -> None:
        """Have everything that counts read finer, or coarser."""
        for screen in self.screen_stack:
            screen.post_message(LinksChanged())
        self.show_headers()

    def show_headers(self) -> None:
        """Have every header say what is so now."""
        for screen in self._open_screens():
            for header in screen.query(Header):
                header.show()

    def _open_screens(self) -> list[Screen[Any]]:
        """Return the screens that are laid out: one that is just being opened catches up by itself."""
        return [screen for screen in self.screen_stack if screen.is_mounted]

    def _say_unfinished(self) -> None:
        words = unfinished_words(self.services.plans.unfinished())
        if words:
            self.notify(words, timeout=12, markup=False)

    @work(group="notices")
    async def _say_notices(self) -> None:
        """Say what is to be said, here and to the terminal, whose desktop may show it."""
        if self.nobody_looks:
            return
        for sentence in await self.services.notices.take():
            self.notify(sentence, timeout=15, markup=False)
            from linktui.ui.terminal.notice import tell_terminal

            tell_terminal(self, sentence, self.services.notify.terminal)

    @on(Driver.SignalResume)
    def _paint_again(self) -> None:
        """Paint all of the screen: whatever ran while this stood still has written over it."""
        self.screen.refresh(layout=True)

    @work(exclusive=True, group="terminal")
    async def _stay_with_the_terminal(self) -> None:
        await watch_terminal()

    @work(group="undo")
    async def action_undo(self) -> None:
        """Take back what was done last."""
        await self._undoing.undo()

    @work(group="undo")
    async def action_redo(self) -> None:
        """Do again what was undone last."""
        await self._undoing.redo()

    def action_help_quit(self) -> None:
        """Say how to leave: Textual gives this to ^c, where nothing is selected that it could copy."""
        from linktui.ui.hints import hint

        first = "Esc leaves the line, then " if isinstance(self.focused, Input) else ""
        leave = hint(self.screen, "{quit} closes linktui; uploads and links go on in the daemon.")
        self.notify(f"{first}{leave}", markup=False)

    def offers(self, command_id: str, typed: str) -> Sequence[Offer] | None:
        """Return what the program's own commands can be given."""
        from linktui.ui.offering import accounts_fitting, fitting

        match command_id:
            case "go":
                return fitting(PLACES, NUMBERED.get(typed, typed))
            case "account":
                return accounts_fitting(self.services.accounts.all(), typed)
            case "theme":
                return fitting(dict.fromkeys(self.appearance.names(), ""), typed)
        return None

    def action_choose_account(self, name: str = "") -> None:
        """Show one account or all; ask which, if it is not said."""
        from linktui.ui.dialogs.choose_account import ChooseAccountDialog

        if name:
            self._show_account(None if name == "all" else name)
        elif not self.screen.is_modal:
            self.push_screen(ChooseAccountDialog(self.services.accounts.all()), self._choose_account)

    def _choose_account(self, name: str | None) -> None:
        if name is not None:
            self._show_account(name or None)

    def _show_account(self, name: str | None) -> None:
        self.current_account.name = name
        for screen in self._open_screens():
            if isinstance(screen, Framed):
                screen.show_account()
        self.show_headers()

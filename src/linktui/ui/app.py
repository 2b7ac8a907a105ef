"""The program with its screens: it shows, asks the services, and says what failed."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on, work
from textual.actions import ActionParseResult
from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.driver import Driver
from textual.filter import LineFilter
from textual.screen import ModalScreen, Screen
from textual.timer import Timer
from textual.widget import Widget

from linktui.config.settings import ScreenSettings
from linktui.model.errors import InvalidInput, LinktuiError
from linktui.model.events import LinksChanged as HappenedToLinks
from linktui.model.events import NoticesWaiting
from linktui.model.plan_words import unfinished_words
from linktui.model.wording import explain
from linktui.services.house import Services
from linktui.ui.commands import EVERYWHERE, command, declared
from linktui.ui.crash import CarefulApp
from linktui.ui.current import CurrentAccount
from linktui.ui.keymap import Wanted, lay_over
from linktui.ui.last_act import LastAct
from linktui.ui.messages import LinksChanged, OpenLink, OpenPlan, ShowLinks
from linktui.ui.relay import message_of
from linktui.ui.screens.framed import Framed
from linktui.ui.screens.links import LinksScreen
from linktui.ui.styled import StyledApp
from linktui.ui.terminal.hangup import end_when_asked, leave_on_hangup, watch_terminal
from linktui.ui.terminal.in_order import InOrderApp
from linktui.ui.terminal.line import Mode
from linktui.ui.terminal.mask import MaskLines, forget_lines
from linktui.ui.terminal.whole import WholeScreen
from linktui.ui.undoing import Undoing
from linktui.ui.widgets.header import Header

if TYPE_CHECKING:  # opened when they are asked for
    from linktui.ui.offered import Offer, Offered
    from linktui.ui.screens.jump import Place
    from linktui.ui.screens.palette import Run

SLOW_LOOK = 1.0
"""Seconds between two looks at what changed, on a slow line."""
TRAFFIC_LOOK = 1.0
"""Seconds between two looks at what goes to the terminal, while that is shown."""
DAEMON_LOOK = 5.0
"""Seconds between two looks at whether the daemon is alive."""
LONGEST_DAEMON_LOOK = 60.0
"""Seconds between two tries to start one, after several that failed."""
MODE_NAMES = ("links", "files", "uploads", "accounts")
NUMBERED = {str(number): name for number, name in enumerate((*MODE_NAMES, "timeline"), 1)}
"""What one can go to by its number."""
PLACES = {name: f"screen {number}" for number, name in NUMBERED.items()} | {
    "history": "every plan and change"
}
"""What one can go to by its name, and what is said of it."""


class LinktuiApp(InOrderApp, StyledApp, CarefulApp):
    """Links, Files, Uploads and Accounts, one key apart."""

    TITLE = "linktui"
    ENABLE_COMMAND_PALETTE = False  # it has one of its own, which takes arguments
    scope: ClassVar[str] = EVERYWHERE
    AUTO_FOCUS = None
    DEFAULT_MODE = "links"
    """What is opened first, in place of an empty screen that Textual would lay out and paint before it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        command("1", "switch_to('links')", "Links", "Go to the links.", id="links"),
        command("2", "switch_to('files')", "Files", "Go to the files.", id="files"),
        command("3", "switch_to('uploads')", "Uploads", "Go to the uploads.", id="uploads"),
        command("4", "switch_to('accounts')", "Accounts", "Go to the accounts.", id="accounts"),
        command("5", "timeline", "Timeline", "Show what ends when, and what can be saved until when."),
        command("", "go", "Go to", "Go to a screen by its name or number.", takes="a screen"),
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
        command("H", "history", "History", "Show every plan and change, to look into or take back."),
        command("at", "calls", "Calls", "Show the calls made to the services."),
        command(
            "right_square_bracket",
            "step(1)",
            "Next screen",
            "Go to the next screen.",
            id="next-screen",
            counted="step({count})",
        ),
        command(
            "left_square_bracket",
            "step(-1)",
            "Previous screen",
            "Go to the screen before.",
            id="previous-screen",
            counted="step(-{count})",
        ),
        command("question_mark,f1", "help", "Help", "Find a key of this screen by its words, and press it."),
        command(
            "colon,ctrl+p", "palette", "Palette", "Find and run any command: expire 2d, filter state:active."
        ),
        command("", "keys", "Keys", "Show the keys of every screen, and give commands others."),
        command(
            "apostrophe,ctrl+o",
            "jump",
            "Jump",
            "Show a letter at each row and field, and go to the one typed.",
        ),
        command("ampersand", "again", "Again", "Do the last act again, to what is under the cursor now."),
        command("T", "traffic", "Traffic", "Show what goes to the terminal: bytes a second, and in all."),
        command("M", "mask", "Mask addresses", "Keep addresses off the screens, or show them again."),
        command("L", "slow", "Slow line", "Spare the line with fewer frames and coarser words, or do not."),
        command("f9", "theme", "Theme", "Choose a theme by its look.", takes="a theme's name"),
        command("ctrl+l", "redraw", "Redraw", "Paint the screen again, when something else wrote on it."),
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
        super().__init__(screen_settings, themes=themes, settings_file=settings_file)
        self.services = services
        self.last_act = LastAct()
        self._settings = screen_settings
        self._keep_daemon = keep_daemon
        self._welcomes = welcomes
        self.masks_urls = screen_settings.mask_urls
        self._current = CurrentAccount()
        self._undoing = Undoing(self, services)
        self._begun = False
        self._said_of_commands: set[str] = set()
        self.add_mode("links", self._links_screen)
        self.add_mode("files", self._files_screen)
        self.add_mode("uploads", self._uploads_screen)
        self.add_mode("accounts", self._accounts_screen)
        self._traffic: Timer | None = None
        lay_over(self, self.own_keys)

    @property
    def own_keys(self) -> Wanted:
        """The keys that a person gave commands."""
        return self.services.keys.all()

    def _register_child(self, parent: DOMNode, child: Widget, before: int | None, after: int | None) -> None:
        if self.own_keys:
            lay_over(child, self.own_keys)
        super()._register_child(parent, child, before, after)

    def take_keys(self) -> None:
        """Have every screen that is open take the keys as they are now."""
        lay_over(self, self.own_keys)
        for screen in {one for stack in self._screen_stacks.values() for one in stack}:
            for node in screen.walk_children(with_self=True):
                lay_over(node, self.own_keys)
        self.screen.refresh_bindings()
        if self.services.own_commands:
            self._say_key_troubles()

    async def run_action(
        self,
        action: str | ActionParseResult,
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Do an action, and remember an act that can be done again."""
        if isinstance(action, str) and default_namespace is not None:
            acts = declared(type(default_namespace)).values()
            one = next((act for act in acts if act.again and act.action == action), None)
            if one is not None:
                self.last_act.began(one.id or "")
        return await super().run_action(action, default_namespace, namespaces)

    def get_line_filters(self) -> list[LineFilter]:
        """Have every line masked, if addresses are to be."""
        filters = super().get_line_filters()
        return [MaskLines(), *filters] if self.masks_urls else filters

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

        clipboard = self._settings.clipboard
        self.push_screen(WelcomeScreen(self.services, current=self._current, clipboard=clipboard))

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
        if self.services.own_commands:
            self._say_key_troubles()
        self.follow_files()
        if self.own_keys:
            self._check_keys()
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
            self._show_headers()
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
            self._show_account(self._current.name)

    @work(exclusive=True, group="check-keys")
    async def _check_keys(self) -> None:
        """Say what is wrong with the keys of a person's own; to know that, every screen is imported."""
        from linktui.ui.key_check import troubles

        for sentence in await asyncio.to_thread(troubles, self.own_keys):
            self.notify(sentence, severity="warning", timeout=15, markup=False)

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
                self._show_headers()
            said = sentence
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_DAEMON_LOOK) if sentence else DAEMON_LOOK

    def line_changed(self) -> None:
        """Have everything that counts read finer, or coarser."""
        for screen in self.screen_stack:
            screen.post_message(LinksChanged())
        self._show_headers()

    def _show_headers(self) -> None:
        for screen in self.screen_stack:
            for header in screen.query(Header):
                header.show()

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

    def _say_key_troubles(self) -> None:
        """Say which keys a person's own commands cannot have, each once."""
        from linktui.ui.own_commands import troubles

        found = list(troubles(self.services.own_commands, self.own_keys))
        for sentence in found:
            if sentence not in self._said_of_commands:
                self.notify(sentence, severity="warning", timeout=12, markup=False)
        self._said_of_commands = set(found)

    @on(Driver.SignalResume)
    def _paint_again(self) -> None:
        """Paint all of the screen: whatever ran while this stood still has written over it."""
        self.screen.refresh(layout=True)

    @work(exclusive=True, group="terminal")
    async def _stay_with_the_terminal(self) -> None:
        await watch_terminal()

    @on(OpenLink)
    def _open_link(self, event: OpenLink) -> None:
        from linktui.ui.screens.detail import DetailScreen

        link = self.services.links.get(event.account, event.link_id)
        if link is None:
            self.notify("The link is gone; R looks again.", severity="warning", markup=False)
        else:
            clipboard = self._settings.clipboard
            self.push_screen(DetailScreen(self.services, link, clipboard=clipboard, current=self._current))

    @on(OpenPlan)
    def _open_plan(self, event: OpenPlan) -> None:
        from linktui.ui.screens.plan import PlanScreen

        try:
            self.push_screen(PlanScreen(self.services, event.plan_id, current=self._current))
        except InvalidInput as error:
            self.notify(explain(error), severity="warning", markup=False)

    def action_open_plan(self, plan_id: int) -> None:
        """Show a plan."""
        self.post_message(OpenPlan(plan_id))

    @on(ShowLinks)
    def _show_links(self, event: ShowLinks) -> None:
        self._go_to_first()
        if self.current_mode != "links":
            self.switch_mode("links")
            self._go_to_first()
        if isinstance(self.screen, LinksScreen):
            self.screen.show_only(event.text)

    def _go_to_first(self) -> None:
        while len(self.screen_stack) > 1:
            self.pop_screen()

    def action_timeline(self) -> None:
        """Show what ends when."""
        from linktui.ui.screens.timeline import TimelineScreen

        self._come_to(TimelineScreen, clipboard=self._settings.clipboard)

    def action_history(self) -> None:
        """Show what was ever done, coming back to it where it is open below."""
        from linktui.ui.screens.history import HistoryScreen

        self._come_to(HistoryScreen)

    def _come_to(self, kind: Callable[..., Framed], **more: str) -> None:
        """Show a screen over the others, or where one of its kind is open below, that."""
        if self.screen.is_modal:
            return
        if any(type(screen) is kind for screen in self.screen_stack):
            while type(self.screen) is not kind:
                self.pop_screen()
        else:
            self.push_screen(kind(self.services, current=self._current, **more))

    @work(group="undo")
    async def action_undo(self) -> None:
        """Take back what was done last."""
        await self._undoing.undo()

    @work(group="undo")
    async def action_redo(self) -> None:
        """Do again what was undone last."""
        await self._undoing.redo()

    def action_switch_to(self, mode: str) -> None:
        """Go to one of the screens."""
        if mode != self.current_mode:
            self.switch_mode(mode)
            return
        while len(self.screen_stack) > 1 and not self.screen.is_modal:
            self.pop_screen()

    def action_step(self, steps: int) -> None:
        """Go to the next or previous screen."""
        at = MODE_NAMES.index(self.current_mode) + steps
        self.switch_mode(MODE_NAMES[at % len(MODE_NAMES)])

    def action_go(self, name: str = "") -> None:
        """Go to a screen by its name, or its number."""
        match NUMBERED.get(name, name):
            case "timeline":
                self.action_timeline()
            case "history":
                self.action_history()
            case mode:
                self.action_switch_to(mode)

    def action_help(self) -> None:
        """Show the keys of this screen."""
        from linktui.ui.offered import offered
        from linktui.ui.screens.help import HelpScreen

        if not self.screen.is_modal:
            more = self.screen.MORE_HELP if isinstance(self.screen, Framed) else ()
            title = self.screen.title or "Here"
            self.push_screen(HelpScreen(title, offered(self.screen), more=more), self._press)

    def push_screen(self, screen: Any, *more: Any, **named: Any) -> Any:
        """Show a screen; what was said before does not lie over what a dialog asks."""
        if isinstance(screen, ModalScreen):
            self.clear_notifications()
        return super().push_screen(screen, *more, **named)

    def action_palette(self) -> None:
        """Find and run a command."""
        from linktui.ui.offered import offered
        from linktui.ui.screens.palette import PaletteScreen

        if not self.screen.is_modal:
            self.push_screen(PaletteScreen(offered(self.screen)), self._run_found)

    def action_keys(self) -> None:
        """Show the keys of every screen, to change them."""
        from linktui.ui.screens.keys import KeysScreen

        if not self.screen.is_modal:
            self.push_screen(KeysScreen(self.services.keys, changed=self.take_keys))

    def action_jump(self) -> None:
        """Put a letter to everything that can be gone to."""
        from linktui.ui.screens.jump import JumpScreen, places_on

        def go(place: Place | None) -> None:
            if place is not None:
                place.go()

        self.push_screen(JumpScreen(places_on(self.screen)), go)

    async def action_again(self) -> None:
        """Do the last act again, to what is under the cursor now; it asks as it asked then."""
        from linktui.ui.offered import offered

        last = self.last_act
        one = next((one for one in offered(self.screen) if one.id == last.command_id), None)
        if not last.command_id:
            self.notify("Nothing was done yet that could be done again.", markup=False)
        elif one is None:
            self.notify(f"“{last.command_id}” cannot be done here.", severity="warning", markup=False)
        elif last.answer:
            await self.run_action(("", one.binding.action, (last.answer, True)), one.node)
        else:
            await self.run_action(one.binding.action, one.node)

    async def _press(self, found: Offered | None) -> None:
        if found is not None:
            await self.run_action(found.binding.action, found.node)

    async def _run_found(self, run: Run | None) -> None:
        if run is None:
            return
        binding = run.offered.binding
        if run.argument is None:
            await self.run_action(binding.action, run.offered.node)
        else:
            await self.run_action(("", binding.action, (run.argument,)), run.offered.node)

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
        self._current.name = name
        for screen in self.screen_stack:
            if isinstance(screen, Framed):
                screen.show_account()
        self._show_headers()

    def action_traffic(self) -> None:
        """Show what goes to the terminal, or do not any more."""
        self.line.shown = not self.line.shown
        if self._traffic is not None:
            self._traffic.stop()
        self._traffic = self.set_interval(TRAFFIC_LOOK, self._show_headers) if self.line.shown else None
        self._show_headers()

    def action_slow(self) -> None:
        """Spare the line from now on, or do not, however fast it is."""
        self.line.mode = Mode.OFF if self.line.slow else Mode.ON
        said = "fewer frames, times without seconds." if self.line.slow else "everything as it happens."
        self.notify(f"{'A slow' if self.line.slow else 'No slow'} line: {said}", markup=False)

    def action_mask(self) -> None:
        """Keep addresses off the screens from now on, or show them again."""
        self.masks_urls = not self.masks_urls
        forget_lines(self)
        self.line_changed()
        said = "masked on every screen; y copies them all the same." if self.masks_urls else "shown again."
        self.notify(f"Addresses are {said}", markup=False)

    def action_theme(self, name: str = "") -> None:
        """Take a theme, or choose one by its look."""
        if name:
            self.choose_theme(name)
        elif not self.screen.is_modal:
            self.ask_for_theme()

    def action_redraw(self) -> None:
        """Paint the screen again."""
        self.redraw()

    def action_calls(self) -> None:
        """Show the calls made to the services."""
        from linktui.ui.screens.calls import CallsScreen

        if not self.screen.is_modal and not isinstance(self.screen, CallsScreen):
            self.push_screen(CallsScreen(self.services, current=self._current))

    def _links_screen(self) -> Screen[None]:
        return LinksScreen(self.services, clipboard=self._settings.clipboard, current=self._current)

    def _accounts_screen(self) -> Screen[None]:
        from linktui.ui.screens.accounts import AccountsScreen

        return AccountsScreen(self.services, current=self._current)

    def _files_screen(self) -> Screen[None]:
        from linktui.ui.screens.files import FilesScreen

        return FilesScreen(self.services, clipboard=self._settings.clipboard, current=self._current)

    def _uploads_screen(self) -> Screen[None]:
        from linktui.ui.screens.uploads import UploadsScreen

        return UploadsScreen(self.services, clipboard=self._settings.clipboard, current=self._current)

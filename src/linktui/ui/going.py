"""An app of a few places, each one key away: its screens, and the ways from one to the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from textual import on
from textual.app import App
from textual.binding import BindingType
from textual.screen import ModalScreen, Screen

from linktui.model.errors import InvalidInput
from linktui.model.wording import explain
from linktui.services.house import Services
from linktui.ui.commands import command
from linktui.ui.current import CurrentAccount
from linktui.ui.messages import OpenLink, OpenPlan, ShowLinks
from linktui.ui.screens.links import LinksScreen

Kind = TypeVar("Kind", bound=Screen[Any])
MODE_NAMES = ("links", "files", "uploads", "accounts", "timeline")
NUMBERED = {str(number): name for number, name in enumerate(MODE_NAMES, 1)}
"""What one can go to by its number."""
PLACES = {name: f"screen {number}" for number, name in NUMBERED.items()} | {
    "history": "every plan and change"
}
"""What one can go to by its name, and what is said of it."""


class GoingApp(App[None]):
    """An app that opens a place when it is gone to, and what is in it over it."""

    DEFAULT_MODE = "links"
    """What is opened first, in place of an empty screen that Textual would lay out and paint before it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        command("1", "switch_to('links')", "Links", "Go to the links.", id="links"),
        command("2", "switch_to('files')", "Files", "Go to the files.", id="files"),
        command("3", "switch_to('uploads')", "Uploads", "Go to the uploads.", id="uploads"),
        command("4", "switch_to('accounts')", "Accounts", "Go to the accounts.", id="accounts"),
        command(
            "5",
            "switch_to('timeline')",
            "Timeline",
            "Show what ends when, and what can be saved until when.",
            id="timeline",
        ),
        command("", "go", "Go to", "Go to a screen by its name or number.", takes="a screen"),
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
    ]

    services: Services

    def __init__(self, *given: Any, clipboard: str, **more: Any) -> None:
        super().__init__(*given, **more)
        self.current_account = CurrentAccount()
        self._clipboard_mode = clipboard
        for name, screen in (
            ("links", self._links_screen),
            ("files", self._files_screen),
            ("uploads", self._uploads_screen),
            ("accounts", self._accounts_screen),
            ("timeline", self._timeline_screen),
        ):
            self.add_mode(name, screen)

    @on(OpenLink)
    def _open_link(self, event: OpenLink) -> None:
        from linktui.ui.screens.detail import DetailScreen

        link = self.services.links.get(event.account, event.link_id)
        if link is None:
            self.notify("The link is gone; R looks again.", severity="warning", markup=False)
        else:
            self.push_screen(self._made(DetailScreen, link))

    @on(OpenPlan)
    def _open_plan(self, event: OpenPlan) -> None:
        from linktui.ui.screens.plan import PlanScreen

        try:
            self.push_screen(PlanScreen(self.services, event.plan_id, current=self.current_account))
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

    def action_history(self) -> None:
        """Show what was ever done, coming back to it where it is open below."""
        from linktui.ui.screens.history import HistoryScreen

        if self.screen.is_modal:
            return
        if any(type(screen) is HistoryScreen for screen in self.screen_stack):
            while type(self.screen) is not HistoryScreen:
                self.pop_screen()
        else:
            self.push_screen(HistoryScreen(self.services, current=self.current_account))

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
        place = NUMBERED.get(name, name)
        if place == "history":
            self.action_history()
        else:
            self.action_switch_to(place)

    def action_calls(self) -> None:
        """Show the calls made to the services."""
        from linktui.ui.screens.calls import CallsScreen

        if not self.screen.is_modal and not isinstance(self.screen, CallsScreen):
            self.push_screen(CallsScreen(self.services, current=self.current_account))

    def push_screen(self, screen: Any, *more: Any, **named: Any) -> Any:
        """Show a screen; what was said before does not lie over what a dialog asks."""
        if isinstance(screen, ModalScreen):
            self.clear_notifications()
        return super().push_screen(screen, *more, **named)

    def _made(self, kind: Callable[..., Kind], *given: object) -> Kind:
        return kind(self.services, *given, clipboard=self._clipboard_mode, current=self.current_account)

    def _links_screen(self) -> Screen[None]:
        return self._made(LinksScreen)

    def _accounts_screen(self) -> Screen[None]:
        from linktui.ui.screens.accounts import AccountsScreen

        return AccountsScreen(self.services, current=self.current_account)

    def _files_screen(self) -> Screen[None]:
        from linktui.ui.screens.files import FilesScreen

        return self._made(FilesScreen)

    def _uploads_screen(self) -> Screen[None]:
        from linktui.ui.screens.uploads import UploadsScreen

        return self._made(UploadsScreen)

    def _timeline_screen(self) -> Screen[None]:
        from linktui.ui.screens.timeline import TimelineScreen

        return self._made(TimelineScreen)

"""An app whose commands are found by their words and run, with a word to go with them, and done again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from textual.actions import ActionParseResult
from textual.binding import BindingType
from textual.dom import DOMNode

from linktui.ui.commands import command, declared
from linktui.ui.keyed import KeyedApp
from linktui.ui.last_act import LastAct
from linktui.ui.screens.framed import Framed

if TYPE_CHECKING:  # opened when they are asked for
    from linktui.ui.offered import Offered
    from linktui.ui.screens.jump import Place
    from linktui.ui.screens.palette import Run


class FindingApp(KeyedApp):
    """An app with a help screen, a palette, a screen of keys, jump letters, and an act that was the last."""

    ENABLE_COMMAND_PALETTE = False  # Textual's takes no arguments

    BINDINGS: ClassVar[list[BindingType]] = [
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
    ]

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.last_act = LastAct()

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

    def action_help(self) -> None:
        """Show the keys of this screen."""
        from linktui.ui.offered import offered
        from linktui.ui.screens.help import HelpScreen

        if not self.screen.is_modal:
            more = self.screen.MORE_HELP if isinstance(self.screen, Framed) else ()
            title = self.screen.title or "Here"
            self.push_screen(HelpScreen(title, offered(self.screen), more=more), self._press)

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

"""Wait for the key that a command is to get, and say at once which command has it already."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.events import Key
from textual.screen import ModalScreen
from textual.widgets import Static

from linktui.ui.key_check import unclear
from linktui.ui.key_names import key_text
from linktui.ui.key_scopes import Entry
from linktui.ui.widgets.box import Box


class PressKeyDialog(ModalScreen[str | None]):
    """The answer is the key, as Textual has it; a key with something against it is asked about first."""

    BINDINGS: ClassVar[list[BindingType]] = []

    DEFAULT_CSS = """
    PressKeyDialog {
        align: center middle;
        & > #press { width: 64; padding: 1 2; }
        & Static { height: auto; }
    }
    """

    def __init__(self, entry: Entry, held_by: Callable[[str], Entry | None]) -> None:
        """`held_by` returns which other command has a key."""
        super().__init__()
        self._entry = entry
        self._held_by = held_by
        self._asked = ""

    def compose(self) -> ComposeResult:
        """Lay out what is waited for."""
        with Box(id="press") as box:
            box.border_title = Content(f"A key for “{self._entry.command.description}”")
            box.border_subtitle = Content("Esc leaves it as it is")
            yield Static(f"Press the key. {self._entry.command.tooltip}", markup=False)

    def on_key(self, event: Key) -> None:
        """Take the key, or say what is against it."""
        event.stop()
        event.prevent_default()
        key = event.key
        if key == "escape":
            self.dismiss(None)
        elif self._asked and key == "enter":
            self.dismiss(self._asked)
        else:
            self._ask(key)

    def _ask(self, key: str) -> None:
        other = self._held_by(key)
        against = unclear(key)
        if other is not None:
            against = (
                f"{key_text(key)} is “{other.command.description}” ({other.name}). "
                "Enter takes it from there; or press another key."
            )
        elif against:
            against += " Enter takes it all the same."
        if not against:
            self.dismiss(key)
            return
        self._asked = key
        self.query_one(Static).update(against)

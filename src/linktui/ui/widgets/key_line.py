"""One line with the few keys that matter here; `?` has the others."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from textual.binding import Binding
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from linktui.ui.commands import key_text

MOST = 6


@runtime_checkable
class Lacks(Protocol):
    """A screen that knows which of its commands cannot be done to what the cursor is on."""

    def lacking(self, action: str) -> str:
        """Return why a command cannot be done, or an empty text when it can."""
        ...


class KeyLine(Static):
    """The bottom line, made from the commands of the screen and of what has the focus."""

    DEFAULT_CSS = """
    KeyLine { dock: bottom; height: 1; padding: 0 1; background: $panel; color: $text-muted; }
    """

    def __init__(self) -> None:
        super().__init__(markup=False)

    def on_mount(self) -> None:
        """Write the line, and again whenever other keys hold."""
        self.screen.bindings_updated_signal.subscribe(self, self._show)

    def on_resize(self) -> None:
        """Show as many keys as there is room for."""
        self._show(self.screen)

    def _show(self, screen: Screen[object]) -> None:
        if not screen.is_current:
            return
        shown: dict[str, Binding] = {}
        for active in screen.active_bindings.values():
            if active.binding.show and active.enabled:
                shown.setdefault(active.binding.action, active.binding)
        ways_on = Content("  ").join([_entry("question_mark", "help"), _entry("colon", "palette")])
        line = Content("")
        for binding in list(shown.values())[:MOST]:
            lacking = isinstance(screen, Lacks) and bool(screen.lacking(binding.action))
            longer = Content.assemble(line, _entry(binding.key, binding.description, dim=lacking), "  ")
            if longer.cell_length + ways_on.cell_length > self.size.width:
                break
            line = longer
        self.update(Content.assemble(line, ways_on), layout=False)


def _entry(key: str, words: str, *, dim: bool = False) -> Content:
    if dim:
        return Content.styled(f"{key_text(key)} {words}", "$text-disabled")
    return Content.assemble((key_text(key), "bold $text-accent"), f" {words}")

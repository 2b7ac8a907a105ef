"""One line with the few keys that matter here; `?` has the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, runtime_checkable

from textual.content import Content
from textual.events import Click
from textual.screen import Screen
from textual.widgets import Static

from linktui.ui.key_names import key_text
from linktui.ui.offered import Offered, offered

MOST = 6
"""Commands that the line names, besides the help."""
GAP = "  "


@runtime_checkable
class Lacks(Protocol):
    """A screen that knows which of its commands cannot be done to what the cursor is on."""

    def lacking(self, action: str) -> str:
        """Return why a command cannot be done, or an empty text when it can."""
        ...


@runtime_checkable
class KnowsWhatMatters(Protocol):
    """A screen that knows which commands matter for what is under the cursor."""

    def prominent(self) -> Sequence[str]:
        """Return their ids, what matters most first."""
        ...


class KeyLine(Static):
    """The bottom line, made from the commands of the screen and of what has the focus, each to be clicked."""

    DEFAULT_CSS = """
    KeyLine { dock: bottom; height: 1; padding: 0 1; background: $panel; color: $text-muted; }
    """

    def __init__(self) -> None:
        super().__init__(markup=False)
        self._places: list[tuple[range, Offered]] = []
        self._said = ""

    def on_mount(self) -> None:
        """Write the line, and again whenever other keys hold."""
        self.screen.bindings_updated_signal.subscribe(self, self._show)

    def on_resize(self) -> None:
        """Show as many keys as there is room for."""
        self._show(self.screen)

    async def on_click(self, event: Click) -> None:
        """Do what the key that was clicked does."""
        event.stop()
        at = event.x - self.gutter.left
        for place, one in self._places:
            if at in place:
                await self.app.run_action(one.binding.action, one.node)

    def say(self, words: str) -> None:
        """Say something in place of the keys; an empty text shows them again."""
        self._said = words
        self._show(self.screen)

    def _show(self, screen: Screen[Any]) -> None:
        if not screen.is_current:
            return
        if self._said:
            self._places = []
            self.update(Content.styled(self._said, "bold $text-accent"), layout=False)
            return
        every = [one for one in offered(screen) if one.keys]
        wanted = [*_chosen(screen, every)[:MOST], *(one for one in every if one.id == "help")]
        self._places, line = [], Content("")
        spare = _entry(wanted[-1]).cell_length if wanted else 0
        for one in wanted:
            entry = _entry(one, dim=isinstance(screen, Lacks) and bool(screen.lacking(one.binding.action)))
            left, right = line.cell_length, line.cell_length + entry.cell_length
            if right + (len(GAP) + spare if one is not wanted[-1] else 0) > self.size.width:
                continue
            self._places.append((range(left, right), one))
            line = Content.assemble(line, entry, GAP)
        self.update(line, layout=False)


def _chosen(screen: Screen[Any], every: Sequence[Offered]) -> list[Offered]:
    focused = [one for one in every if one.node is screen.focused and one.binding.show]
    if focused:  # what is typed into it is no command
        return focused
    by_id = {one.id: one for one in reversed(every)}
    if isinstance(screen, KnowsWhatMatters):
        own = [one for one in every if one.binding.show and one.command is None]  # a person's own commands
        return own + [by_id[name] for name in screen.prominent() if name in by_id]
    return [one for one in every if one.binding.show]


def _entry(one: Offered, *, dim: bool = False) -> Content:
    key, words = key_text(one.keys[0]), one.binding.description
    if dim:
        return Content.styled(f"{key} {words}", "$text-disabled")
    return Content.assemble((key, "bold $text-accent"), f" {words}")

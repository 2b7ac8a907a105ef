"""A one-line field with a few fixed answers, gone through with the arrow keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Generic, TypeVar

from textual.binding import BindingType
from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.widget import Widget

from linktui.ui.commands import command

T = TypeVar("T")


class Choice(Widget, Generic[T], can_focus=True):
    """`‹ download ›`: one of several values, each with its word."""

    BINDINGS: ClassVar[list[BindingType]] = [
        command("right,l,space", "step(1)", "Next", "Choose the next answer.", id="next"),
        command("left,h", "step(-1)", "Previous", "Choose the answer before.", id="previous"),
    ]

    DEFAULT_CSS = """
    Choice {
        height: 1;
        width: 1fr;
        &:focus { text-style: reverse; }
        &:disabled { color: $text-disabled; }
    }
    """

    class Changed(Message):
        """Another value was chosen."""

        def __init__(self, control: Choice[Any]) -> None:
            super().__init__()
            self._control = control

        @property
        def control(self) -> Choice[Any]:
            """The field that changed."""
            return self._control

    def __init__(self, options: Sequence[tuple[T, str]], *, value: T | None = None) -> None:
        super().__init__()
        self._options = tuple(options)
        self._at = 0
        self.set_options(options, value=value)

    @property
    def value(self) -> T:
        """The value that is chosen."""
        return self._options[self._at][0]

    def set_options(self, options: Sequence[tuple[T, str]], *, value: T | None = None) -> None:
        """Offer other values; the first is chosen unless `value` is among them."""
        self._options = tuple(options)
        values = [one for one, _ in options]
        self._at = values.index(value) if value in values else 0
        # A question with one answer is none: Tab passes it by.
        self.can_focus = len(self._options) > 1
        self.refresh()

    def render(self) -> Content:
        """Draw the chosen word, between arrows if there are others."""
        word = self._options[self._at][1]
        return Content(f"‹ {word} ›" if len(self._options) > 1 else word)

    def on_click(self, event: Click) -> None:
        """Go to the next value."""
        event.stop()
        self.action_step(1)

    def action_step(self, step: int) -> None:
        """Choose the next or previous value, round and round."""
        if len(self._options) > 1:
            self._at = (self._at + step) % len(self._options)
            self.refresh()
            self.post_message(self.Changed(self))

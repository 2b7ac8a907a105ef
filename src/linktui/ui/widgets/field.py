"""One line of a form: a label and a control, with what is wrong below it or why there is none."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Label, Static


@runtime_checkable
class ShowsFaults(Protocol):
    """A control with a place of its own for what is wrong."""

    def show_fault(self, sentence: str) -> None:
        """Say what is wrong, or nothing for an empty sentence."""
        ...


class Field(Horizontal):
    """A labelled control; `key` is the name that errors give it."""

    DEFAULT_CSS = """
    Field {
        height: auto;
        & > Label { width: 12; color: $text-muted; }
        & > Vertical { height: auto; width: 1fr; }
        & .field--note { height: auto; display: none; color: $text-muted; }
        & .field--note.-shown { display: block; }
        & .field--note.-fault { color: $text-error; }
    }
    """

    def __init__(self, label: str, control: Widget, *, key: str, reason: str = "", hint: str = "") -> None:
        """`hint` stands below the control while nothing else has to be said there."""
        super().__init__()
        self._label = label
        self._control = control
        self.key = key
        self._reason = reason
        self._hint = hint

    def compose(self) -> ComposeResult:
        """Lay out label, control and note."""
        yield Label(self._label, markup=False)
        with Vertical():
            yield self._control
            yield Static("", classes="field--note", markup=False)

    def on_mount(self) -> None:
        """Show from the start why the field cannot be used."""
        self.set_reason(self._reason)

    def set_reason(self, reason: str) -> None:
        """Show why the field cannot be used in its place; an empty reason opens it."""
        self._reason = reason
        self._control.disabled = bool(reason)
        self._control.display = not reason
        self._note(reason or self._hint, fault=False)

    def show_fault(self, sentence: str) -> None:
        """Say what is wrong with what is in the field; an empty sentence takes that away."""
        if isinstance(self._control, ShowsFaults):
            self._control.show_fault(sentence)
            return
        self._note(sentence or self._reason or self._hint, fault=bool(sentence))

    def focus_control(self) -> None:
        """Move the focus to where the field is edited."""
        inner = [self._control, *self._control.query("Input")]
        next((widget for widget in inner if widget.focusable), self._control).focus()

    def _note(self, sentence: str, *, fault: bool) -> None:
        for note in self.query(".field--note").results(Static):
            note.update(sentence)
            note.set_class(bool(sentence), "-shown")
            note.set_class(fault, "-fault")

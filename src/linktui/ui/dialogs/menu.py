"""A short list of answers to one question, each with a letter of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import Key
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from linktui.ui.commands import command

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """One line of the menu: the letter that picks it at once, the words, and what they mean."""

    key: str
    value: T
    words: str
    detail: str = ""


class MenuDialog(ModalScreen[R | None], Generic[T, R]):
    """Arrows and Enter or a letter pick an answer, Esc leaves; `result` makes the dialog's answer of it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        command("escape,q", "leave", "Cancel", "Close the menu; nothing is done."),
        command("j", "down", "Down", "Go to the next answer."),
        command("k", "up", "Up", "Go to the answer before."),
    ]

    DEFAULT_CSS = """
    MenuDialog {
        align: center middle;
        & > #menu {
            width: 76;
            max-width: 100%;
            height: auto;
            max-height: 100%;
            border: round $primary;
            border-title-color: $text;
            border-title-style: bold;
            border-subtitle-color: $text-muted;
            background: $surface;
            padding: 0 1;
        }
        & .menu--lead { height: auto; max-height: 6; margin-bottom: 1; }
        & OptionList { height: auto; max-height: 12; border: none; padding: 0; background: $surface; }
        & OptionList:focus { border: none; }
    }
    """

    AUTO_FOCUS = "*"

    def __init__(self, title: str, lead: str, answers: Sequence[Answer[T]]) -> None:
        super().__init__()
        self._title = title
        self._lead = lead
        self._answers = tuple(answers)

    def compose(self) -> ComposeResult:
        """Lay out the question, its answers and whatever belongs below."""
        with Vertical(id="menu") as menu:
            menu.border_title = Content(self._title)
            hint = "Enter or letter picks · Esc cancel" if self._answers else "Esc closes"
            menu.border_subtitle = Content(hint)
            if self._lead:
                yield Static(self._lead, classes="menu--lead", markup=False)
            yield OptionList(*(Option(self._line(answer)) for answer in self._answers))
            yield from self.below()

    def below(self) -> Iterable[Widget]:
        """Return what is shown under the answers; nothing unless a menu says otherwise."""
        return ()

    def result(self, value: T) -> R:
        """Return the dialog's answer for the picked value."""
        raise NotImplementedError

    def on_key(self, event: Key) -> None:
        """Pick an answer by its letter."""
        for answer in self._answers:
            if event.key == answer.key:
                event.stop()
                self.dismiss(self.result(answer.value))
                return

    @on(OptionList.OptionSelected)
    def _pick(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(self.result(self._answers[event.option_index].value))

    def action_leave(self) -> None:
        """Close the menu without an answer."""
        self.dismiss(None)

    def action_down(self) -> None:
        """Go to the next answer."""
        self.query_one(OptionList).action_cursor_down()

    def action_up(self) -> None:
        """Go to the answer before."""
        self.query_one(OptionList).action_cursor_up()

    @staticmethod
    def _line(answer: Answer[T]) -> Content:
        line = Content.assemble((f" {answer.key} ", "bold $accent"), " ", answer.words)
        return Content.assemble(line, "\n    ", (answer.detail, "$text-muted")) if answer.detail else line

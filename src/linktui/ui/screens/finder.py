"""A line to type into, above what is found by it: the help, the palette and the keys are made so."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any, ClassVar, Generic, TypeVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from linktui.ui.commands import command
from linktui.ui.terminal.in_order import InOrderApp
from linktui.ui.widgets.box import Box

FRAME = 5
"""Cells that border, padding and scroll bar take of a line."""
WORDS_LATER = "words-later"
SOON = 0.1
"""Seconds after which what was typed is looked for at the latest, while more keys are waiting."""
T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """One line that was found; without a value it is a heading, or to be read only."""

    words: Content
    value: T | None = None
    later: Callable[[], Awaitable[Content]] | None = None
    """Returns the words that take the place of these, once they are known."""


class FinderInput(Input):
    """The line itself; it says when Del or Backspace find nothing to delete."""

    class NothingToDelete(Message):
        """The line is empty, and somebody deletes."""

    def action_delete_left(self) -> None:
        """Delete to the left, or say that there is nothing."""
        self._delete_or_say(super().action_delete_left)

    def action_delete_right(self) -> None:
        """Delete to the right, or say that there is nothing."""
        self._delete_or_say(super().action_delete_right)

    def _delete_or_say(self, delete: Any) -> None:
        if self.value:
            delete()
        else:
            self.post_message(self.NothingToDelete())


class FinderScreen(ModalScreen[R | None], Generic[T, R]):
    """What is typed finds, the arrows move, Enter picks, Esc empties the line and then leaves."""

    BINDINGS: ClassVar[list[BindingType]] = [
        command("escape", "leave", "Close", "Empty the line, else close."),
        command("down,ctrl+n", "step(1)", "Down", "Go to the next line.", id="down"),
        command("up", "step(-1)", "Up", "Go to the line before.", id="up"),
        command("pagedown", "page(1)", "Page down", "Go down by a page.", id="page-down"),
        command("pageup", "page(-1)", "Page up", "Go up by a page.", id="page-up"),
        command("tab", "complete", "Complete", "Write the line under the cursor out, where that can be."),
    ]
    scope: ClassVar[str] = "finder"

    DEFAULT_CSS = """
    FinderScreen {
        align: center top;
        & > #finder { width: 96; height: 100%; max-height: 40; }
        & FinderInput { background: $boost; }
        & OptionList {
            height: 1fr;
            border: none;
            padding: 0;
            background: $surface;
            scrollbar-size-vertical: 1;
        }
        & OptionList > .option-list--option-highlighted { background: $primary 35%; text-style: bold; }
        & OptionList > .option-list--option-disabled { color: $text; }
    }
    """

    AUTO_FOCUS = "FinderInput"
    MOST_WIDTH = 96

    heading: ClassVar[str]
    hint: ClassVar[str]
    placeholder: ClassVar[str] = "type to find"

    def __init__(self) -> None:
        super().__init__()
        self._found: Sequence[Found[T]] = ()
        self._found_by: str | None = None

    def compose(self) -> ComposeResult:
        """Lay out the line and what is found."""
        with Box(id="finder") as box:
            box.border_title = Content(self.heading)
            box.border_subtitle = Content(self.hint)
            yield FinderInput(placeholder=self.placeholder, compact=True)
            found = OptionList(markup=False)
            found.can_focus = False
            yield found

    def on_mount(self) -> None:
        """Show what there is."""
        self.find()

    def found(self, typed: str) -> Sequence[Found[T]]:
        """Return what is found by what is typed, from the top."""
        raise NotImplementedError

    def picked(self, value: T) -> None:
        """Do what a line is for."""
        raise NotImplementedError

    def completion(self, value: T) -> str:
        """Return what the line would be with a value written out; empty where it cannot be."""
        return ""

    def find(self, *, keep: bool = False) -> None:
        """Show what is found now, with the cursor on the first line that can be picked, or where it is."""
        listed = self.query_one(OptionList)
        at = listed.highlighted if keep else None
        self._found_by = self.query_one(FinderInput).value
        self._found = self.found(self._found_by)
        listed.set_options(Option(one.words, disabled=one.value is None) for one in self._found)
        first = next((at for at, one in enumerate(self._found) if one.value is not None), None)
        listed.highlighted = first if at is None else at
        if first is not None and at is None:
            listed.scroll_to(y=0, animate=False)
        self.workers.cancel_group(self, WORDS_LATER)  # those of what was found before
        if any(one.later for one in self._found):
            self._say_later(self._found)

    @work(group=WORDS_LATER)
    async def _say_later(self, found: Sequence[Found[T]]) -> None:
        for at, one in enumerate(found):
            if one.later is not None:
                self.query_one(OptionList).replace_option_prompt_at_index(at, await one.later())

    @property
    def current(self) -> T | None:
        """The value of the line under the cursor."""
        at = self.query_one(OptionList).highlighted
        return None if at is None or at >= len(self._found) else self._found[at].value

    @on(Input.Changed)
    def _find(self, event: Input.Changed) -> None:
        event.stop()
        if isinstance(self.app, InOrderApp) and self.app.keys_wait:
            self.set_timer(SOON, self._find_typed)
        else:
            self._find_typed()

    def _find_typed(self) -> None:
        if self.query_one(FinderInput).value != self._found_by:
            self.find()

    @on(Input.Submitted)
    def _pick(self, event: Input.Submitted) -> None:
        event.stop()
        self._find_typed()  # the last letters may not have been looked at yet
        if self.current is not None:
            self.picked(self.current)

    @on(OptionList.OptionSelected)
    def _pick_clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        value = self._found[event.option_index].value
        if value is not None:
            self.picked(value)

    def beside(self, left: Content, words: str) -> Content:
        """Return a line whose words are wrapped beside its left part, and not below it."""
        most = min(self.app.size.width, self.MOST_WIDTH)
        room = max(20, most - FRAME - left.cell_length)
        indent = "\n" + " " * left.cell_length
        return Content.assemble(left, indent.join(wrap(words, room)))

    def action_leave(self) -> None:
        """Empty the line, or close if it is empty."""
        line = self.query_one(FinderInput)
        if line.value:
            line.value = ""
        else:
            self.dismiss(None)

    def action_step(self, steps: int) -> None:
        """Go to another line."""
        self._find_typed()
        listed = self.query_one(OptionList)
        listed.action_cursor_down() if steps > 0 else listed.action_cursor_up()

    def action_page(self, pages: int) -> None:
        """Go a page on."""
        listed = self.query_one(OptionList)
        page = listed.action_page_down if pages > 0 else listed.action_page_up
        page()  # type: ignore[no-untyped-call]

    def action_complete(self) -> None:
        """Write the line under the cursor out."""
        self._find_typed()
        text = "" if self.current is None else self.completion(self.current)
        if text:
            line = self.query_one(FinderInput)
            line.value = text
            line.cursor_position = len(text)

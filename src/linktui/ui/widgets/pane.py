"""A bordered list with its title and counts in the border, a filter line, and a sentence when it is empty."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import Key
from textual.message import Message
from textual.widgets import Input, Static

from linktui.ui.commands import command
from linktui.ui.terminal.borders import set_subtitle, set_title
from linktui.ui.widgets.rows import Column, Rows

R = TypeVar("R")


class FilterInput(Input):
    """The line a filter is typed into: Enter keeps it, Esc takes it away.

    It takes and gives the focus at once, not with the next layout: whoever types fast must never have
    the words of a filter taken for commands, or a command for a word.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        command("enter", "submit", "Keep it", "Keep the filter, and go back to the list.", shown=True),
        command("escape", "give_up", "Take it away", "Take the filter away.", shown=True),
    ]

    class GivenUp(Message):
        """The filter is not wanted any more."""

    def on_mount(self) -> None:
        """Stay out of the way of Tab until a filter is wanted."""
        self.can_focus = False

    def on_blur(self) -> None:
        """Stay out of the way again."""
        self.can_focus = False

    async def _on_key(self, event: Key) -> None:
        if self.screen.focused is self:
            await self._take(event)
            return
        # It was typed after Enter, while the letters before it were still being filtered by.
        event.stop()
        event.prevent_default()
        self.app.simulate_key(event.key)

    async def _take(self, event: Key) -> None:
        actions = {binding.action for binding in self._bindings.key_to_bindings.get(event.key, ())}
        if actions & {"submit", "give_up"}:
            # At once, not once it has bubbled up to where bindings are looked up: more keys are waiting.
            event.stop()
            event.prevent_default()
            await self.action_submit() if "submit" in actions else self.action_give_up()
        else:
            await super()._on_key(event)

    async def action_submit(self) -> None:
        """Say that the filter stays; the very next key is no part of it any more."""
        self._give_focus_back()
        await super().action_submit()

    def action_give_up(self) -> None:
        """Say that the filter is not wanted."""
        self.value = ""
        self._give_focus_back()
        self.post_message(self.GivenUp())

    def _give_focus_back(self) -> None:
        self.screen.set_focus(self.parent.table if isinstance(self.parent, Pane) else None)


class Pane(Vertical, Generic[R]):
    """What the lists of the Files and Uploads screens share; a subclass says which rows there are."""

    DEFAULT_CSS = """
    Pane {
        border: round $border-blurred;
        border-title-color: $text-muted;
        border-subtitle-color: $text-muted;
        &:focus-within { border: round $primary; border-title-color: $text; }
        & > .pane--state {
            display: none;
            height: 1fr;
            padding: 1 2;
            content-align: center middle;
            text-align: center;
            color: $text-muted;
        }
        & > FilterInput { min-height: 0; max-height: 0; }
        &.-filtering > FilterInput { max-height: 1; }
        &.-empty > .pane--state { display: block; }
        &.-empty > Rows { height: 1; }
    }
    """

    class Highlighted(Message):
        """The cursor is on another row."""

        def __init__(self, control: Pane[Any]) -> None:
            super().__init__()
            self._control = control

        @property
        def control(self) -> Pane[Any]:
            """The pane whose cursor moved."""
            return self._control

    class Opened(Highlighted):
        """A row was clicked twice."""

    def __init__(
        self,
        columns: Sequence[Column[R]],
        *,
        key: Callable[[R], Hashable],
        is_marked: Callable[[R], bool],
        id: str,  # noqa: A002 - Textual's own name for it
    ) -> None:
        super().__init__(id=id)
        self.table = Rows(columns, key=key, is_marked=is_marked)
        # Kept by hand: a screen may be shown rows before it is laid out, when keys come one upon another.
        self._empty = Static("", classes="pane--state", markup=False)
        self._field = FilterInput(placeholder="filter", compact=True, select_on_focus=False)
        self._said = ""
        self._title = self._counts = ""
        self._hint = ""

    def compose(self) -> ComposeResult:
        """Lay out the list, the sentence for an empty one, and the filter line."""
        yield self.table
        yield self._empty
        yield self._field

    @property
    def current(self) -> R | None:
        """The row under the cursor."""
        return self.table.current

    def show(self, rows: Sequence[R], *, cursor: int | None = None, moved: int = 0, empty: str = "") -> None:
        """Show rows, or the sentence `empty` when there are none; `moved` as `Rows.set_rows` has it."""
        self.set_class(not rows, "-empty")
        if empty != self._said:  # else the screen would be laid out anew
            self._said = empty
            self._empty.update(empty)
        self.table.set_rows(rows, cursor=cursor, moved=moved)

    def set_hint(self, hint: str) -> None:
        """Say at the end of the lower border how to get to what is not in sight."""
        self._hint = hint
        self._write_borders()

    def set_titles(self, title: str, counts: str) -> None:
        """Write the title into the upper border and the counts into the lower one."""
        self._title, self._counts = title, counts
        self._write_borders()

    def _write_borders(self) -> None:
        """Write what there is to say into both borders, or into the upper one where there is no other."""
        below = " · ".join(part for part in (self._counts, self._hint) if part)
        alone = self.app.has_class("-compact")
        set_title(self, Content(f"{self._title} · {below}" if alone and below else self._title))
        set_subtitle(self, Content("" if alone else below))

    def set_filter(self, text: str) -> None:
        """Show only rows with these words."""
        raise NotImplementedError

    def open_filter(self) -> None:
        """Let the filter be typed, in place of the one there is.

        It waits until the field is there: a key may come before the screen is laid out.
        """
        if not self._field.is_mounted:
            self.call_after_refresh(self.open_filter)
            return
        self.add_class("-filtering")
        self._field.can_focus = True
        self.screen.set_focus(self._field)
        self._field.select_all()

    def type_filter(self, text: str) -> None:
        """Have a filter as if it had been typed and kept."""
        self._field.value = text
        self.set_class(bool(text), "-filtering")
        self.screen.set_focus(self.table)

    def drop_filter(self) -> bool:
        """Take the filter away and tell whether there was one."""
        had = bool(self._field.value) or self.has_class("-filtering")
        self._field.value = ""
        self.remove_class("-filtering")
        return had

    @on(Input.Changed)
    def _filter(self, event: Input.Changed) -> None:
        event.stop()
        self.set_filter(event.value.strip())

    @on(Input.Submitted)
    def _keep_filter(self, event: Input.Submitted) -> None:
        event.stop()
        self.set_class(bool(event.value.strip()), "-filtering")
        self.table.focus()

    @on(FilterInput.GivenUp)
    def _give_filter_up(self, event: FilterInput.GivenUp) -> None:
        event.stop()
        self.drop_filter()
        self.table.focus()

    @on(Rows.Highlighted)
    def _tell(self, event: Rows.Highlighted) -> None:
        event.stop()
        opened = isinstance(event, Rows.Opened)
        self.post_message(self.Opened(self) if opened else self.Highlighted(self))

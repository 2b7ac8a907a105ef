"""A list drawn line by line from any sequence of rows: a directory, the queue, an account's files."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, Generic, TypeVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.binding import BindingType
from textual.events import Click
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBar
from textual.strip import Strip

from linktui.ui.commands import command
from linktui.ui.terminal.lean import LeanApp
from linktui.ui.terminal.painting import paint, scroll

R = TypeVar("R")

MARK = "◆"
REVERSE = Style(reverse=True)
GAP = 2
NEAR = 500
"""Rows around the cursor in which its row is looked for after a change."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A clean text and the role it is coloured by: muted, good, wait, bad, folder or none."""

    text: str
    role: str = ""


Line = tuple[bool, tuple[Cell, ...]]
"""Whether a row is marked, and its cells."""


@dataclass(frozen=True, kw_only=True)
class Column(Generic[R]):
    """One column; a width of 0 takes a share of what others leave, `from_width` hides it in a narrow list."""

    title: str
    cell: Callable[[R], Cell]
    width: int = 0
    right: bool = False
    from_width: int = 0
    until_width: int = 0
    """Hides it in a list as wide as that or wider; 0 never does."""
    share: int = 1
    """How much it takes of what is left, beside others without a width."""
    ticks: bool = False
    """Whether what it says changes as time goes by."""


class Rows(ScrollView, Generic[R], can_focus=True):
    """Rows under a line of titles, with a cursor and marks.

    Only rows in sight are asked for, and `set_rows` repaints only those of them that differ.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        command("j,down", "move(1)", "Down", "Go down by a row.", id="down", counted="move({count})"),
        command("k,up", "move(-1)", "Up", "Go up by a row.", id="up", counted="move(-{count})"),
        command(
            "pagedown,ctrl+f",
            "page(1.0)",
            "Page down",
            "Go down by a page.",
            id="page-down",
            counted="page({count})",
        ),
        command(
            "pageup", "page(-1.0)", "Page up", "Go up by a page.", id="page-up", counted="page(-{count})"
        ),
        command(
            "ctrl+d",
            "page(0.5)",
            "Half a page down",
            "Go down by half a page.",
            id="half-page-down",
            counted="page({count}, 0.5)",
        ),
        command(
            "ctrl+u",
            "page(-0.5)",
            "Half a page up",
            "Go up by half a page.",
            id="half-page-up",
            counted="page(-{count}, 0.5)",
        ),
        command(
            "g,home",
            "edge(0)",
            "Top",
            "Go to the first row, or to the row of the count.",
            id="top",
            counted="row({count})",
        ),
        command(
            "G,end",
            "edge(-1)",
            "Bottom",
            "Go to the last row, or to the row of the count.",
            id="bottom",
            counted="row({count})",
        ),
    ]

    scope: ClassVar[str] = "list"

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "rows--title",
        "rows--cursor",
        "rows--cursor-blurred",
        "rows--mark",
        "rows--muted",
        "rows--good",
        "rows--wait",
        "rows--bad",
        "rows--folder",
    }

    DEFAULT_CSS = """
    Rows {
        height: 1fr;
        scrollbar-size-vertical: 1;
        overflow-x: hidden;
        & > .rows--title { color: $foreground-muted; text-style: bold; }
        & > .rows--cursor { background: $primary 35%; text-style: bold; }
        & > .rows--cursor-blurred { background: $primary 12%; }
        & > .rows--mark { color: $text-accent; text-style: bold; }
        & > .rows--muted { color: $foreground-muted; }
        & > .rows--good { color: $text-success; }
        & > .rows--wait { color: $text-warning; }
        & > .rows--bad { color: $text-error; }
        & > .rows--folder { color: $text-primary; text-style: bold; }
    }
    """

    cursor: reactive[int] = reactive(0, repaint=False)

    class Highlighted(Message):
        """The cursor is on another row, or the row under it changed."""

        def __init__(self, control: Rows[Any]) -> None:
            super().__init__()
            self._control = control

        @property
        def control(self) -> Rows[Any]:
            """The list whose cursor moved."""
            return self._control

    class Opened(Highlighted):
        """The row under the cursor was clicked while the cursor was on it."""

    class TitleClicked(Message):
        """A column's title was clicked."""

        def __init__(self, control: Rows[Any], title: str) -> None:
            super().__init__()
            self._control = control
            self.title = title

        @property
        def control(self) -> Rows[Any]:
            """The list whose title it is."""
            return self._control

    def __init__(
        self,
        columns: Sequence[Column[R]],
        *,
        key: Callable[[R], Hashable],
        is_marked: Callable[[R], bool],
        id: str | None = None,  # noqa: A002 - Textual's own name for it
    ) -> None:
        super().__init__(id=id)
        self._columns = tuple(columns)
        self._ticking = [number for number, column in enumerate(self._columns) if column.ticks]
        self._key = key
        self._is_marked = is_marked
        self._rows: Sequence[R] = ()
        self._drawn: dict[int, Line] = {}
        self._turned: tuple[int, ...] = ()
        """Rows that the cursor leaves or comes to while the list scrolls."""

    @property
    def rows(self) -> Sequence[R]:
        """All rows."""
        return self._rows

    @property
    def current(self) -> R | None:
        """The row under the cursor."""
        return self._rows[self.cursor] if 0 <= self.cursor < len(self._rows) else None

    @property
    def in_sight(self) -> list[R]:
        """The rows that are on the screen."""
        return [self._rows[at] for at in self._sight()]

    def set_rows(self, rows: Sequence[R], *, cursor: int | None = None, moved: int = 0) -> None:
        """Show other rows; the cursor stays on its row, by key, unless it is placed.

        With `moved`, each row in sight is so many rows further down the list than it was, and stays where
        it is on the screen.
        """
        before = self.current
        if cursor is None:
            cursor = self.cursor if before is None else self._find(rows, before)
        self._rows = rows
        self._take_length(len(rows))
        if moved:
            self._move_along(moved)
        placed = max(0, min(len(rows) - 1, cursor))
        self._refresh_changed()
        if placed == self.cursor:
            self.post_message(self.Highlighted(self))
        self.cursor = placed
        self._show_cursor()

    def _take_length(self, length: int) -> None:
        """Be so long; the screen is laid out anew only where the scroll bar comes or goes."""
        before, size = self.virtual_size, Size(0, length + 1)
        room = self.container_size.height
        if not room or (before.height > room) != (size.height > room):
            self.virtual_size = size
        elif size != before:
            self.set_reactive(Rows.virtual_size, size)
            if size.height > room:
                self._stretch_bar(size.height)
            self.scroll_y = self.scroll_y  # which is no more than there is

    def _move_along(self, moved: int) -> None:
        self._drawn = {at + moved: line for at, line in self._drawn.items()}
        self.set_reactive(Rows.cursor, self.cursor + moved)
        self.set_reactive(Rows.scroll_y, max(0.0, self.scroll_y + moved))
        self.set_reactive(Rows.scroll_target_y, self.scroll_y)
        self._move_bar(self.scroll_y)

    def refresh_rows(self) -> None:
        """Draw again the rows in sight whose marks or words differ by now."""
        self._refresh_changed()

    def tick(self) -> None:
        """Write again what time has changed in the rows in sight; it costs a few bytes a row."""
        app, width = self.app, self.size.width
        bare = app if isinstance(app, LeanApp) and self.screen is app.screen else None
        place = self.content_region.offset - (0, self.scroll_offset.y - 1)
        places = [(place.x + left, room) for left, room in self._places(width)]
        overwritten: list[Region] = []
        for at in self._sight():
            drawn = self._drawn.get(at)
            changed = [] if drawn is None else self._ticked(at, drawn)
            if drawn is None or not changed:
                continue
            now = list(drawn[1])
            for number, cell in changed:
                now[number] = cell
            if bare is not None and all(
                self._overwrite(bare, number, drawn[1][number], cell, (*places[number], place.y + at))
                for number, cell in changed
            ):
                self._drawn[at] = (drawn[0], tuple(now))
                overwritten.append(Region(0, at + 1 - self.scroll_offset.y, width, 1))
            else:
                self._refresh_cells(at, drawn, (drawn[0], tuple(now)))
        if overwritten and bare is not None:
            # Textual keeps drawn lines: these are to be drawn anew when they are next asked for.
            self._styles_cache.set_dirty(*overwritten)
            bare.flush()

    def render_line(self, y: int) -> Strip:
        """Draw the titles, which stay, or one row."""
        width = self.size.width
        if y == 0:
            cells = [Cell(column.title) for column in self._columns]
            return self._strip(cells, width, mark=" ", base="title")
        at = y - 1 + self.scroll_offset.y
        if at >= len(self._rows):
            return Strip.blank(width, self.rich_style)
        marked, drawn = self._drawn[at] = self._line(at)
        if len(self._drawn) > 2 * self.size.height:
            sight = self._sight()
            self._drawn = {one: line for one, line in self._drawn.items() if one in sight}
        base = ""
        if at == self.cursor:
            base = "cursor" if self.has_focus else "cursor-blurred"
        return self._strip(drawn, width, mark=MARK if marked else " ", base=base)

    def watch_cursor(self, before: int, after: int) -> None:
        """Repaint the two rows that differ, at once, and keep the cursor in sight."""
        self._turned = (before, after)
        self._show_cursor()
        for at in self._turned:
            self._refresh_row(at)
        self._turned = ()
        paint(self)
        self.post_message(self.Highlighted(self))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Have the terminal move what it shows, where it can; the scroll bar moves once that is seen."""
        self._move_bar(new_value)
        lines = round(new_value) - round(old_value)
        if not lines:
            return
        changed = [at + 1 - round(new_value) for at in self._turned]
        self._turned = ()
        if not scroll(self, lines, fixed=1, changed=changed):
            self.refresh(self.size.region)

    def watch_has_focus(self, value: bool) -> None:
        """Draw the cursor as one that acts, or as one that waits."""
        super().watch_has_focus(value)
        self._refresh_row(self.cursor)

    def on_resize(self) -> None:
        """Keep the cursor in sight when there is less room."""
        self.call_after_refresh(self._show_cursor)

    def on_click(self, event: Click) -> None:
        """Put the cursor on the row that was clicked; a second click opens it."""
        at = event.y - 1 + self.scroll_offset.y
        if event.y == 0:
            self._click_title(event.x)
            return
        if at >= len(self._rows):
            return
        if at == self.cursor and event.chain > 1:
            self.post_message(self.Opened(self))
        self.cursor = at

    def places(self) -> list[tuple[Offset, Callable[[], object]]]:
        """Return the rows in sight, for a jump."""
        top = self.scroll_offset.y
        return [(Offset(0, at - top + 1), partial(self._jump, at)) for at in self._sight()]

    def _jump(self, at: int) -> None:
        self.screen.set_focus(self)
        self.cursor = at

    def action_move(self, steps: int) -> None:
        """Move the cursor by rows."""
        self.cursor = max(0, min(len(self._rows) - 1, self.cursor + steps))

    def action_page(self, pages: float, share: float = 1.0) -> None:
        """Move the cursor by what is in sight, or a share of it."""
        self.action_move(int((self.size.height - 1) * pages * share))

    def action_edge(self, edge: int) -> None:
        """Move the cursor to the first row (0) or the last (-1)."""
        self.cursor = 0 if edge == 0 else max(0, len(self._rows) - 1)

    def action_row(self, number: int) -> None:
        """Move the cursor to a row, counted from 1."""
        self.cursor = max(0, min(len(self._rows), number) - 1)

    def _click_title(self, x: int) -> None:
        for column, (left, room) in zip(self._columns, self._places(self.size.width), strict=True):
            if left <= x < left + room:
                self.post_message(self.TitleClicked(self, column.title))

    def _line(self, at: int) -> Line:
        row = self._rows[at]
        return self._is_marked(row), tuple(column.cell(row) for column in self._columns)

    def _find(self, rows: Sequence[R], row: R) -> int:
        """Return where a row is now, looking near the cursor; the cursor's place if it is gone."""
        key = self._key(row)
        near = (at for step in range(NEAR) for at in {self.cursor - step, self.cursor + step})
        found = (at for at in near if 0 <= at < len(rows) and self._key(rows[at]) == key)
        return next(found, self.cursor)

    def _refresh_changed(self) -> None:
        sight = self._sight()
        if any(at >= sight.stop for at in self._drawn):
            self.refresh()  # there are fewer rows than were drawn
        self._drawn = {at: line for at, line in self._drawn.items() if at in sight}
        for at in sight:
            now, drawn = self._line(at), self._drawn.get(at)
            if drawn is None or drawn[0] != now[0]:
                self._refresh_row(at)
            elif drawn != now:
                self._refresh_cells(at, drawn, now)

    def _refresh_cells(self, at: int, drawn: Line, now: Line) -> None:
        """Repaint only the cells that read differently: what ticks costs a slow line a few bytes."""
        y = at + 1 - self.scroll_offset.y
        for (left, room), before, after in zip(self._places(self.size.width), drawn[1], now[1], strict=True):
            if room and before != after:
                self.refresh(Region(left, y, room, 1))

    def _ticked(self, at: int, drawn: Line) -> list[tuple[int, Cell]]:
        """Return the cells of a row that read differently by now, with the numbers of their columns."""
        row, before = self._rows[at], drawn[1]
        now = ((number, self._columns[number].cell(row)) for number in self._ticking)
        return [(number, cell) for number, cell in now if cell != before[number]]

    def _overwrite(
        self, app: LeanApp, number: int, before: Cell, cell: Cell, place: tuple[int, int, int]
    ) -> bool:
        """Have a cell read differently without a frame, unless it looks different or something covers it."""
        left, room, y = place
        if not room:
            return True
        if before.role != cell.role or not (before.text.isascii() and cell.text.isascii()):
            return False
        right = self._columns[number].right
        return app.overwrite(left, y, fit(before.text, room, right=right), fit(cell.text, room, right=right))

    def _sight(self) -> range:
        top = self.scroll_offset.y
        return range(top, min(len(self._rows), top + max(0, self.size.height - 1)))

    def _show_cursor(self) -> None:
        """Scroll so that the cursor's row is below the titles and in sight."""
        if self.size.height > 1:
            top = self.scroll_offset.y
            lowest = self.cursor - (self.size.height - 2)
            wanted = min(max(top, lowest), self.cursor)
            if wanted != top:
                self.scroll_to(y=wanted, animate=False, immediate=True)

    def _move_bar(self, top: float) -> None:
        bar = self.vertical_scrollbar
        step = max(1, self.virtual_size.height) / max(
            1, 8 * self.size.height
        )  # it is drawn to an eighth of a line
        if self.show_vertical_scrollbar and int(bar.position / step) != int(top / step):
            bar.position = top

    def _stretch_bar(self, height: int) -> None:
        bar = self.vertical_scrollbar
        if bar_of(bar, height) == bar_of(bar, bar.window_virtual_size):
            bar.set_reactive(ScrollBar.window_virtual_size, height)  # it is drawn as it is already
        else:
            bar.window_virtual_size = height

    def _refresh_row(self, at: int) -> None:
        y = at + 1 - self.scroll_offset.y
        if 1 <= y < self.size.height:
            self.refresh(Region(0, y, self.size.width, 1))

    def _strip(self, cells: Sequence[Cell], width: int, *, mark: str, base: str) -> Strip:
        plain = self._style(base)
        segments = [Segment(f"{mark} ", self._cell_style(base, "mark"))]
        for column, room, cell in zip(self._columns, self._widths(width), cells, strict=True):
            if room:
                text = fit(cell.text, room, right=column.right)
                segments += [Segment(text, self._cell_style(base, cell.role)), Segment(" " * GAP, plain)]
        return Strip(segments).adjust_cell_length(width, plain)

    def _style(self, *names: str) -> Style:
        """Return the colours of the list itself under those of its parts, blended."""
        parts = [f"rows--{name}" for name in names if name]
        style = self.get_visual_style(*parts).rich_style
        # Textual leaves this one out.
        reverse = any(self.get_component_styles(part).text_style.reverse for part in parts)
        return style + REVERSE if reverse else style

    def _cell_style(self, base: str, role: str) -> Style:
        """Return how a cell looks: under the cursor nothing is muted, and a front of its own covers roles."""
        if base == "cursor" and (role == "muted" or self._cursor_covers()):
            return self._style(base)
        return self._style(base, role)

    def _cursor_covers(self) -> bool:
        """Tell whether the cursor has a front of its own, on which the roles' would not be read."""
        if self.get_component_styles("rows--cursor").text_style.reverse:
            return True
        front, plain = self.get_visual_style("rows--cursor").foreground, self.visual_style.foreground
        if front is None or plain is None:
            return False
        # Textual may round a colour of the theme by one.
        return any(abs(one - other) > 1 for one, other in zip(front.rgb, plain.rgb, strict=True))

    def _places(self, width: int) -> list[tuple[int, int]]:
        """Return where each column begins and how wide it is; 0 wide is hidden."""
        places, left = [], 2
        for room in self._widths(width):
            places.append((left, room))
            left += room + GAP if room else 0
        return places

    def _widths(self, width: int) -> list[int]:
        """Return each column's cells; 0 hides it."""
        shown = [
            column
            for column in self._columns
            if width >= column.from_width and not 0 < column.until_width <= width
        ]
        fixed = sum(column.width + GAP for column in shown if column.width)
        flexible = [column for column in shown if not column.width]
        left = max(0, width - 2 - fixed - GAP * len(flexible))
        shares = max(1, sum(column.share for column in flexible))
        return [
            0 if column not in shown else column.width or max(8, left * column.share // shares)
            for column in self._columns
        ]


def bar_of(bar: ScrollBar, height: int) -> tuple[int, int]:
    """Return where the bar of so many lines begins and how long it is, in eighths, as Textual draws it."""
    thumb = max(1.0, bar.window_size * bar.size.height / height)
    place = (bar.size.height - thumb) * bar.position / max(1, height - bar.window_size)
    return int(8 * place), math.ceil(8 * thumb)


def fit(text: str, width: int, *, right: bool = False) -> str:
    """Return `text` in exactly `width` cells, ending in … where it does not fit."""
    if cell_len(text) > width:
        text = set_cell_size(text, width - 1).rstrip() + "…"
    return " " * (width - cell_len(text)) + text if right else set_cell_size(text, width)

"""Paint at once, in few bytes, and let the terminal itself scroll what it already shows.

Textual paints with its next frame, up to 16 ms later, sends each piece of a line with all its colours, and
knows no scrolling. This is the one place that leans on its insides; wherever they are not as expected, or
something lies over the list, it returns False and Textual paints in its own way.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, cast

from rich.color import ColorSystem
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import CompositorUpdate
from textual.geometry import Region
from textual.screen import Screen
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

_SHOWS_ON_BLANKS = {"4", "7", "9", "21", "53"}
"""Attributes that are seen where there is no letter."""


def paint(view: ScrollView) -> bool:
    """Paint now the lines of a view that are out of date."""
    screen = _ready(view)
    if screen is None or not _uncovered(screen, view):
        return False
    lines = {y for region in view._exchange_repaint_regions() for y in region.line_range}
    if lines:
        _write(screen, "", ((view, y) for y in sorted(lines) if y < view.size.height))
    return True


def scroll(view: ScrollView, lines: int, *, fixed: int, changed: Iterable[int] = ()) -> bool:
    """Move what a view shows up by `lines` (down if negative), below its `fixed` first lines, and paint.

    The lines that come into sight are drawn, and those of `changed`, counted from the view's top as it is
    then. Returns False, with nothing done, if Textual has to do it.
    """
    screen = _ready(view)
    if screen is None or not _uncovered(screen, view) or view._repaint_regions:
        return False
    region = screen._compositor.visible_widgets[view][0]
    if region.x > 1 or region.right < screen.size.width - 2:
        return False  # beside it is more than a border, and whole lines are moved
    height, bar, frame = view.size.height, view.vertical_scrollbar, view.parent
    if not 0 < abs(lines) < height - fixed or not isinstance(frame, Widget):
        return False
    _shift_cache(view, lines, fixed)
    new = range(height - lines, height) if lines > 0 else range(fixed, fixed - lines)
    drawn = {*new, *(y for y in changed if fixed <= y < height)}
    view._styles_cache.set_dirty(*(Region(0, y, 1, 1) for y in drawn))
    moved = _bar_lines(view, lines, fixed) | set(new) if view.show_vertical_scrollbar else set()
    top = region.y
    act = f"{lines}M" if lines > 0 else f"{-lines}L"
    moving = f"\x1b[{top + fixed + 1};{top + height}r\x1b[{top + fixed + 1}H\x1b[{act}\x1b[r"
    pieces: list[tuple[Widget, int]] = []
    for y in sorted(drawn | moved):
        # The terminal moves the border too, and leaves a new line without.
        pieces += [(frame, y)] if y in new else []
        pieces += [(view, y)] if y in drawn else []
        pieces += [(bar, y)] if y in moved else []
    _write(screen, moving, pieces, frame=(frame, view))
    return True


def _ready(widget: Widget) -> Screen[object] | None:
    """Return the widget's screen if it can be painted right now."""
    screen, app = widget.screen, widget.app
    waits = screen._layout_required or screen._scroll_required or screen._repaint_required
    if waits or app._batch_count or app.is_inline or screen is not app.screen:
        return None
    if widget not in screen._compositor.visible_widgets:
        return None
    return screen


def _uncovered(screen: Screen[object], view: ScrollView) -> bool:
    """Tell whether all of the view is in sight."""
    visible = screen._compositor.visible_widgets
    region, clip = visible[view]
    own = {view, view.vertical_scrollbar, *view.ancestors}
    return region.intersection(clip) == region and not any(
        region.overlaps(other) for widget, (other, _) in visible.items() if widget not in own
    )


def _shift_cache(view: ScrollView, lines: int, fixed: int) -> None:
    cache = view._styles_cache
    kept = {y: strip for y, strip in cache._cache.items() if y < fixed}
    moved = {y - lines: strip for y, strip in cache._cache.items() if y >= fixed and y - lines >= fixed}
    cache._cache = kept | {y: strip for y, strip in moved.items() if y < view.size.height}


def _bar_lines(view: ScrollView, lines: int, fixed: int) -> set[int]:
    """Return where the scroll bar reads differently once the terminal has moved it along with the rows."""
    height, rows = view.size.height, view.virtual_size.height
    if rows <= height:
        return set()
    thumb = max(1.0, height * height / rows)
    first = (height - thumb) * view.vertical_scrollbar.position / (rows - height)
    drawn = range(int(first), min(height, math.ceil(first + thumb)))
    ends = {drawn[0], drawn[-1]}  # are drawn in part
    moved = {y - lines for y in drawn if y >= fixed}
    differ = (set(drawn) ^ moved) | ends | {y - lines for y in ends if y >= fixed}
    return {y for y in differ if fixed <= y < height}


def _write(
    screen: Screen[object],
    before: str,
    pieces: Iterable[tuple[Widget, int]],
    *,
    frame: tuple[Widget, Widget] | None = None,
) -> None:
    """Write lines of widgets, of a frame only what is left and right of what it holds."""
    update = _Lines(before)
    visible = screen._compositor.visible_widgets
    for widget, line in pieces:
        x, y, width, _ = visible[widget][0]
        if frame is not None and widget is frame[0]:
            inner = visible[frame[1]][0]
            [strip] = widget.render_lines(Region(0, inner.y - y + line, width, 1))
            update.add(x, inner.y + line, strip.crop(0, inner.x - x))
            update.add(inner.right, inner.y + line, strip.crop(inner.right - x, width))
        else:
            update.add(x, y + line, *widget.render_lines(Region(0, line, width, 1)))
    screen.app._display(screen, cast("Any", update))


class _Lines(CompositorUpdate):
    """Pieces of lines in as few bytes as tell them, after what the terminal is to do first."""

    def __init__(self, before: str) -> None:
        self._before = before
        self._pieces: list[tuple[int, int, Strip]] = []

    def add(self, x: int, y: int, strip: Strip) -> None:
        """Draw a piece somewhere."""
        if strip.cell_length:
            self._pieces.append((x, y, strip))

    def render_segments(self, console: Console) -> str:
        colours = console._color_system
        parts, pen = [self._before], _Pen(colours)
        at = None
        for x, y, strip in sorted(self._pieces, key=lambda piece: (piece[1], piece[0])):
            if at != (x, y):
                parts.append(f"\x1b[{y + 1};{x + 1}H")
            parts += map(pen.write, strip)
            at = (x + strip.cell_length, y)
        return "".join([*parts, pen.reset()])


class _Pen:
    """Writes segments, and says of their colours only what differs from the one before."""

    def __init__(self, colours: ColorSystem | None) -> None:
        self._colours = colours
        self._now = _PLAIN

    def write(self, segment: Segment) -> str:
        text, style, control = segment
        if control or not text:
            return ""
        if style is not None and style._link:
            return self.reset() + style.render(text, color_system=self._colours)
        wanted = _codes(style, self._colours) if style is not None and self._colours is not None else _PLAIN
        if wanted != _PLAIN and text.isspace() and not (_shows(wanted[0]) or _shows(self._now[0])):
            wanted = (*self._now[:2], wanted[2])  # a blank has no letter to be coloured
        before, self._now = self._now, wanted
        return _change(before, wanted) + text

    def reset(self) -> str:
        """Return what ends all colours."""
        before, self._now = self._now, _PLAIN
        return "" if before == _PLAIN else "\x1b[0m"


_PLAIN = ("", "", "")
_WEIGHTS = {"", "1", "2"}


def _change(now: tuple[str, str, str], wanted: tuple[str, str, str]) -> str:
    """Return the codes that lead from one style to another."""
    if now == wanted:
        return ""
    codes = [one for old, one in zip(now, wanted, strict=True) if one != old]
    if all(codes) and not (now[0] and wanted[0] != now[0]):
        return f"\x1b[{';'.join(codes)}m"
    if all(codes[1:]) and all(wanted[1:]) and {now[0], wanted[0]} <= _WEIGHTS:
        return f"\x1b[{';'.join(['22', *filter(None, codes)])}m"  # neither bold nor dim, the rest stays
    return f"\x1b[{';'.join(['0', *filter(None, wanted)])}m"


def _shows(attributes: str) -> bool:
    return bool(attributes) and not _SHOWS_ON_BLANKS.isdisjoint(attributes.split(";"))


_CODE = re.compile(r"([34])8;(?:2;\d+;\d+;\d+|5;\d+)|\d+")


@lru_cache(4096)
def _codes(style: Style, colours: ColorSystem) -> tuple[str, str, str]:
    """Return the codes of a style: attributes, foreground, background."""
    attributes, front, back = [], "", ""
    for match in _CODE.finditer(style._make_ansi_codes(colours)):
        code = match[0]
        number = int(code) if match[1] is None else 0
        if match[1] == "3" or 30 <= number <= 37 or 90 <= number <= 97:
            front = code
        elif match[1] == "4" or 40 <= number <= 47 or 100 <= number <= 107:
            back = code
        else:
            attributes.append(code)
    return ";".join(attributes), front, back

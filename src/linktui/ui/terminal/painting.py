"""Paint at once, in few bytes, and let the terminal itself scroll what it already shows.

Textual paints with its next frame, up to 16 ms later, sends each piece of a line with all its colours, and
knows no scrolling. This is the one place that leans on its insides; wherever they are not as expected, or
something lies over the list, it returns False and Textual paints in its own way.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, cast

from rich.color import ColorSystem
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate
from textual.geometry import Region
from textual.screen import Screen
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

_SHOWS_ON_BLANKS = {"4", "7", "9", "21", "53"}
"""Attributes that are seen where there is no letter."""


def paint(*widgets: Widget) -> bool:
    """Paint now what is out of date of these widgets; returns False where Textual has to lay out first."""
    screen = _ready(widgets[0])
    return screen is not None and _paint(screen, widgets, "")


def scroll(view: ScrollView, lines: int, *, fixed: int, changed: Iterable[int] = ()) -> bool:
    """Move what a view shows up by `lines` (down if negative), below its `fixed` first lines, and paint.

    The lines that come into sight are drawn, and those of `changed`, counted from the view's top as it is
    then. Returns False, with nothing done, if Textual has to do it.
    """
    screen = _ready(view)
    if screen is None or not _alone(screen, view, fixed) or view._repaint_regions:
        return False
    height = view.size.height
    width = view.size.width - view.scrollbar_size_vertical
    if not 0 < abs(lines) < height - fixed:
        return False
    top = screen._compositor.visible_widgets[view][0].y
    _shift_cache(view, lines, fixed)
    new = range(height - lines, height) if lines > 0 else range(fixed, fixed - lines)
    for y in {*new, *(y for y in changed if fixed <= y < height)}:
        view.refresh(Region(0, y, width, 1))
    bar = view.vertical_scrollbar
    if view.show_vertical_scrollbar:
        for y in {*new, *_bar_lines(view, lines, fixed)}:
            bar.refresh(Region(0, y, 1, 1))
    frame = view.parent
    if isinstance(frame, Widget) and frame is not screen:
        for y in new:  # the terminal leaves the border out of a new line
            for x in (0, frame.outer_size.width - 1):
                frame._repaint_regions.add(Region(x, y + top - frame.region.y, 1, 1))
    act = f"{lines}M" if lines > 0 else f"{-lines}L"
    region = f"\x1b[{top + fixed + 1};{top + height}r\x1b[{top + fixed + 1}H\x1b[{act}\x1b[r"
    return _paint(screen, (view, bar, frame) if isinstance(frame, Widget) else (view, bar), region)


def _ready(widget: Widget) -> Screen[object] | None:
    """Return the widget's screen if it can be painted right now."""
    screen, app = widget.screen, widget.app
    waits = screen._layout_required or screen._scroll_required or screen._repaint_required
    if waits or app._batch_count or app.is_inline or screen is not app.screen:
        return None
    if widget not in screen._compositor.visible_widgets:
        return None
    return screen


def _alone(screen: Screen[object], view: ScrollView, fixed: int) -> bool:
    """Tell whether the view takes its lines from edge to edge, but for a border, and nothing lies over it."""
    visible = screen._compositor.visible_widgets
    region, clip = visible[view]
    if region.intersection(clip) != region or region.x > 1 or region.right < screen.size.width - 2:
        return False
    own = {view, view.vertical_scrollbar, *view.ancestors}
    return not any(region.overlaps(other) for widget, (other, _) in visible.items() if widget not in own)


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


def _paint(screen: Screen[object], widgets: Iterable[Widget], before: str) -> bool:
    compositor, app = screen._compositor, screen.app
    compositor.update_widgets({*widgets, *screen._dirty_widgets})
    update: Any = compositor.render_update(screen_stack=app._background_screens)
    screen._dirty_widgets.clear()
    if update is not None:
        app._display(screen, cast("Any", _Terse(before, update)))
    return True


class _Terse(CompositorUpdate):
    """An update of the screen in as few bytes as tell it, after what the terminal is to do first."""

    def __init__(self, before: str, update: CompositorUpdate) -> None:
        self._before = before
        self._update = update

    def render_segments(self, console: Console) -> str:
        update, colours = self._update, console._color_system
        if not isinstance(update, ChopsUpdate) or colours is None:
            return self._before + update.render_segments(console)
        pen, parts = _Pen(colours), [self._before]
        at = None
        for x, y, strip in _pieces(update):
            if at != (x, y):
                parts.append(f"\x1b[{y + 1};{x + 1}H")
            parts += map(pen.write, strip)
            at = (x + strip.cell_length, y)
        return "".join([*parts, pen.reset()])


def _pieces(update: ChopsUpdate) -> Iterator[tuple[int, int, Strip]]:
    """Yield what an update draws, and where."""
    for y, first, last in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is not None and x < last and end > first:
                left = max(x, first)
                yield left, y, strip.crop(left - x, min(end, last) - x)


class _Pen:
    """Writes segments, and says of their colours only what differs from the one before."""

    def __init__(self, colours: ColorSystem) -> None:
        self._colours = colours
        self._now = _PLAIN

    def write(self, segment: Segment) -> str:
        text, style, control = segment
        if control or not text:
            return ""
        if style is not None and style._link:
            return self.reset() + style.render(text, color_system=self._colours)
        wanted = _codes(style, self._colours) if style is not None else _PLAIN
        if text.isspace() and not (_shows(wanted[0]) or _shows(self._now[0])):
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

"""Paint the answer to a key at once: only the lines of a list that it changed, or that came into sight.

Textual paints with its next frame, up to 16 ms later, goes through all its widgets for it, and draws every
line of a view that scrolled. This is the one place that leans on its insides for that; wherever they are not
as expected, or something lies over the list, it returns False and Textual paints in its own way.
"""

from __future__ import annotations

from collections.abc import Iterable

from textual.geometry import Region
from textual.screen import Screen
from textual.scroll_view import ScrollView
from textual.widget import Widget

from linktui.ui.terminal.lean import LeanApp


def paint(view: ScrollView) -> bool:
    """Paint now the lines of a view that are out of date; returns False where Textual has to."""
    app, place = _ready(view)
    if app is None or place is None:
        return False
    lines = {y for region in view._exchange_repaint_regions() for y in region.line_range}
    _draw(app, view, place, lines)
    return True


def scroll(view: ScrollView, lines: int, *, fixed: int, changed: Iterable[int] = ()) -> bool:
    """Move what a view shows up by `lines` (down if negative), below its `fixed` first lines, and paint.

    The lines that come into sight are drawn, and those of `changed`, counted from the view's top as it is
    then. Returns False, with nothing done, if Textual has to do it.
    """
    app, place = _ready(view)
    height, width = view.size.height, view.size.width
    if app is None or place is None or view._repaint_regions or not 0 < abs(lines) < height - fixed:
        return False
    if not app.scroll(Region(place.x, place.y + fixed, width, height - fixed), lines):
        return False
    _shift_cache(view, lines, fixed)
    new = range(height - lines, height) if lines > 0 else range(fixed, fixed - lines)
    drawn = {*new, *(y for y in changed if fixed <= y < height)}
    view._styles_cache.set_dirty(*(Region(0, y, 1, 1) for y in drawn))
    _draw(app, view, place, drawn)
    return True


def _ready(view: ScrollView) -> tuple[LeanApp | None, Region | None]:
    """Return the app, and the place of the view on the screen, if it can be painted right now."""
    screen, app = view.screen, view.app
    waits = screen._layout_required or screen._scroll_required or screen._repaint_required
    if waits or app._batch_count or app.is_inline or screen is not app.screen:
        return None, None
    if not isinstance(app, LeanApp) or not app.paints_itself:
        return None, None
    return app, _uncovered(screen, view)


def _uncovered(screen: Screen[object], view: ScrollView) -> Region | None:
    """Return where the view is if all of it is in sight."""
    visible = screen._compositor.visible_widgets
    if view not in visible:
        return None
    region, clip = visible[view]
    own: set[object] = {view, view.vertical_scrollbar, *view.ancestors}
    covered = any(region.overlaps(other) for widget, (other, _) in visible.items() if widget not in own)
    return None if covered or region.intersection(clip) != region else region


def _shift_cache(view: ScrollView, lines: int, fixed: int) -> None:
    cache = view._styles_cache
    kept = {y: strip for y, strip in cache._cache.items() if y < fixed}
    moved = {y - lines: strip for y, strip in cache._cache.items() if y >= fixed and y - lines >= fixed}
    cache._cache = kept | {y: strip for y, strip in moved.items() if y < view.size.height}


def _draw(app: LeanApp, view: Widget, place: Region, lines: Iterable[int]) -> None:
    width, height = view.size
    for y in sorted(lines):
        if y < height:
            [strip] = view.render_lines(Region(0, y, width, 1))
            app.painter.draw(place.x, place.y + y, strip)
    app.flush()

"""Paint the answer to a key at once, and let a list that scrolls draw only what comes into sight.

Textual paints with its next frame, up to 16 ms later, and draws every line of a view that scrolled. This is
the one place that leans on its insides for that; wherever they are not as expected, or something lies over
the list, it returns False and Textual paints in its own way.
"""

from __future__ import annotations

from collections.abc import Iterable

from textual.geometry import Region
from textual.screen import Screen
from textual.scroll_view import ScrollView
from textual.widget import Widget

from linktui.ui.terminal.lean import LeanApp


def paint(*widgets: Widget) -> bool:
    """Paint now what is out of date of these widgets; returns False where Textual has to lay out first."""
    screen = _ready(widgets[0])
    return screen is not None and _paint(screen, widgets)


def scroll(view: ScrollView, lines: int, *, fixed: int, changed: Iterable[int] = ()) -> bool:
    """Move what a view shows up by `lines` (down if negative), below its `fixed` first lines, and paint.

    The lines that come into sight are drawn, and those of `changed`, counted from the view's top as it is
    then. Returns False, with nothing done, if Textual has to do it.
    """
    screen, app = _ready(view), view.app
    if screen is None or not isinstance(app, LeanApp) or not _is_bare(screen, view) or view._repaint_regions:
        return False
    height, width = view.size.height, view.size.width
    if not 0 < abs(lines) < height - fixed:
        return False
    place = view.content_region
    if not app.scroll(Region(place.x, place.y + fixed, width, height - fixed), lines):
        return False
    _shift_cache(view, lines, fixed)
    new = range(height - lines, height) if lines > 0 else range(fixed, fixed - lines)
    for y in {*new, *(y for y in changed if fixed <= y < height)}:
        view.refresh(Region(0, y, width, 1))
    return _paint(screen, (view, view.vertical_scrollbar))


def _ready(widget: Widget) -> Screen[object] | None:
    """Return the widget's screen if it can be painted right now."""
    screen, app = widget.screen, widget.app
    waits = screen._layout_required or screen._scroll_required or screen._repaint_required
    if waits or app._batch_count or app.is_inline or screen is not app.screen:
        return None
    if widget not in screen._compositor.visible_widgets:
        return None
    return screen


def _is_bare(screen: Screen[object], view: ScrollView) -> bool:
    """Tell whether the view is in sight as a whole, and nothing lies over it."""
    visible = screen._compositor.visible_widgets
    region, clip = visible[view]
    if region.intersection(clip) != region:
        return False
    own = {view, view.vertical_scrollbar, *view.ancestors}
    return not any(region.overlaps(other) for widget, (other, _) in visible.items() if widget not in own)


def _shift_cache(view: ScrollView, lines: int, fixed: int) -> None:
    cache = view._styles_cache
    kept = {y: strip for y, strip in cache._cache.items() if y < fixed}
    moved = {y - lines: strip for y, strip in cache._cache.items() if y >= fixed and y - lines >= fixed}
    cache._cache = kept | {y: strip for y, strip in moved.items() if y < view.size.height}


def _paint(screen: Screen[object], widgets: Iterable[Widget]) -> bool:
    compositor, app = screen._compositor, screen.app
    compositor.update_widgets({*widgets, *screen._dirty_widgets})
    update = compositor.render_update(screen_stack=app._background_screens)
    screen._dirty_widgets.clear()
    if update is not None:
        app._display(screen, update)
    return True

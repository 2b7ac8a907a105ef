"""Write into a widget's border, and paint that line alone.

Textual paints the whole widget, with all that is in it, whenever a title is set, be it the same as before.
Where a widget keeps its titles is private to Textual; where it is not as expected, they are set in its way.
"""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Region
from textual.widget import Widget


def set_title(widget: Widget, title: Content) -> None:
    """Write into the upper border."""
    if not _is_set(widget, "_border_title", title, line=0):
        widget.border_title = title


def set_subtitle(widget: Widget, title: Content) -> None:
    """Write into the lower border."""
    if not _is_set(widget, "_border_subtitle", title, line=widget.outer_size.height - 1):
        widget.border_subtitle = title


def _is_set(widget: Widget, name: str, title: Content, *, line: int) -> bool:
    """Set a title and refresh its line; False where Textual has to."""
    before = getattr(widget, name, None)
    if not isinstance(before, Content):
        return False
    after = widget.render_str(title).expand_tabs(4).split()[0]
    if not after.is_same(before):
        setattr(widget, name, after)
        gutter = widget.gutter  # regions are counted from inside of it
        widget.refresh(Region(-gutter.left, line - gutter.top, widget.outer_size.width, 1))
    return True

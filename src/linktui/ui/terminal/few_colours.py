"""Draw with the terminal's own colours, or with none: what would have a background is reversed instead.

Of the terminal's own colours nobody knows which is read on which, but what is reversed always is. NO_COLOR
(https://no-color.org) leaves bold, dim, underlined and reversed.
"""

from __future__ import annotations

from functools import lru_cache

from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

_PLAIN = Style.from_color(RichColor.default(), RichColor.default())
_REVERSED = _PLAIN + Style(reverse=True)


class FewColours(LineFilter):
    """Reverses what has a background; without `colours` it takes all colours away."""

    def __init__(self, *, colours: bool) -> None:
        super().__init__()
        self._colours = colours

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments of one line with what colours they may have."""
        return [
            Segment(text, _few(style, colours=self._colours)) if style and not control else segment
            for segment in segments
            for text, style, control in (segment,)
        ]


@lru_cache(maxsize=1024)
def _few(style: Style, *, colours: bool) -> Style:
    # A background of millions of colours is part of a picture, as of a QR code.
    if style.bgcolor is not None and style.bgcolor.is_system_defined and not style.bgcolor.is_default:
        return style + _REVERSED
    return style if colours else style + _PLAIN

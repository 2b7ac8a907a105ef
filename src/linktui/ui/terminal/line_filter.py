"""The last gate before the terminal: no control or direction character gets through in any text.

Text from outside is cleaned where it enters the model; this stops what a mistake lets slip, on every
screen, toast and title at once, because Textual and Rich pass such characters on.
"""

from __future__ import annotations

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from linktui.model.text import clean


class CleanLines(LineFilter):
    """Replaces every character that could act on the terminal."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments of one line, cleaned."""
        if all(text.isascii() and text.isprintable() for text, _, _ in segments):
            return segments
        return [
            segment if segment.control else Segment(clean(segment.text), segment.style)
            for segment in segments
        ]

"""Keep addresses off the screens, for pictures and for people who look over a shoulder.

Screens that show a link show it masked; this puts dots over whatever address they let slip.
"""

from __future__ import annotations

from typing import Any

from rich.segment import Segment
from textual.app import App
from textual.color import Color
from textual.filter import LineFilter

from linktui.model.masking import masked_in_line


class MaskLines(LineFilter):
    """Puts dots over every address of a line, wherever its colours change."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments of one line, masked."""
        line = "".join(segment.text for segment in segments)
        if "://" not in line:
            return segments
        masked, at, shown = masked_in_line(line), 0, []
        for text, style, control in segments:
            shown.append(Segment(masked[at : at + len(text)], style, control))
            at += len(text)
        return shown


def is_masked(app: Any) -> bool:
    """Tell whether an app keeps addresses off its screens."""
    return bool(getattr(app, "masks_urls", False))


def forget_lines(app: App[Any]) -> None:
    """Have every screen, in sight or below another one, drawn anew when it is next painted."""
    for stack in app._screen_stacks.values():
        for screen in stack:
            for widget in screen.walk_children():
                widget.notify_style_update()
                widget.refresh()

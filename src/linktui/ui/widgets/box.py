"""The box of a dialog: its title in the upper border, its keys in the lower one."""

from __future__ import annotations

from textual.containers import Vertical


class Box(Vertical):
    """As wide as its dialog says; as high as what is in it, unless that says otherwise."""

    DEFAULT_CSS = """
    Box {
        max-width: 100%;
        height: auto;
        border: round $primary;
        border-title-color: $text;
        border-title-style: bold;
        border-subtitle-color: $text-muted;
        background: $surface;
        padding: 0 1;
    }
    """

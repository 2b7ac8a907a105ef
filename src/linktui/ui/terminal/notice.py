"""Tell the terminal something that its desktop may show, also while another window is looked at.

By OSC 9, which iTerm2, kitty, foot, WezTerm, Ghostty and others know and the rest passes over; it reaches the
desktop that the person sits at, over SSH too. https://iterm2.com/documentation-escape-codes.html
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from linktui.model.text import clean
from linktui.ui.terminal.clipboard import wrap

if TYPE_CHECKING:
    from textual.app import App

WITHOUT = frozenset({"", "dumb", "linux"})
"""Terminals that would print it."""


def tell_terminal(
    app: App[Any], text: str, mode: str = "auto", *, environ: Mapping[str, str] = os.environ
) -> None:
    """Have the terminal notify; `mode` is on, off, or auto for where nothing is printed by it."""
    driver = app._driver
    if driver is None or mode == "off" or (mode == "auto" and environ.get("TERM", "") in WITHOUT):
        return
    driver.write(wrap(f"\x1b]9;linktui: {clean(text)}\x1b\\", environ))

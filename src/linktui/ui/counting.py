"""A count before a key: `0` and a number, or a digit that is no key here, have the key work so many times.

1 to 4 are screens, so that a count cannot begin with any digit: `03j` goes down three rows, `010G` to row
ten, and a digit that no command has needs no 0 before it: `7j`.
"""

from __future__ import annotations

from textual.dom import DOMNode
from textual.events import Key
from textual.screen import Screen

from linktui.ui.commands import declared

MOST = 99_999
"""A count is no larger: fingers that rest on a key shall not hang the program."""


class Count:
    """The digits that were typed so far, on one screen."""

    def __init__(self) -> None:
        self.digits = ""

    @property
    def number(self) -> int:
        """The count; 0 for none."""
        return min(MOST, int(self.digits or 0))

    def takes(self, event: Key, screen: Screen[None]) -> bool:
        """Tell whether a key is a digit of the count, and keep it."""
        key = event.key
        if not (len(key) == 1 and key.isascii() and key.isdigit()):
            return False
        if not self.digits and key in screen.active_bindings:
            return False
        self.digits += key
        return True

    def action(self, event: Key, screen: Screen[None]) -> tuple[str, DOMNode] | str:
        """Return what the counted key does, with the node that does it, or why there is nothing to count."""
        active = screen.active_bindings.get(event.key)
        found = None if active is None else declared(type(active.node)).get(active.binding.id or "")
        if active is None or found is None:
            return "Nothing is on this key to be counted."
        if not found.counted:
            return f"“{found.description}” takes no count."
        return found.counted.format(count=max(1, self.number)), active.node

"""A field for what nobody is to see: it shows dots, and gives nothing to the clipboard.

Textual's own copies what is behind the dots, and a clipboard has a history.
"""

from __future__ import annotations

from textual.widgets import Input


class SecretInput(Input):
    """A field of one line for a password or a key."""

    def __init__(self, *, placeholder: str = "", id: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(password=True, compact=True, placeholder=placeholder, id=id)

    def action_copy(self) -> None:
        """Copy nothing."""

    def action_cut(self) -> None:
        """Delete what is selected, and copy nothing."""
        self.delete_selection()

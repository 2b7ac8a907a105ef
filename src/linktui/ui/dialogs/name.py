"""Ask for one name."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget
from textual.widgets import Input

from linktui.model.text import clean
from linktui.ui.dialogs.form import Act, FormDialog
from linktui.ui.widgets.field import Field


class NameDialog(FormDialog[str]):
    """A form of one line, filled in with the name as it is."""

    accept_word = "Rename"

    def __init__(self, title: str, name: str, *, act: Act[str] | None = None) -> None:
        super().__init__(title, act=act)
        self._name_input = Input(clean(name), compact=True, id="name")

    def fields(self) -> Iterable[Widget]:
        """Return the one field."""
        yield Field("Name", self._name_input, key="account")

    def read(self) -> str:
        """Return the name."""
        return self._name_input.value.strip()

"""Have a number typed before links that real people use are ended."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget
from textual.widgets import Input, Static

from linktui.model.errors import InvalidInput
from linktui.ui.dialogs.form import FormDialog
from linktui.ui.widgets.field import Field


class TypeNumberDialog(FormDialog[int]):
    """A question that is answered by typing how many things it is about."""

    def __init__(self, title: str, text: str, *, number: int, action: str) -> None:
        super().__init__(title)
        self.accept_word = action
        self._text = text
        self._number = number
        self._input = Input("", compact=True, id="number", placeholder=f"type {number}")

    def fields(self) -> Iterable[Widget]:
        """Return the question and the field for the number."""
        yield Static(self._text, classes="form--lead", markup=False)
        yield Field("How many?", self._input, key="number")

    def read(self) -> int:
        """Return the number if it is the right one; raises InvalidInput."""
        typed = self._input.value.strip().replace(",", "")
        if typed != str(self._number):
            raise InvalidInput("number", f"is {self._number}; type it, or leave with Esc")
        return self._number

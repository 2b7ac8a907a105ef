"""Write the caption of one file of a link."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget
from textual.widgets import Input

from linktui.model.errors import InvalidInput
from linktui.model.link import LinkedFile
from linktui.model.text import clean
from linktui.ui.dialogs.form import Act, FormDialog
from linktui.ui.widgets.field import Field

LONGEST = 500


class CaptionDialog(FormDialog[str]):
    """One line of text; an empty one takes the caption away."""

    accept_word = "Save"

    def __init__(self, file: LinkedFile, *, act: Act[str] | None = None) -> None:
        super().__init__(f"Caption of “{clean(file.name, limit=40)}”", act=act)
        self._input = Input(clean(file.caption), compact=True, placeholder="none", id="caption")

    def fields(self) -> Iterable[Widget]:
        """Return the one field."""
        yield Field("Caption", self._input, key="caption")

    def read(self) -> str:
        """Return the caption; raises InvalidInput for one that is too long."""
        caption = self._input.value.strip()
        if len(caption) > LONGEST:
            raise InvalidInput("caption", f"has at most {LONGEST} characters, this has {len(caption)}")
        return caption

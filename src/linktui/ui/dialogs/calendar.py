"""Ask for the file that links' ends are written into."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from textual.widget import Widget
from textual.widgets import Input, Static

from linktui.model.errors import InvalidInput
from linktui.ui.dialogs.form import FormDialog
from linktui.ui.widgets.field import Field

LEAD = (
    "An event for each end, with an alarm an hour before. No URL is in it:"
    " `linktui links calendar --with-urls` puts them in."
)


class CalendarDialog(FormDialog[Path]):
    """Asks for the file."""

    accept_word = "Write"

    def fields(self) -> Iterable[Widget]:
        """Return the explanation and the one field."""
        yield Static(LEAD, classes="form--lead", markup=False)
        yield Field("File", Input("~/links.ics", compact=True, id="file"), key="file")

    def read(self) -> Path:
        """Return the file; raises InvalidInput."""
        typed = self.query_one("#file", Input).value.strip()
        path = Path(typed).expanduser()
        if not typed or path.is_dir():
            raise InvalidInput("file", "is to be a file's name, such as ~/links.ics")
        return path

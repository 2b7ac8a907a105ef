"""Ask how many bytes a second all uploads together may take."""

from __future__ import annotations

import re
from collections.abc import Iterable

from textual import on
from textual.widget import Widget
from textual.widgets import Input, Static

from linktui.model.errors import InvalidInput
from linktui.model.phrases import rate_text
from linktui.model.wording import explain
from linktui.ui.dialogs.form import FormDialog
from linktui.ui.widgets.field import Field

_RATE = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)\s*([kmg]?)(i?)(?:b(?:ytes)?)?(?:/s|ps)?")
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3}
_NO_LIMIT = {"0", "none", "off", "no", ""}


def parse_rate(text: str) -> int:
    """Return bytes a second for `2MB`, `500k`, `1.5 MiB/s`; 0 for none. Raises InvalidInput."""
    words = text.strip().lower()
    if words in _NO_LIMIT:
        return 0
    match = _RATE.fullmatch(words)
    rate = round(float(match[1]) * (1024 if match[3] else 1000) ** _POWERS[match[2]]) if match else 0
    if rate < 1:
        raise InvalidInput("limit", f"“{words}” is no rate; write 2MB, 500k or 0 for none")
    return rate


class BandwidthDialog(FormDialog[int]):
    """One rate, in bytes a second; 0 is no limit."""

    DEFAULT_CSS = """
    BandwidthDialog .rate--echo { height: 1; padding-left: 12; color: $text-success; }
    """

    accept_word = "Limit"

    def __init__(self, current: int | None) -> None:
        super().__init__("Bandwidth limit")
        self._current = current
        self._rate = Input(f"{current}" if current else "", placeholder="2MB, 500k, 0 for none", compact=True)

    def fields(self) -> Iterable[Widget]:
        """Return the field and what it means."""
        lead = f"Now {rate_text(self._current)}" if self._current else "Now without a limit"
        yield Static(f"{lead}; for all uploads together, from now on.", classes="form--lead", markup=False)
        yield Field("Limit", self._rate, key="limit")
        yield Static("", classes="rate--echo", markup=False)

    def read(self) -> int:
        """Return the rate; raises InvalidInput."""
        return parse_rate(self._rate.value)

    @on(Input.Changed)
    def _say(self, event: Input.Changed) -> None:
        event.stop()
        echo = self.query_one(".rate--echo", Static)
        try:
            rate = self.read()
        except InvalidInput as error:
            echo.update(explain(error))
        else:
            echo.update(f"→ {rate_text(rate)}" if rate else "→ no limit")

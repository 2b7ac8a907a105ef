"""Ask when links should end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from textual.widget import Widget
from textual.widgets import Static

from linktui.model.capability import Limits
from linktui.model.phrases import moment_text
from linktui.ui.dialogs.form import Act, FormDialog
from linktui.ui.widgets.expiry_input import ExpiryChoice, ExpiryInput, ticking
from linktui.ui.widgets.field import Field


class ExpiryDialog(FormDialog[ExpiryChoice]):
    """One phrase, echoed as the moment it means; `+7d` counts from the present end.

    The phrase is in the answer too, so that it can be applied to each of several links.
    """

    accept_word = "Change"

    def __init__(
        self,
        title: str,
        *,
        now: datetime,
        current: datetime | None,
        limits: Limits,
        act: Act[ExpiryChoice] | None = None,
    ) -> None:
        super().__init__(title, act=act)
        self._current = current
        self._expiry = ExpiryInput("", now=ticking(now), limits=limits, current=current)

    def fields(self) -> Iterable[Widget]:
        """Return the present end and the field for the new one."""
        yield Static(f"Ends now: {moment_text(self._current)}", classes="form--lead", markup=False)
        yield Field("New end", self._expiry, key="expiry")
        yield Static("Also: +7d (from its end), 36h, fri 17:00, 2026-12-01 14:30, end of month, now",
                     classes="form--lead", markup=False)  # fmt: skip

    def read(self) -> ExpiryChoice:
        """Return the chosen end; raises InvalidInput."""
        return self._expiry.read()

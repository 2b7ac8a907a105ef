"""Ask when links should end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from textual.widget import Widget
from textual.widgets import Static

from linktui.model.capability import Limits
from linktui.model.phrases import moment_text
from linktui.ui.dialogs.form import Act, Caution, FormDialog
from linktui.ui.widgets.expiry_input import ExpiryChoice, ExpiryInput, ticking
from linktui.ui.widgets.field import Field


class ExpiryDialog(FormDialog[ExpiryChoice]):
    """One phrase, echoed as the moment it means; `+7d` counts from the present end."""

    accept_word = "Change"

    def __init__(
        self,
        title: str,
        *,
        now: datetime,
        current: datetime | None,
        limits: Limits,
        phrase: str = "",
        act: Act[ExpiryChoice] | None = None,
        caution: Caution[ExpiryChoice] | None = None,
    ) -> None:
        super().__init__(title, act=act, caution=caution)
        self._current = current
        self._limits = limits
        self._expiry = ExpiryInput(phrase, now=ticking(now), limits=limits, current=current)

    def fields(self) -> Iterable[Widget]:
        """Return the present end and the field for the new one."""
        yield Static(f"Present end: {moment_text(self._current)}", classes="form--lead", markup=False)
        yield Field("New end", self._expiry, key="expiry")
        yield Static("Also: +7d (from its end), 36h, fri 17:00, 2026-12-01 14:30, end of month, now",
                     classes="form--lead", markup=False)  # fmt: skip
        if self._limits.new_address:
            yield Static(self._limits.new_address, classes="form--lead", markup=False)

    def read(self) -> ExpiryChoice:
        """Return the chosen end; raises InvalidInput."""
        return self._expiry.read()


class ExpiryOfSeveralDialog(FormDialog[str]):
    """One phrase for several links, each of which it is read for; the plan shows what it means for each."""

    accept_word = "Show plan"

    def __init__(self, title: str, *, now: datetime, phrase: str = "", act: Act[str] | None = None) -> None:
        super().__init__(title, act=act)
        self._expiry = ExpiryInput(phrase, now=ticking(now), limits=Limits(), each=True)

    def fields(self) -> Iterable[Widget]:
        """Return the field, with what can be written into it."""
        yield Field("New end", self._expiry, key="expiry")
        yield Static(
            "+7d extends each from its own end. 36h, fri 17:00 or 2026-12-01 is one end for all, never is"
            " none, now ends them. You see the plan first.",
            classes="form--lead",
            markup=False,
        )

    def read(self) -> str:
        """Return the phrase; raises InvalidInput."""
        return self._expiry.read_phrase()

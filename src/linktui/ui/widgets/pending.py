"""A strip that says what is about to be sent and cannot be undone, while it can still be stopped."""

from __future__ import annotations

from collections.abc import Callable

from textual.timer import Timer
from textual.widgets import Static

from linktui.model.plan_words import pending_words
from linktui.services.house import Services


class PendingStrip(Static):
    """One line that is there only while something waits."""

    DEFAULT_CSS = """
    PendingStrip {
        height: 1;
        padding: 0 1;
        display: none;
        color: $text-warning;
        background: $warning-muted;
        text-style: bold;
        text-wrap: nowrap;
        text-overflow: ellipsis;
    }
    """

    def __init__(self, services: Services, *, key: Callable[[], str]) -> None:
        """`key` returns what stops it on the screen that the strip is on."""
        super().__init__("", markup=False)
        self._services = services
        self._key = key
        self._timer: Timer | None = None

    def on_mount(self) -> None:
        """Count down once a second, while there is something to count."""
        self._timer = self.set_interval(1, self.show, pause=True)
        self.show()

    def show(self) -> None:
        """Write what waits by now, or give the line back."""
        plans = self._services.plans
        found = [(plan, *plans.waiting(plan.id)) for plan in plans.held()]
        held = [(plan, first, number) for plan, first, number in found if first is not None]
        self.display = bool(held)
        if held:
            self.update(pending_words(held, self._services.clock(), key=self._key()))
        if self._timer is not None:
            self._timer.resume() if held else self._timer.pause()

"""The time a link has left, large, with the share of its life that is used."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Digits, Static

from linktui.model.link import Link, LinkState
from linktui.model.phrases import STATE_SIGNS, left_text, moment_text, seconds_to_change
from linktui.ui.terminal.line import is_slow

BAR = 40
_COLOURS = {
    LinkState.ACTIVE: "$text-success",
    LinkState.EXPIRING: "$text-warning",
    LinkState.EXPIRED: "$text-muted",
    LinkState.EXHAUSTED: "$text-muted",
    LinkState.REVOKED: "$text-error",
    LinkState.GONE: "$text-muted",
}


class Countdown(Vertical):
    """Ticks only when what it reads changes."""

    DEFAULT_CSS = """
    Countdown {
        height: auto;
        & Digits { height: 3; width: auto; }
        & Digits.-soon { color: $text-warning; }
        & Digits.-none { display: none; }
    }
    """

    def __init__(self, *, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._now = now
        self._link: Link | None = None
        self._tick: Timer | None = None

    def compose(self) -> ComposeResult:
        """Lay out the digits above the bar."""
        yield Digits("")
        yield Static("", markup=False)

    def show(self, link: Link) -> None:
        """Show the time left of a link, from now on."""
        self._link = link
        self._write()

    def _write(self) -> None:
        link, now = self._link, self._now()
        if link is None:
            return
        state, coarse = link.state(now), is_slow(self.app)
        digits = self.query_one(Digits)
        ticking = state.alive and link.expires_at is not None
        digits.set_class(not ticking, "-none")
        if ticking:
            digits.update(left_text(link.expires_at, now, coarse=coarse))
            digits.set_class(state is LinkState.EXPIRING, "-soon")
        self.query_one(Static).update(_words(link, state, now))
        self._arm(seconds_to_change(link.expires_at, now, coarse=coarse) if ticking else None)

    def _arm(self, seconds: float | None) -> None:
        if self._tick is not None:
            self._tick.stop()
        self._tick = None if seconds is None else self.set_timer(max(0.05, seconds), self._write)


def _words(link: Link, state: LinkState, now: datetime) -> Content:
    sign = Content.styled(f"{STATE_SIGNS[state]} {state.value}", f"bold {_COLOURS[state]}")
    if link.gone_at is not None:
        return Content.assemble(sign, f" since {moment_text(link.gone_at)}")
    if link.expires_at is None:
        return Content.assemble(sign, " · never expires" if state.alive else "")
    when = "ends" if link.expires_at > now else "ended"
    line = Content.assemble(sign, f" · {when} {moment_text(link.expires_at)}")
    if not state.alive:
        return line
    used = used_share(link, now)
    full = round(used * BAR)
    bar = Content.assemble(("━" * full, _COLOURS[state]), ("─" * (BAR - full), "$text-muted"))
    return Content.assemble(bar, f" {used:.0%} used\n", line)


def used_share(link: Link, now: datetime) -> float:
    """Return how much of a link's life is over, from 0 to 1; 0 for one that never ends."""
    if link.expires_at is None:
        return 0.0
    whole = (link.expires_at - link.created_at).total_seconds()
    return min(1.0, max(0.0, (now - link.created_at).total_seconds() / whole)) if whole > 0 else 1.0

"""What a row of the list of links says, by the clock of each link's own service."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from linktui.model.capability import Precision
from linktui.model.link import Link, LinkState
from linktui.model.phrases import NEVER, STATE_SIGNS, day_text, left_text, size_text
from linktui.model.text import clean
from linktui.services.accounts import AccountService
from linktui.services.links import LinkService
from linktui.ui.widgets.rows import Cell, Column

ROLES = {
    LinkState.ACTIVE: "good",
    LinkState.EXPIRING: "wait",
    LinkState.EXPIRED: "muted",
    LinkState.EXHAUSTED: "muted",
    LinkState.REVOKED: "bad",
    LinkState.GONE: "muted",
}


class LinkCells:
    """The columns of the list; `coarse` leaves out the seconds of what is left."""

    def __init__(self, links: LinkService, accounts: AccountService) -> None:
        self._links = links
        self._accounts = accounts
        self._clocks: dict[str, Callable[[], datetime]] = {}
        self._moments: dict[str, datetime] | None = None
        self.coarse = False

    @property
    def columns(self) -> tuple[Column[Link], ...]:
        """The columns, from the left."""
        return (
            Column(title="Name", cell=lambda link: Cell(clean(link.name))),
            Column(title="Kind", cell=lambda link: Cell(link.kind.value, "muted"), width=8),
            Column(title="State", cell=self._state, width=11, ticks=True),
            Column(title="Time left", cell=self._left, width=9, right=True, ticks=True),
            Column(title="Downl.", cell=_downloads, width=7, right=True),
            Column(title="Account", cell=lambda link: Cell(clean(link.account), "muted"), width=12),
            Column(title="Created", cell=_created, width=16, from_width=96),
            Column(title="Expires", cell=self._expires, width=16, from_width=120),
            Column(title="Size", cell=_size, width=7, right=True, from_width=130),
            Column(title="Has", cell=_has, width=12, from_width=146),
        )

    def now(self, link: Link) -> datetime:
        """Return the moment by the clock of the link's service; how far off it is, is kept."""
        if self._moments is None:
            return self._clock(link.account)()
        moment = self._moments.get(link.account)
        if moment is None:
            moment = self._moments[link.account] = self._clock(link.account)()
        return moment

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """Have one moment hold for all rows that are looked at meanwhile."""
        self._moments = {}
        try:
            yield
        finally:
            self._moments = None

    def read_clocks(self) -> None:
        """Look anew at how far off each service's clock is, when it is next asked."""
        self._clocks.clear()

    def _clock(self, account: str) -> Callable[[], datetime]:
        clock = self._clocks.get(account)
        if clock is None:
            clock = self._clocks[account] = self._links.clock_of(account)
        return clock

    def _state(self, link: Link) -> Cell:
        state = link.state(self.now(link))
        return Cell(f"{STATE_SIGNS[state]} {state.value}", ROLES[state])

    def _expires(self, link: Link) -> Cell:
        return Cell(end_text(link.expires_at, precision_of(self._accounts, link)), "muted")

    def _left(self, link: Link) -> Cell:
        now = self.now(link)
        state = link.state(now)
        if not state.alive:
            return Cell("", "muted")
        role = "wait" if state is LinkState.EXPIRING else "muted" if link.expires_at is None else ""
        return Cell(left_text(link.expires_at, now, coarse=self.coarse), role)


def precision_of(accounts: AccountService, link: Link) -> Precision:
    """Return the smallest step of an end that the link's service keeps."""
    found = {account.name: account.limits.precision for account in accounts.all()}
    return found.get(link.account, Precision.SECOND)


def end_text(expires_at: datetime | None, precision: Precision) -> str:
    """Return when a link ends, no finer than its service knows it."""
    if expires_at is None:
        return NEVER
    if precision is Precision.DAY:
        # Such an end is the last moment of a day in the service's own zone, which is taken for UTC.
        return f"{(expires_at - timedelta(seconds=1)).astimezone(UTC):%Y-%m-%d}, the day"
    return day_text(expires_at)


def _downloads(link: Link) -> Cell:
    if link.downloads is None:
        return Cell("")
    return Cell(
        str(link.downloads) if link.download_limit is None else f"{link.downloads}/{link.download_limit}"
    )


def _created(link: Link) -> Cell:
    return Cell(day_text(link.created_at), "muted")


def _size(link: Link) -> Cell:
    return Cell(size_text(link.size), "muted")


def _has(link: Link) -> Cell:
    words = ["password"] if link.has_password else []
    if len(link.files) > 1:
        words.append(f"{len(link.files)} files")
    return Cell(" ".join(words), "muted")

"""The upload queue in words and bars: pure functions from transfers to what is shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from linktui.model.phrases import left_text, length_text, rate_text, size_text
from linktui.model.transfer import Transfer, TransferState

STATE_WORDS = {
    TransferState.QUEUED: ("·", "queued"),
    TransferState.CREATING: ("▲", "starting"),
    TransferState.UPLOADING: ("▲", "uploading"),
    TransferState.COMPLETING: ("▲", "finishing"),
    TransferState.VERIFYING: ("▲", "checking"),
    TransferState.LINKING: ("▲", "linking"),
    TransferState.DONE: ("✓", "done"),
    TransferState.WAITING: ("◷", "waiting"),
    TransferState.PAUSED: ("‖", "paused"),
    TransferState.AUTH_NEEDED: ("!", "needs a secret"),
    TransferState.SOURCE_CHANGED: ("!", "file changed"),
    TransferState.CONFLICT: ("?", "same name"),
    TransferState.FAILED: ("✕", "failed"),
    TransferState.CANCELLING: ("✕", "cancelling"),
    TransferState.CANCELLED: ("✕", "cancelled"),
}
"""A sign and a word for each state; the word says it all without the sign or its colour."""

_EIGHTHS = " ▏▎▍▌▋▊▉"
_WANTED = {TransferState.QUEUED, TransferState.WAITING, TransferState.PAUSED}


def fraction(transfer: Transfer) -> float:
    """Return how much of a file is there, from 0 to 1."""
    if transfer.state is TransferState.DONE or transfer.file_id:
        return 1.0
    return min(1.0, max(transfer.offset, transfer.sent) / transfer.size) if transfer.size else 0.0


def bar(part: float, width: int) -> str:
    """Return a bar of `width` cells, filled to an eighth of a cell; never full before the end."""
    eighths = int(max(0.0, min(1.0, part)) * width * 8)
    whole, rest = divmod(eighths, 8)
    return ("█" * whole + _EIGHTHS[rest].strip()).ljust(width)


def percent(part: float) -> str:
    """Return `42%`, rounded down so that only the end reads 100%."""
    return f"{int(part * 100)}%"


def state_text(transfer: Transfer, now: datetime) -> str:
    """Return a state as sign and word, with the time to the next try while it waits."""
    sign, word = STATE_WORDS[transfer.state]
    if transfer.state is TransferState.WAITING and transfer.next_at is not None:
        return f"{sign} retry in {left_text(transfer.next_at, now)}"
    return f"{sign} {word}"


def seconds_text(seconds: float | None) -> str:
    """Return seconds left as `5m 12s`; empty while nobody can say."""
    return "" if seconds is None else length_text(timedelta(seconds=seconds))


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """The whole queue in numbers; what was cancelled does not count."""

    sent: int = 0
    """Bytes."""
    size: int = 0
    """Bytes."""
    rate: float = 0.0
    """Bytes a second."""
    running: int = 0
    queued: int = 0
    waiting: int = 0
    stuck: int = 0
    done: int = 0
    seconds_left: float | None = None


def totals(transfers: Iterable[Transfer]) -> Totals:
    """Return the sums over the queue."""
    over = {TransferState.CANCELLED, TransferState.CANCELLING}
    counted = [transfer for transfer in transfers if transfer.state not in over]
    states = [transfer.state for transfer in counted]
    rate = sum(one.rate for one in counted if one.state is TransferState.UPLOADING)
    due = [one for one in counted if one.state.active or one.state in _WANTED]
    left = sum(one.size * (1 - fraction(one)) for one in due)
    return Totals(
        sent=sum(round(one.size * fraction(one)) for one in counted),
        size=sum(one.size for one in counted),
        rate=rate,
        running=sum(state.active for state in states),
        queued=states.count(TransferState.QUEUED),
        waiting=states.count(TransferState.WAITING),
        stuck=sum(state.stuck for state in states),
        done=states.count(TransferState.DONE),
        seconds_left=left / rate if rate >= 1 else None,
    )


def totals_text(sums: Totals) -> str:
    """Return how far the queue is in one line: `1.2 GB of 4 GB · 12 MB/s · 4m 10s left`."""
    left = seconds_text(sums.seconds_left)
    parts = (
        f"{size_text(sums.sent)} of {size_text(sums.size)}",
        rate_text(sums.rate),
        f"{left} left" if left else "",
    )
    return " · ".join(part for part in parts if part)


def counts_text(sums: Totals) -> str:
    """Return what the uploads are doing: `3 running · 1 queued · 2 stuck`."""
    counts = (
        (sums.running, "running"),
        (sums.queued, "queued"),
        (sums.waiting, "waiting"),
        (sums.stuck, "stuck"),
        (sums.done, "done"),
    )
    return " · ".join(f"{count} {word}" for count, word in counts if count)


def plan_text(transfer: Transfer) -> str:
    """Return what comes of an upload: to which account, and with what link."""
    share = transfer.share
    if share is None:
        return f"to {transfer.account}, without a link"
    whose = "one for the whole batch" if transfer.one_link else "of its own"
    guards = [
        "" if share.expires_at is None else f"until {share.expires_at:%Y-%m-%d %H:%M} UTC",
        "with a password" if share.password else "",
        f"for {share.download_limit} downloads" if share.download_limit else "",
    ]
    words = ", ".join(guard for guard in guards if guard)
    return f"to {transfer.account}, then a {share.kind.value} link {whose}{', ' + words if words else ''}"

"""A strip that says all there is to say about the upload under the cursor."""

from __future__ import annotations

from datetime import datetime

from textual.content import Content
from textual.widgets import Static

from linktui.model.phrases import size_text
from linktui.model.queue_words import fraction, plan_text, state_text
from linktui.model.text import clean
from linktui.model.transfer import Transfer, TransferState

_NEXT_STEPS = {
    TransferState.PAUSED: "p lets it go on.",
    TransferState.AUTH_NEEDED: "Check the account's secret, then r tries again.",
    TransferState.SOURCE_CHANGED: "r sends the file as it is now, x cancels.",
    TransferState.CONFLICT: "The account holds a file of this name and size: Enter asks what to do.",
    TransferState.FAILED: "r tries again, x gives it up.",
    TransferState.WAITING: "r tries at once.",
    TransferState.DONE: "c clears what is finished.",
}


class TransferDetails(Static):
    """Name and path, what comes of it, and the last error with what to do about it."""

    DEFAULT_CSS = """
    TransferDetails {
        height: 5;
        border-top: solid $border-blurred;
        padding: 0 1;
        color: $text-muted;
    }
    """

    def show(self, transfer: Transfer | None, now: datetime) -> None:
        """Show another upload, or the same one as it is now."""
        self.update(Content("") if transfer is None else details(transfer, now))


def details(transfer: Transfer, now: datetime) -> Content:
    """Return up to four lines about one upload."""
    there = round(transfer.size * fraction(transfer))
    attempts = f", attempt {transfer.attempts + 1}" if transfer.attempts else ""
    progress = f"{size_text(there)} of {size_text(transfer.size)}, {state_text(transfer, now)}{attempts}"
    next_step = _NEXT_STEPS.get(transfer.state, "")
    if transfer.state is TransferState.DONE and transfer.link_id:
        next_step = "y copies its link, Enter opens it, c clears what is finished."
    lines = [
        Content.assemble((clean(str(transfer.source.path)), "$text bold")),
        Content(f"{progress} · {plan_text(transfer)}"),
        Content(clean(transfer.error)).stylize("$text-error"),
        Content(next_step),
    ]
    return Content("\n").join(line for line in lines if line)

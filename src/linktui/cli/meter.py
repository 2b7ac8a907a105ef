"""A progress bar of one line on stderr."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from datetime import timedelta

from linktui.cli.table import cut
from linktui.model.phrases import length_text, rate_text, size_text
from linktui.model.text import cell_width, clean
from linktui.model.transfer import Transfer, TransferState

BAR = 20


class Meter:
    """The line, rewritten in place whenever it reads differently."""

    def __init__(self) -> None:
        self._shown = ""

    def show(self, words: str) -> None:
        """Show how far it is."""
        line = cut(words, shutil.get_terminal_size().columns - 1)
        if line != self._shown:
            padding = " " * max(0, cell_width(self._shown) - cell_width(line))
            self._write(f"\r{line}{padding}")
            self._shown = line

    def clear(self) -> None:
        """Take the line away."""
        if self._shown:
            self._write("\r" + " " * cell_width(self._shown) + "\r")
            self._shown = ""

    def _write(self, text: str) -> None:
        sys.stderr.write(text)
        sys.stderr.flush()


def meter_line(uploads: Sequence[Transfer]) -> str:
    """Return name, bar, share, rate and time left of all uploads together."""
    size = sum(upload.size for upload in uploads)
    sent = sum(upload.size if upload.state is TransferState.DONE else upload.sent for upload in uploads)
    rate = sum(upload.rate for upload in uploads if upload.state is TransferState.UPLOADING)
    share = min(1.0, sent / size) if size else 0.0
    parts = [
        _name(uploads),
        bar(share),
        f"{share:4.0%} of {size_text(size)}",
        rate_text(rate),
        f"{length_text(timedelta(seconds=(size - sent) / rate))} left" if rate >= 1 else "",
        _state(uploads),
    ]
    return "  ".join(part for part in parts if part)


def bar(share: float) -> str:
    """Return a bar of which a share (0 to 1) is full."""
    full = round(share * BAR)
    return "█" * full + "░" * (BAR - full)


def _name(uploads: Sequence[Transfer]) -> str:
    return clean(uploads[0].name, limit=30) if len(uploads) == 1 else f"{len(uploads)} files"


def _state(uploads: Sequence[Transfer]) -> str:
    """Return why nothing moves, if so."""
    states = {upload.state for upload in uploads} - {TransferState.DONE}
    if TransferState.UPLOADING in states or not states:
        return ""
    state = min(states)
    error = next((upload.error for upload in uploads if upload.state is state), "")
    return f"{state.value}: {clean(error)}" if error else state.value

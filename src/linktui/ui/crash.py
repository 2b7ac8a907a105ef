"""One place for every failure: ours become a sentence on the screen, others end the program cleanly.

Textual's own report of a fault prints local variables, and those hold addresses and passwords. The one
private method of Textual that has to be replaced for that is replaced here.
"""

from __future__ import annotations

import traceback
from pathlib import Path

from textual.app import App, ScreenStackError
from textual.worker import WorkerFailed

from linktui.model.errors import LinktuiError
from linktui.model.wording import explain
from linktui.storage.damage import storage_error


class CarefulApp(App[None]):
    """An app whose failing workers and handlers say what failed, and whose faults show no values."""

    report_directory: Path | None = None
    """Where the report of a fault goes."""
    database: Path | None = None
    """The file that is named when it turns out to be damaged."""

    def _handle_exception(self, error: Exception) -> None:
        cause = error.error if isinstance(error, WorkerFailed) else error
        known = known_errors(cause)
        if known:
            for sentence in dict.fromkeys(map(explain, known)):
                self.notify(sentence, severity="error", timeout=10, markup=False)
            return
        # A screen that was still being laid out when the program was left, or a dialog that got another key
        # after the one that closed it.
        if self._exit or isinstance(cause, ScreenStackError):
            return
        self._return_code = 1
        damage = None if self.database is None else storage_error(cause, self.database)
        if damage is not None:  # every screen would fall over it again
            self.exit(return_code=1, message=explain(damage))
            return
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self.exit(return_code=1, message=write_report(cause, self.report_directory))


def known_errors(error: BaseException) -> list[LinktuiError]:
    """Return the errors of ours that an error is or consists of; empty if any part of it is a fault."""
    if isinstance(error, LinktuiError):
        return [error]
    if not isinstance(error, BaseExceptionGroup):
        return []
    parts = [known_errors(one) for one in error.exceptions]
    return [one for part in parts for one in part] if all(parts) else []


def write_report(error: BaseException, directory: Path | None) -> str:
    """Write where a fault happened, without its message and without values; return the sentence to show."""
    kind = type(error).__name__
    sentence = f"linktui met a fault of its own ({kind}) and had to close; uploads and links go on."
    if directory is None:
        return sentence
    path = directory / "fault.log"
    try:
        path.touch(mode=0o600)
        path.write_text("".join(traceback.format_tb(error.__traceback__)) + kind + "\n", encoding="utf-8")
    except OSError:
        return sentence
    return f"{sentence} {path} says where."

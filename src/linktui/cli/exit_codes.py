"""Every exit code with its sentence, and which error ends with which: the one table."""

from __future__ import annotations

from enum import IntEnum

from linktui.model import errors


class ExitCode(IntEnum):
    """How the program ended."""

    DONE = 0
    FAULT = 1
    USAGE = 2
    UNAUTHORIZED = 3
    NOT_FOUND = 4
    CONFLICT = 5
    RATE_LIMITED = 6
    UNAVAILABLE = 7
    PARTIAL = 8
    STORAGE = 9
    FOUND = 10
    DAEMON = 11
    SOURCE = 12
    UNSUPPORTED = 13
    REFUSED = 64
    INTERRUPTED = 130


SENTENCES = {
    ExitCode.DONE: "done",
    ExitCode.FAULT: "a fault of linktui's own, or `doctor` found something wrong",
    ExitCode.USAGE: "the command line, a value or the configuration is not understood",
    ExitCode.UNAUTHORIZED: "the secret is refused, or not allowed to do this",
    ExitCode.NOT_FOUND: "not found",
    ExitCode.CONFLICT: "conflict: the service refused it, or the state does not allow it",
    ExitCode.RATE_LIMITED: "too many calls",
    ExitCode.UNAVAILABLE: "the service does not answer",
    ExitCode.PARTIAL: "some of it failed",
    ExitCode.STORAGE: "the local database or directory cannot be used",
    ExitCode.FOUND: "`expiring` or `links check` found some",
    ExitCode.DAEMON: "the daemon is not there or does not start",
    ExitCode.SOURCE: "the file cannot be read, or changed",
    ExitCode.UNSUPPORTED: "the service cannot do this",
    ExitCode.REFUSED: "refused: it needs --yes, or a terminal",
    ExitCode.INTERRUPTED: "interrupted, or cancelled by somebody",
}

_OF_ERROR: tuple[tuple[type[errors.LinktuiError], ExitCode], ...] = (
    (errors.InvalidInput, ExitCode.USAGE),
    (errors.Unsupported, ExitCode.UNSUPPORTED),
    (errors.Unauthorized, ExitCode.UNAUTHORIZED),
    (errors.NotFound, ExitCode.NOT_FOUND),
    (errors.Conflict, ExitCode.CONFLICT),
    (errors.Rejected, ExitCode.CONFLICT),
    (errors.RateLimited, ExitCode.RATE_LIMITED),
    (errors.ProviderError, ExitCode.UNAVAILABLE),
    (errors.SourceUnreadable, ExitCode.SOURCE),
    (errors.SourceChanged, ExitCode.SOURCE),
    (errors.TransferError, ExitCode.UNAVAILABLE),
    (errors.StorageError, ExitCode.STORAGE),
    (errors.DaemonError, ExitCode.DAEMON),
)


class Stop(Exception):
    """End the command with a sentence for stderr and an exit code."""

    def __init__(self, sentence: str, code: ExitCode) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code


def exit_code_of(error: errors.LinktuiError) -> ExitCode:
    """Return the exit code for an error, by its class."""
    return _code_of_class(type(error))


def exit_code_of_kind(name: str) -> ExitCode:
    """Return the exit code for an error of which only the class's name is left, as in the queue."""
    kind = getattr(errors, name, None) if name else None
    return _code_of_class(kind) if isinstance(kind, type) else ExitCode.FAULT


def _code_of_class(kind: type) -> ExitCode:
    return next((code for known, code in _OF_ERROR if issubclass(kind, known)), ExitCode.FAULT)


def exit_code_table() -> str:
    """Return the table as the help shows it."""
    return "exit codes:\n" + "\n".join(f"  {code:>3}  {SENTENCES[code]}" for code in ExitCode)

"""The one place where an error becomes a sentence for a person: what was wrong, and what to do."""

from __future__ import annotations

from linktui.model import errors
from linktui.model.text import cell_width, clean


def explain(error: errors.LinktuiError) -> str:
    """Return one sentence (or two) that say what happened and what to do next; safe to print anywhere."""
    return clean(_sentence(error), limit=600)


def pointed_at(error: errors.FilterError, *, width: int = 76) -> tuple[str, str]:
    """Return the filter, or the part of it that fits, and a line with ^ below the character that is wrong."""
    first = max(0, error.position - width // 2)
    shown = clean(error.text[first : first + width])
    return shown, " " * cell_width(shown[: error.position - first]) + "^"


def _sentence(error: errors.LinktuiError) -> str:
    match error:
        case errors.InvalidInput(field=field, reason=reason):
            return f"{_capital(field)} {reason}."
        case errors.Unsupported(ability=ability, reason=reason):
            return f"This service cannot {ability}: {reason}."
        case errors.ProviderError():
            return _provider_sentence(error)
        case errors.TransferError():
            return _transfer_sentence(error)
        case errors.StorageError():
            return _storage_sentence(error)
        case errors.DaemonError():
            return _daemon_sentence(error)
        case _:
            return str(error)


def _provider_sentence(error: errors.ProviderError) -> str:
    said = f" It said: {error.message.rstrip('.')}." if error.message else ""
    request = f" (request {error.request_id})" if error.request_id else ""
    match error:
        case errors.SecretMissing(reference=reference, reason=reason):
            return f"The account's secret ({reference}) cannot be had: {reason.rstrip('.')}."
        case errors.ReadOnly():
            return "The account is set to read_only in linktui.toml; nothing was changed."
        case errors.Unauthorized():
            return f"The service refused the account's secret; check it and try again.{said}{request}"
        case errors.NotFound():
            return f"The service no longer has it; press R (or list again) to see what is there.{request}"
        case errors.Conflict(code="stale"):
            return f"It was changed elsewhere meanwhile; look at it as it is now and do it again.{request}"
        case errors.Conflict() | errors.Rejected():
            return (error.message.rstrip(".") or "The service refused it") + f".{request}"
        case errors.RateLimited(retry_after=None):
            return f"The service asks for fewer calls; try again in a minute.{request}"
        case errors.RateLimited(retry_after=seconds):
            return f"The service asks for fewer calls; try again in {seconds:.0f} s.{request}"
        case errors.Unintelligible():
            return f"The answer is not from the service; is a proxy or login page in between?{said}{request}"
        case _:
            # Without a status nobody said it but the HTTP client.
            why = said if error.status or not error.message else f" {_capital(error.message.rstrip('.'))}."
            return f"The service does not answer; try later, as the queue does by itself.{why}{request}"


def _transfer_sentence(error: errors.TransferError) -> str:
    match error:
        case errors.SourceUnreadable(path=path, reason=reason):
            return f"“{path.name}” cannot be read: {reason}."
        case errors.SourceChanged(path=path):
            return f"“{path.name}” changed since it was queued and was not sent; retry sends it as it is now."
        case errors.DigestMismatch(given_up=True):
            return (
                "What arrived was not what was sent, time and again, so nothing was published;"
                " look at the line and the disk, then retry."
            )
        case errors.DigestMismatch():
            return "What arrived is not what was sent; nothing was published, and it is sent again."
        case errors.SessionLost(given_up=True):
            return "The service forgot the unfinished upload again and again; retry begins once more."
        case _:
            return "The service forgot the unfinished upload; it begins again."


def _storage_sentence(error: errors.StorageError) -> str:
    match error:
        case errors.DatabaseCorrupt(path=path):
            return f"The database {path} is damaged; move it away, or put a backup (.v*) back in its place."
        case errors.DatabaseTooNew(path=path):
            return f"The database {path} was written by a newer linktui; update this one."
        case _:
            reason = f": {error.reason}" if error.reason else ""
            return f"{error.path} cannot be used{reason}; check its permissions and the free space."


def _daemon_sentence(error: errors.DaemonError) -> str:
    match error:
        case errors.DaemonNotRunning():
            return "The daemon is not running; start it with `linktui daemon start`."
        case errors.LeaseHeld(pid=pid):
            return f"Another daemon (process {pid}) serves this data directory already."
        case errors.PortTaken(host=host, port=port):
            return (
                f"{host}:{port} is in use by another program; stop that, or set another `port` under [local]"
                " in linktui.toml (links already given out name the old one)."
            )
        case errors.DaemonStartFailed(reason=reason):
            return f"The daemon did not start: {reason.rstrip('.')}. See `linktui daemon logs`."
        case _:
            return str(error)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

"""Every error has a sentence, and none of them carries a control character."""

from __future__ import annotations

from pathlib import Path

import pytest

from linktui.model import errors
from linktui.model.wording import explain

PATH = Path("/srv/a.txt")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (errors.InvalidInput("expiry", "is empty"), "Expiry is empty."),
        (errors.Unsupported("revoke a link", "it runs out"), "cannot revoke a link: it runs out."),
        (errors.Unauthorized("bad key", request_id="r1"), "(request r1)"),
        (errors.NotFound(), "no longer has it"),
        (errors.Conflict(code="stale"), "changed elsewhere"),
        (errors.Conflict("the address is taken"), "address is taken."),
        (errors.RateLimited(retry_after=7), "again in 7 s"),
        (errors.RateLimited(), "in a minute"),
        (errors.Unavailable("no route"), "does not answer"),
        (errors.Unintelligible("<html>"), "proxy or login page"),
        (errors.SourceUnreadable(PATH, "permission denied"), "“a.txt” cannot be read: permission denied."),
        (errors.SourceChanged(PATH), "changed since it was queued"),
        (errors.DigestMismatch(), "is sent again"),
        (errors.DigestMismatch(given_up=True), "then retry"),
        (errors.SessionLost(given_up=True), "retry begins once more"),
        (errors.SessionLost(), "begins again"),
        (errors.DatabaseCorrupt(PATH), "is damaged"),
        (errors.DatabaseTooNew(PATH), "newer linktui"),
        (errors.StorageUnusable(PATH, "disk full"), "disk full"),
        (errors.DaemonNotRunning(), "linktui daemon start"),
        (errors.DaemonStartFailed("no space."), "no space. See"),
        (errors.LeaseHeld(42), "process 42"),
        (errors.PortTaken("127.0.0.1", 8460), "127.0.0.1:8460 is in use"),
    ],
)
def test_an_error_says_what_was_wrong(error: errors.LinktuiError, words: str) -> None:
    assert words in explain(error)


def test_a_services_own_words_cannot_act_on_the_terminal() -> None:
    assert "\x1b" not in explain(errors.Rejected("no \x1b]0;owned\x07"))

"""What a link will be, in words."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from linktui.model.link import LinkEdit, LinkKind, LinkSpec
from linktui.model.link_words import edit_words, spec_words

NOW = datetime(2026, 11, 21, 15, 0, 0, 400, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _in_prague(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Prague")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_a_new_link_is_said_in_the_order_in_which_one_asks() -> None:
    spec = LinkSpec(
        kind=LinkKind.VIEW,
        expires_at=datetime(2026, 11, 27, 16, 0, tzinfo=UTC),
        password="secret",
        download_limit=3,
        slug="q3",
        metadata={"order": "42"},
    )
    assert spec_words(spec, NOW) == (
        "to view in the browser · expires Fri 27 Nov 17:00 CET, in 6d 1h · asks for a password · "
        "gone after 3 downloads · at …/q3 · tags order=42"
    )
    assert spec_words(LinkSpec(download_limit=1), NOW) == (
        "to download · never expires · gone after one download"
    )


def test_an_edit_is_said_by_what_it_changes() -> None:
    assert edit_words(LinkEdit(), NOW) == ""
    assert edit_words(LinkEdit(expire_now=True), NOW) == "ends now"
    edit = LinkEdit(
        name="a\x1bb", expires_at=None, password=None, download_limit=None, slug="q4", metadata={"old": None}
    )
    assert edit_words(edit, NOW) == (
        "called “a�b” · never expires · asks for no password · no download limit · "
        "at …/q4, and no more at its old address · tags -old"
    )
    assert edit_words(LinkEdit(expires_at=NOW - timedelta(hours=1)), NOW).endswith(", at once")

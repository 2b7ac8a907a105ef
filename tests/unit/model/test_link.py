"""A link's state follows from its facts and the service's clock; its URL is in no repr."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from linktui.model.link import Link, LinkedFile, LinkKind, LinkState
from linktui.model.transfer import TransferState
from tests.fakes import NOON

LINK = Link(
    account="local", provider="local", id="l_1", kind=LinkKind.DOWNLOAD, name="a",
    url="https://example.org/l/secret", slug="secret", created_at=NOON,
)  # fmt: skip
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("link", "state"),
    [
        (LINK, LinkState.ACTIVE),
        (replace(LINK, expires_at=NOON + 24 * HOUR), LinkState.ACTIVE),
        (replace(LINK, expires_at=NOON + 23 * HOUR), LinkState.EXPIRING),
        (replace(LINK, expires_at=NOON), LinkState.EXPIRED),
        (replace(LINK, downloads=2, download_limit=3), LinkState.ACTIVE),
        (replace(LINK, downloads=3, download_limit=3), LinkState.EXHAUSTED),
        (replace(LINK, revoked_at=NOON, expires_at=NOON), LinkState.REVOKED),
        (replace(LINK, gone_at=NOON, revoked_at=NOON), LinkState.GONE),
    ],
)
def test_a_state_follows_from_the_facts(link: Link, state: LinkState) -> None:
    assert link.state(NOON) is state


def test_only_links_that_give_something_are_alive() -> None:
    assert {state for state in LinkState if state.alive} == {LinkState.ACTIVE, LinkState.EXPIRING}


def test_a_links_size_is_unknown_if_any_files_is() -> None:
    known, unknown = LinkedFile("1", "a", 5), LinkedFile("2", "b", None)
    assert replace(LINK, files=(known, known)).size == 10
    assert replace(LINK, files=(known, unknown)).size is None


def test_no_repr_shows_where_a_link_can_be_fetched() -> None:
    assert "secret" not in repr(LINK)


def test_an_upload_is_never_both_at_work_and_settled() -> None:
    assert not [state for state in TransferState if state.active and (state.settled or state.stuck)]

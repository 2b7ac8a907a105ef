"""Whether a link can still be saved is read from its account's limits, not from a service's name."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from linktui.model.capability import Account
from linktui.model.link import Link, LinkKind
from linktui.model.saving import Saving, point_of_no_return, saving_of, saving_words
from linktui.providers.registry import kind_of

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
END = NOW + timedelta(hours=3)


def link(expires_at: datetime | None = END) -> Link:
    return Link(
        account="a",
        provider="p",
        id="l",
        kind=LinkKind.DOWNLOAD,
        name="a.pdf",
        url="",
        created_at=NOW - timedelta(days=1),
        expires_at=expires_at,
    )


@pytest.mark.parametrize(
    ("provider", "saving"),
    [
        ("local", Saving.ALWAYS),
        ("liquidfiles", Saving.ALWAYS),
        ("stripe", Saving.UNTIL_END),
        ("digitalriver", Saving.UNTIL_END),
        ("s3", Saving.NEW_ADDRESS),
        ("finix", Saving.NEVER),
    ],
)
def test_each_service_has_its_point_of_no_return(provider: str, saving: Saving) -> None:
    account = Account(name="a", provider=provider, limits=kind_of(provider).limits)
    assert saving_of(account) is saving
    assert saving_of(replace(account, read_only=True)) is Saving.NEVER


def test_the_point_of_no_return_is_the_end_or_past_or_never_comes() -> None:
    assert point_of_no_return(link(), Saving.UNTIL_END) == END
    assert point_of_no_return(link(), Saving.ALWAYS) is None
    assert point_of_no_return(link(), Saving.NEVER) == NOW - timedelta(days=1)
    assert point_of_no_return(link(None), Saving.NEVER) is None


def test_the_words_say_what_can_be_done_now() -> None:
    assert saving_words(link(), Saving.UNTIL_END, NOW) == "final at its end"
    assert saving_words(link(), Saving.UNTIL_END, END) == "lost"
    assert saving_words(link(), Saving.ALWAYS, END) == "can be revived"
    assert saving_words(link(), Saving.NEVER, NOW) == "cannot be saved"
    assert saving_words(link(None), Saving.NEVER, NOW) == ""

"""A link that the service would not make is refused before anything is sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from linktui.model.capability import Ability, Account
from linktui.model.change import Intent, Verb
from linktui.model.errors import InvalidInput, Unsupported
from linktui.model.link import Link, LinkEdit, LinkKind, LinkSpec
from linktui.providers.local.limits import LIMITS
from linktui.services.inverse import why_final
from linktui.services.rules import (
    check_change,
    check_expiry,
    check_password,
    check_spec,
    check_taken_back,
    describe_edit,
    irrevocable,
)
from tests.fakes import NOON


@pytest.mark.parametrize(
    ("spec", "files", "field"),
    [
        (LinkSpec(), 0, "files"),
        (LinkSpec(), 101, "files"),
        (LinkSpec(kind=LinkKind.UPLOAD), 1, "files"),
        (LinkSpec(download_limit=0), 1, "download limit"),
        (LinkSpec(password=""), 1, "password"),
        (LinkSpec(password="x" * 1025), 1, "password"),
        (LinkSpec(metadata={"k" * 41: "v"}), 1, "metadata"),
        (LinkSpec(metadata={"": "v"}), 1, "metadata"),
        (LinkSpec(metadata={"k": "v" * 501}), 1, "metadata"),
        (LinkSpec(metadata={str(n): "v" for n in range(51)}), 1, "metadata"),
    ],
)
def test_what_is_out_of_bounds_is_named(spec: LinkSpec, files: int, field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_spec(LIMITS, spec, now=NOON, files=files)
    assert caught.value.field == field


def test_what_is_just_within_bounds_is_allowed() -> None:
    pairs = {f"{n:040}": "v" * 500 for n in range(50)}
    check_spec(LIMITS, LinkSpec(password="x" * 1024, metadata=pairs), now=NOON, files=100)
    check_spec(LIMITS, LinkSpec(kind=LinkKind.UPLOAD), now=NOON, files=0)


@pytest.mark.parametrize(
    ("ability", "spec"),
    [
        (Ability.PASSWORD, LinkSpec(password="x")),
        (Ability.DOWNLOAD_LIMIT, LinkSpec(download_limit=1)),
        (Ability.SLUG, LinkSpec(slug="x")),
        (Ability.METADATA, LinkSpec(metadata={"a": "b"})),
        (Ability.NEVER_EXPIRE, LinkSpec()),
    ],
)
def test_an_ability_that_is_missing_is_said_with_its_reason(ability: Ability, spec: LinkSpec) -> None:
    limits = replace(LIMITS, missing={ability: "it never could"})
    with pytest.raises(Unsupported, match="it never could"):
        check_spec(limits, spec, now=NOON, files=1)


def test_a_life_that_is_too_long_is_refused() -> None:
    limits = replace(LIMITS, longest=timedelta(days=7))
    check_expiry(limits, NOON + timedelta(days=7), now=NOON)
    with pytest.raises(InvalidInput):
        check_expiry(limits, NOON + timedelta(days=7, seconds=1), now=NOON)


def test_a_kind_that_the_service_lacks_is_refused() -> None:
    with pytest.raises(InvalidInput):
        check_spec(replace(LIMITS, kinds=(LinkKind.VIEW,)), LinkSpec(), now=NOON, files=1)


def test_a_passwords_length_counts_in_bytes() -> None:
    with pytest.raises(InvalidInput):
        check_password("ä" * 513)


def test_the_journal_names_what_changed_but_no_secret() -> None:
    edit = LinkEdit(password="open sesame", slug="my-address", name="new", metadata={"a": "1", "b": None})
    told = describe_edit(edit)
    assert told == "name: new, address: changed, password: set, metadata: a=1 -b"
    assert describe_edit(LinkEdit(expires_at=None, download_limit=None)) == (
        "expires_at: never, download_limit: none"
    )
    assert describe_edit(LinkEdit(expire_now=True)) == "expires_at: now"


SIGNED = replace(LIMITS, taken_back_by="revocable", longest=timedelta(days=7))
FOR_GOOD = Link(
    account="a",
    provider="s3",
    id="l",
    kind=LinkKind.DOWNLOAD,
    name="a.pdf",
    url="https://x.test/",
    created_at=NOON,
    expires_at=NOON + timedelta(days=2),
    options={"revocable": "no"},
)


def test_a_link_that_nothing_takes_back_is_asked_about_however_short_it_is() -> None:
    hour = NOON + timedelta(hours=1)
    assert irrevocable(SIGNED, LinkSpec(expires_at=hour, options={"revocable": "no"}), now=NOON)
    assert irrevocable(SIGNED, LinkSpec(kind=LinkKind.UPLOAD, expires_at=hour), now=NOON)
    assert not irrevocable(SIGNED, LinkSpec(expires_at=hour), now=NOON)


@pytest.mark.parametrize("ability", [Ability.REVOKE, Ability.DELETE_LINK])
def test_a_link_made_for_good_is_not_taken_back_before_it_ends(ability: Ability) -> None:
    with pytest.raises(Unsupported, match="without a way to take it back"):
        check_taken_back(SIGNED, FOR_GOOD, ability, now=NOON)
    check_taken_back(SIGNED, FOR_GOOD, ability, now=NOON + timedelta(days=3))
    check_taken_back(SIGNED, replace(FOR_GOOD, options={}), ability, now=NOON)


@pytest.mark.parametrize("edit", [LinkEdit(expire_now=True), LinkEdit(expires_at=NOON + timedelta(days=1))])
def test_a_link_made_for_good_ends_no_sooner_but_later(edit: LinkEdit) -> None:
    account = Account(name="a", provider="s3", limits=SIGNED)
    with pytest.raises(Unsupported):
        check_change(account, FOR_GOOD, edit, now=NOON)
    check_change(account, FOR_GOOD, LinkEdit(expires_at=NOON + timedelta(days=3)), now=NOON)


def test_an_end_is_moved_no_further_than_the_service_allows() -> None:
    account = Account(name="a", provider="s3", limits=SIGNED)
    with pytest.raises(InvalidInput, match="7d"):
        check_change(account, FOR_GOOD, LinkEdit(expires_at=NOON + timedelta(days=8)), now=NOON)


def test_a_later_end_of_a_link_made_for_good_is_final() -> None:
    later = Intent(
        account="a", verb=Verb.UPDATE, link=FOR_GOOD, edit=LinkEdit(expires_at=NOON + timedelta(days=3))
    )
    assert "until the new end" in why_final(later, SIGNED, now=NOON)
    assert why_final(replace(later, link=replace(FOR_GOOD, options={})), SIGNED, now=NOON) == ""
    made = Intent(account="a", verb=Verb.CREATE, spec=LinkSpec(options={"revocable": "no"}))
    assert why_final(made, SIGNED, now=NOON)

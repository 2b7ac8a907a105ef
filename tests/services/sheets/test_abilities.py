"""Sheets of services that cannot do everything: what cannot be is in the plan with its reason."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from linktui.config.locations import Locations
from linktui.model.change import Intent, Verb
from linktui.model.errors import SheetFaults
from linktui.model.link import Link, LinkedFile, LinkEdit, LinkKind
from linktui.services.house import House
from linktui.services.sheets import SheetForm
from linktui.storage.links import Links
from linktui.wiring import build
from tests.fakes import NOON, Clock, FakeProvider

ACCOUNTS = """
[accounts.acme]
provider = "stripe"
secret = "env:NONE"
[accounts.kyc]
provider = "finix"
secret = "env:NONE"
username = "US1"
[accounts.tax]
provider = "digitalriver"
secret = "env:NONE"
[accounts.box]
provider = "liquidfiles"
secret = "env:NONE"
base_url = "https://files.example.org"
"""


@pytest.fixture
async def house(tmp_path: Path, clock: Clock, provider: FakeProvider) -> AsyncIterator[House]:
    locations = Locations.below(tmp_path / "home")
    locations.create()
    locations.settings_file.write_text(ACCOUNTS, encoding="utf-8")
    house = build(locations, clock=clock, connect_provider=lambda account: provider)
    yield house
    await house.close()


async def put(house: House, account: str, **fields: object) -> Link:
    values: dict[str, object] = {
        "account": account, "provider": house.services.accounts.get(account).provider, "id": f"{account}_1",
        "kind": LinkKind.DOWNLOAD, "name": "a.pdf", "url": "", "created_at": NOON,
        "expires_at": NOON + timedelta(days=3), "files": (LinkedFile("f_1", "a.pdf", 3),),
    }  # fmt: skip
    link = Link(**(values | fields))  # type: ignore[arg-type]
    await Links(house.database).save([(link, "{}")], seen=NOON)
    return link


async def read(house: House, link: Link, old: str, new: str) -> Intent:
    text = await house.services.sheets.export([link])
    assert old in text
    [found] = house.services.sheets.read(text.replace(old, new))
    return found


@pytest.mark.parametrize(
    ("account", "verb", "able"),
    [
        ("acme", Verb.EXPIRE, True),
        ("tax", Verb.DELETE, True),
        ("box", Verb.DELETE, True),
        ("kyc", Verb.REVOKE, False),
    ],
)
async def test_a_deleted_line_takes_the_link_away_as_the_service_can(
    house: House, account: str, verb: Verb, able: bool
) -> None:
    link = await put(house, account)
    text = await house.services.sheets.export([link])
    [found] = house.services.sheets.read(text[: text.index("\n\n")])
    assert (found.verb, found.reason == "") == (verb, able)


async def test_a_change_that_the_service_cannot_make_says_why_and_offers_a_new_link(house: House) -> None:
    found = await read(house, await put(house, "kyc"), "2026-11-24T12:00:00+00:00", "+2d")
    assert "Finix changes no link" in found.reason
    assert found.renewable


async def test_a_field_that_the_service_does_not_have_says_why(house: House) -> None:
    link = await put(house, "acme")
    text = await house.services.sheets.export([link])
    assert "name=" not in text[text.index("\n\n") :]
    assert "kind=" not in text[text.index("\n\n") :]
    found = await read(house, link, "  # a.pdf", " limit=3 # a.pdf")
    assert "Stripe counts no downloads" in found.reason


@pytest.mark.parametrize("form", SheetForm)
async def test_a_services_own_options_are_written_and_changed_by_their_names(
    house: House, form: SheetForm
) -> None:
    options = {
        "display_mode": "gallery",
        "recipient_limitations": "a@x.org, b@x.org",
        "header_html": "h" * 900,
    }
    link = await put(house, "box", options=options)
    text = await house.services.sheets.export([link], form)
    assert "hhh" not in text
    assert house.services.sheets.read(text, form) == []
    [found] = house.services.sheets.read(text.replace("gallery", "inline"), form)
    assert (found.edit, found.reason) == (LinkEdit(options={"display_mode": "inline"}), "")


async def test_an_option_takes_what_it_takes_and_is_emptied_by_an_empty_value(house: House) -> None:
    link = await put(house, "box", options={"recipient_limitations": "x.org"})
    found = await read(house, link, "recipient_limitations=x.org", "recipient_limitations=")
    assert found.edit == LinkEdit(options={"recipient_limitations": ""})
    with pytest.raises(SheetFaults, match="icons, inline, gallery"):
        house.services.sheets.read("box/box_1 display_mode=sideways")


async def test_what_is_only_said_when_a_link_is_made_is_a_fault_later(house: House) -> None:
    await put(house, "kyc", kind=LinkKind.UPLOAD, files=(), options={"type": "OTHER"})
    with pytest.raises(SheetFaults, match="when a link is made"):
        house.services.sheets.read("kyc/kyc_1 type=PASSPORT")
    [made] = house.services.sheets.read("new/kyc 2d kind=upload type=PASSPORT tag.a=1")
    assert (made.verb, made.reason) == (Verb.CREATE, "")
    assert made.spec
    assert dict(made.spec.options) == {"type": "PASSPORT"}


async def test_an_end_later_than_the_account_allows_is_a_fault(house: House) -> None:
    with pytest.raises(SheetFaults, match="later than the 7d"):
        house.services.sheets.read("new/kyc 30d kind=upload")

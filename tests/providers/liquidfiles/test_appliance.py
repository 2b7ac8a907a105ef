"""How an appliance is spoken to: its address, the key, JSON only, and what its errors mean."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator

import httpx
import pytest

from linktui.model.capability import Ability
from linktui.model.errors import (
    InvalidInput,
    NotFound,
    RateLimited,
    Rejected,
    Unauthorized,
    Unavailable,
    Unintelligible,
)
from linktui.model.link import LinkSpec
from linktui.providers.base import LogsIn
from linktui.providers.liquidfiles.address import address_of
from linktui.providers.liquidfiles.provider import LiquidFilesProvider
from linktui.providers.registry import kind_of
from tests.providers.liquidfiles.service import KEY, Appliance


async def nothing() -> AsyncIterator[bytes]:
    yield b""


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("files.example.com", "https://files.example.com/"),
        (" https://files.example.com/ ", "https://files.example.com/"),
        ("https://example.com:8443/files", "https://example.com:8443/files/"),
        ("http://127.0.0.1:8460/dialects/liquidfiles", "http://127.0.0.1:8460/dialects/liquidfiles/"),
        ("http://localhost", "http://localhost/"),
        ("http://[::1]:80", "http://[::1]:80/"),
    ],
)
def test_an_address_is_read_generously(text: str, url: str) -> None:
    assert address_of(text) == url


@pytest.mark.parametrize(
    "text",
    ["", "  ", "https://", "http://files.example.com", "http://192.0.2.1", "ftp://127.0.0.1", "https://[::1"],
)
def test_an_address_that_cannot_work_is_refused_with_the_field_it_stands_in(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        address_of(text)
    assert caught.value.field == "base_url"


async def test_a_wrong_address_is_said_by_the_first_call_and_nothing_is_sent(appliance: Appliance) -> None:
    provider = appliance.provider(base_url="http://files.example.com")
    with pytest.raises(InvalidInput, match="https://"):
        await provider.list_links()
    assert appliance.asked == []


async def test_calls_go_below_the_path_of_the_address(appliance: Appliance) -> None:
    provider = appliance.provider(base_url="http://127.0.0.1:1/dialects/liquidfiles")
    with pytest.raises(NotFound):
        await provider.identify()
    assert appliance.asked == ["GET /dialects/liquidfiles/account"]


async def test_the_key_is_sent_as_bearer(appliance: Appliance, provider: LiquidFilesProvider) -> None:
    await provider.list_links()
    assert {one.headers["authorization"] for one in appliance.requests} == {f"Bearer {KEY}"}
    assert appliance.asked == ["GET /account", "GET /link"]


async def test_an_older_server_is_asked_once_with_bearer_and_then_with_basic(old: Appliance) -> None:
    provider = old.provider()
    await asyncio.gather(*(provider.list_links() for _ in range(3)))
    assert old.asked == ["GET /account", "GET /account", *["GET /link"] * 3]
    schemes = [one.headers["authorization"].split()[0] for one in old.requests]
    assert schemes == ["Bearer", *["Basic"] * 4]


async def test_identifying_needs_no_second_look_at_the_account(
    appliance: Appliance, provider: LiquidFilesProvider
) -> None:
    await provider.identify()
    assert appliance.asked == ["GET /account"]
    await provider.identify()
    assert appliance.asked == ["GET /account"] * 2


async def test_a_wrong_key_is_refused_after_one_try_of_each_way(appliance: Appliance) -> None:
    provider = appliance.provider(key="wrong")
    with pytest.raises(Unauthorized):
        await provider.list_links()
    assert appliance.asked == ["GET /account"] * 2


async def test_a_network_that_is_not_allowed_is_no_reason_to_try_the_other_way(
    appliance: Appliance, provider: LiquidFilesProvider
) -> None:
    appliance.answers["GET /account"] = httpx.Response(403)
    with pytest.raises(Unauthorized):
        await provider.list_links()
    assert appliance.asked == ["GET /account"]


@pytest.mark.parametrize("auth", ["bearer", "basic"])
async def test_an_account_can_say_how_the_key_is_sent(appliance: Appliance, auth: str) -> None:
    provider = appliance.provider(settings={"auth": auth}, key="wrong")
    with pytest.raises(Unauthorized):
        await provider.list_links()
    assert [one.headers["authorization"].split()[0].lower() for one in appliance.requests] == [auth]


async def test_a_refused_key_is_read_anew_for_the_next_call(appliance: Appliance) -> None:
    keys = iter([KEY, "rotated"])
    provider = appliance.provider(settings={"auth": "bearer"}, key=lambda: next(keys))
    await provider.list_links()
    appliance.key = "rotated"
    with pytest.raises(Unauthorized):
        await provider.list_links()
    await provider.list_links()


async def test_a_page_is_no_answer(appliance: Appliance, provider: LiquidFilesProvider) -> None:
    appliance.answers["GET /link"] = httpx.Response(200, html="<h1>Log in</h1>")
    with pytest.raises(Unintelligible):
        await provider.list_links()


async def test_raw_newlines_in_texts_are_forgiven(
    appliance: Appliance, provider: LiquidFilesProvider
) -> None:
    body = b'{"links":[{"id":"x","filename":"two\nlines","created_at":"2026-11-20T10:00:00Z"}]}'
    headers = {"content-type": "application/json; charset=utf-8"}
    appliance.answers["GET /link"] = httpx.Response(200, content=body, headers=headers)
    [told] = (await provider.list_links()).rows
    assert told.link.name == "two\ufffdlines"


async def test_a_redirect_is_not_followed(appliance: Appliance, provider: LiquidFilesProvider) -> None:
    elsewhere = {"location": "https://evil.test/link"}
    appliance.answers["POST /link"] = httpx.Response(302, headers=elsewhere)
    with pytest.raises(Unintelligible):
        await provider.create_link((appliance.attach(),), LinkSpec(), key="k")
    assert appliance.writes() == ["POST /link"]
    assert {one.url.host for one in appliance.requests} == {"files.example.test"}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"errors": ["Expires at is too late", "Group does not allow it"]}, "is too late; Group does not"),
        ({"error": "Invalid extension"}, "Invalid extension"),
        ({"error": {"message": "No such thing"}}, "No such thing"),
        ({"errors": {"slug": ["is taken"]}}, "is taken"),
        ({}, ""),
        ([], ""),
    ],
)
async def test_a_refusal_carries_every_text_of_the_server(
    appliance: Appliance, provider: LiquidFilesProvider, body: object, message: str
) -> None:
    appliance.answers["GET /link"] = httpx.Response(422, json=body)
    with pytest.raises(Rejected) as caught:
        await provider.list_links()
    assert message in caught.value.message


async def test_a_failing_server_without_json_is_unavailable(
    appliance: Appliance, provider: LiquidFilesProvider
) -> None:
    await provider.list_links()
    appliance.answers["POST /link"] = httpx.Response(500, text="oops")
    with pytest.raises(Unavailable):
        await provider.create_link((appliance.attach(),), LinkSpec(), key="k")


async def test_the_list_of_calls_shows_no_share_url(
    appliance: Appliance, provider: LiquidFilesProvider
) -> None:
    link_id = appliance.share()
    await provider.list_downloads(link_id)
    await provider.delete_link(link_id)
    session = await provider.begin_upload("a.txt", 0, key="k")
    await provider.send_piece(session, 0, 0, nothing)
    assert [call.path for call in appliance.calls] == [
        "/account",
        "/link/…/downloads",
        "/link/…",
        "/link/attachments/upload",
    ]


async def test_who_the_account_is_and_what_its_group_may_not(
    appliance: Appliance, provider: LiquidFilesProvider
) -> None:
    appliance.account = {
        "api_version": "4.3",
        "message_max_size": 5000,
        "blocked_extensions": "exe,\x1bbat",
        "is_local": True,
        "filelink_max_files": 1,
        "filelink_can_use_password": False,
        "filelink_can_change_url": False,
        "filelink_can_use_gallery": False,
        "filelink_can_use_inline": True,
    }
    identity = await provider.identify()
    assert (identity.who, identity.version, identity.live) == ("Ann <ann@example.test>", "4.3.1", None)
    assert set(identity.missing) == {Ability.PASSWORD, Ability.SLUG, Ability.EDIT_FILES}
    assert dict(identity.facts) == {
        "Group": "Staff",
        "API version": "4.3",
        "Not allowed for the group": "gallery display",
        "Largest file": "5000 MB",
        "Files per link": "1",
        "Blocked extensions": "exe,\ufffdbat",
        "Key sent as": "bearer",
    }


async def test_an_older_server_says_what_it_has_not(old: Appliance) -> None:
    identity = await old.provider().identify()
    assert set(identity.missing) == {Ability.SLUG, Ability.EDIT_FILES}
    assert "4.2.5" in identity.missing[Ability.SLUG]
    assert identity.facts["Key sent as"] == "basic"


@pytest.mark.parametrize(
    ("version", "older"),
    [
        ({"version": "4.2.5"}, True),
        ({"version": "4.3"}, False),
        ({"version": "10.0.1-beta"}, False),
        ({"version": None, "version_numeric": "40299"}, True),
        ({"version": None, "version_numeric": 40300}, False),
        ({"version": "unknown"}, False),
    ],
)
async def test_a_version_is_read_as_text_and_as_a_number(
    appliance: Appliance, provider: LiquidFilesProvider, version: dict[str, object], older: bool
) -> None:
    appliance.answers["GET /account"] = httpx.Response(200, json=version)
    assert (Ability.SLUG in (await provider.identify()).missing) == older


@pytest.mark.parametrize("told", [{"email": "ann@example.test"}, {"account": {"email": "ann@example.test"}}])
async def test_an_account_is_read_with_and_without_a_root(
    appliance: Appliance, provider: LiquidFilesProvider, told: object
) -> None:
    appliance.answers["GET /account"] = httpx.Response(200, json=told)
    assert (await provider.identify()).who == "<ann@example.test>"


async def test_a_password_gets_a_key_once_without_the_secret(appliance: Appliance) -> None:
    def no_secret() -> str:
        raise AssertionError("there is none yet")

    provider = appliance.provider(key=no_secret)
    assert isinstance(provider, LogsIn)
    assert await provider.log_in("ann@example.test", "right") == KEY
    with pytest.raises(Unauthorized) as caught:
        await provider.log_in("ann@example.test", "wrong")
    assert caught.value.message == "Invalid email or password"
    assert appliance.asked == ["POST /login"] * 2


@pytest.mark.parametrize("status", [401, 429, 503])
async def test_a_login_is_never_tried_again(appliance: Appliance, status: int) -> None:
    appliance.answers["POST /login"] = httpx.Response(status)
    with pytest.raises((Unauthorized, Unavailable, RateLimited)):
        await appliance.provider().log_in("ann@example.test", "right")
    assert appliance.asked == ["POST /login"]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"api_key": KEY}, None),
        ({"errors": ["Locked"]}, Unauthorized),
        ({"user": {}}, Unintelligible),
        ({"user": {"api_key": ""}}, Unintelligible),
    ],
)
async def test_a_login_is_read_in_every_form(
    appliance: Appliance, answer: object, error: type[Exception] | None
) -> None:
    appliance.answers["POST /login"] = httpx.Response(200, json=answer)
    logging_in = appliance.provider().log_in("ann@example.test", os.urandom(4).hex())
    if error is None:
        assert await logging_in == KEY
    else:
        with pytest.raises(error):
            await logging_in


def test_the_kind_costs_nothing_to_import_and_asks_for_an_address() -> None:
    kind = kind_of("liquidfiles")
    assert (kind.title, kind.base_url) == ("LiquidFiles", "")
    code = "import sys, linktui.providers.liquidfiles.kind; print({'httpx', 'pydantic'} & set(sys.modules))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert told.stdout.strip() == "set()"

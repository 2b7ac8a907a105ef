from __future__ import annotations

import subprocess
import sys
from datetime import timedelta

import httpx
import pytest

from linktui.model.capability import Ability
from linktui.model.errors import (
    NotFound,
    ProviderError,
    RateLimited,
    Rejected,
    Unauthorized,
    Unavailable,
    Unintelligible,
)
from linktui.model.option import check_options
from linktui.providers import base
from linktui.providers.base import Wanted
from linktui.providers.finix.kind import KIND
from linktui.providers.finix.limits import LIMITS
from linktui.providers.finix.provider import FinixProvider
from linktui.providers.pages import all_pages
from tests.providers.finix.service import EXPIRED, USER, Finix, problem


async def test_an_account_tells_its_user_its_role_and_that_it_is_no_live_one(provider: FinixProvider) -> None:
    who = await provider.identify()
    assert (who.who, who.live, who.version, dict(who.facts)) == (
        USER,
        False,
        "2022-02-01",
        {"Role": "merchant"},
    )


@pytest.mark.parametrize(
    ("base_url", "live"),
    [
        ("", True),
        ("https://finix.live-payments-api.com/", True),
        ("http://127.0.0.1:8460/dialects/finix", None),
    ],
)
async def test_whether_an_account_is_live_goes_by_the_host(
    finix: Finix, base_url: str, live: bool | None
) -> None:
    provider = finix.provider(base_url=base_url)
    finix.answers["GET /dialects/finix/files"] = [httpx.Response(200, json={})]
    assert (await provider.identify()).live is live
    assert str(finix.requests[-1].url) == f"{(base_url or KIND.base_url).rstrip('/')}/files?limit=1"
    await provider.close()


async def test_another_version_is_asked_for_where_it_is_set(finix: Finix) -> None:
    provider = finix.provider(settings={"username": USER, "version": "2030-01-01"})
    with pytest.raises(AssertionError):
        await provider.identify()
    assert finix.requests[-1].headers["finix-version"] == "2030-01-01"
    await provider.close()


def test_an_account_needs_a_user_name() -> None:
    check_options(KIND.settings, {"username": USER})
    with pytest.raises(Exception, match="username"):
        check_options(KIND.settings, {})


def test_what_the_kind_says_is_had_without_the_http_client() -> None:
    code = "import sys, linktui.providers.finix.kind; print({'httpx', 'pydantic'} & set(sys.modules))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "set()"


def test_the_provider_has_the_abilities_it_claims_and_no_others(provider: FinixProvider) -> None:
    required: base.Provider = provider
    there = {base.KeepsFiles, base.ReadsFiles, base.UploadsResumably}
    absent = {base.UpdatesLinks, base.RevokesLinks, base.DeletesLinks, base.ListsDownloads, base.DeletesFiles}
    assert all(isinstance(required, ability) for ability in there)
    assert not any(isinstance(required, ability) for ability in absent | {base.FeedsChanges, base.LogsIn})
    assert set(Ability) - set(LIMITS.missing) == {Ability.METADATA, Ability.LIST_FILES, Ability.DOWNLOAD_FILE}


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, Rejected),
        (401, Unauthorized),
        (402, Rejected),
        (403, Unauthorized),
        (404, NotFound),
        (405, Rejected),
        (406, Rejected),
        (422, Rejected),
        (500, Unavailable),
        (503, Unavailable),
    ],
)
async def test_every_error_becomes_one_of_ours(
    finix: Finix, provider: FinixProvider, status: int, kind: type[ProviderError]
) -> None:
    answer = problem(
        status,
        {"code": "INVALID_FIELD", "message": "Display name\x1b is too long", "field": "display_name"},
        {"code": "UNKNOWN", "message": "linked_to is unknown"},
        {"code": "UNKNOWN", "message": "linked_to is unknown"},
    )
    answer.headers["x-request-id"] = "req-1"
    finix.answers["GET /files"] = [answer] * 3
    with pytest.raises(kind) as caught:
        await provider.list_files()
    error = caught.value
    assert error.message == "Display name� is too long; linked_to is unknown"
    assert (error.code, error.field, error.request_id) == ("INVALID_FIELD", "display_name", "req-1")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b'"text"',
        b"<html>Gateway</html>",
        EXPIRED.encode(),
        b'{"_embedded": {"errors": "x"}}',
        b'{"total": 0, "_embedded": {"errors": []}}',
        b'{"_embedded": {"errors": [null, {"message": null}]}}',
        b"\xff",
    ],
)
async def test_an_error_without_words_is_an_error_still(
    finix: Finix, provider: FinixProvider, body: bytes
) -> None:
    finix.answers["GET /files"] = [httpx.Response(406, content=body)]
    with pytest.raises(Rejected) as caught:
        await provider.list_files()
    assert (caught.value.message, caught.value.code) == ("", None)


async def test_too_many_calls_are_tried_again_a_write_too(finix: Finix, provider: FinixProvider) -> None:
    finix.answers["POST /files"] = [problem(429, {"code": "TOO_MANY_REQUESTS", "message": "slow down"})]
    await provider.begin_upload("a.pdf", 5, key="k")
    assert finix.writes() == ["POST /files"] * 2
    finix.answers["GET /files"] = [httpx.Response(429)] * 3
    with pytest.raises(RateLimited):
        await provider.list_files()


@pytest.mark.parametrize(
    "body", [b"<html>Sign in to the hotel</html>", b"[]", b'{"page": []}', b'{"_embedded": []}']
)
async def test_a_page_that_is_not_finix_is_unintelligible(
    finix: Finix, provider: FinixProvider, body: bytes
) -> None:
    finix.answers["GET /files"] = [httpx.Response(200, content=body)]
    with pytest.raises(Unintelligible):
        await provider.identify()


async def test_files_are_told_page_by_page_with_their_filters(finix: Finix, provider: FinixProvider) -> None:
    files = [finix.keep(f"{number}.pdf") for number in range(250)]
    pages = [page async for page in all_pages(lambda cursor: provider.list_files(cursor=cursor))]
    assert [len(page.rows) for page in pages] == [100, 100, 50]
    assert [file.id for page in pages for file in page.rows] == files[::-1]
    since = (await provider.get_file(files[-3])).created_at
    wanted = Wanted(created_after=since, updated_before=since + timedelta(seconds=1), limit=1)
    told = [
        page async for page in all_pages(lambda cursor: provider.list_files(cursor=cursor, wanted=wanted))
    ]
    assert [file.id for page in told for file in page.rows] == [files[-2], files[-3]]
    sent = [dict(one.url.params) for one in finix.of("GET", "/files")][-2:]
    assert sent[1] == sent[0] | {"after_cursor": files[-2]}
    before = await provider.list_files(wanted=Wanted(before=files[5], limit=2))
    assert [file.id for file in before.rows] == [files[7], files[6]]
    some = await provider.list_files(wanted=Wanted(ids=(files[3], files[9], "FILE_x")))
    assert [file.id for file in some.rows] == [files[3], files[9]]


@pytest.mark.parametrize("cursor", [None, "", "FILE_0001"])
async def test_a_list_ends_when_nothing_more_comes(
    finix: Finix, provider: FinixProvider, cursor: str | None
) -> None:
    page = {"page": {"limit": 100, "next_cursor": cursor}, "_embedded": {"files": []}}
    finix.answers["GET /files"] = [httpx.Response(200, json=page)]
    assert (await provider.list_files()).next_cursor is None
    finix.answers["GET /files"] = [httpx.Response(200, json={"page": None, "_embedded": None})]
    assert (await provider.list_files()).rows == ()


async def test_a_cursor_that_comes_again_is_noticed(finix: Finix, provider: FinixProvider) -> None:
    file_id = finix.keep()
    row = finix.links[finix.share(file_id)]
    page = {"page": {"next_cursor": row["id"]}, "_embedded": {"external_links": [row]}}
    finix.answers[f"GET /files/{file_id}/external_links"] = [httpx.Response(200, json=page) for _ in range(9)]
    with pytest.raises(Unintelligible):
        await provider.list_links()


async def test_a_file_tells_what_finix_knows_of_it(finix: Finix, provider: FinixProvider) -> None:
    file_id = finix.keep(
        "Statement",
        None,
        file_name="scan.pdf",
        application="AP1",
        tags={"a": "1", "linktui": "k"},
        identity_id="ID1",
    )
    del finix.files[file_id]["application_id"]
    file = await provider.get_file(file_id)
    assert (file.name, file.size, file.expires_at) == ("Statement", None, None)
    assert dict(file.facts) == {
        "State": "waiting for the file",
        "Type": "OTHER",
        "Linked to": "MU2n7BSovtwYsWYZF6rBnnzk",
        "File name": "scan.pdf",
        "Tags": "a=1",
        "Application": "AP1",
        "Platform": "PLm5E6FbtCZ5vjpCaKhq5PwN",
        "Identity": "ID1",
    }
    assert "nothing was handed in" in file.linkable


async def test_the_clock_is_that_of_finix(finix: Finix, provider: FinixProvider) -> None:
    file_id = finix.keep()
    date = {"date": "Sat, 21 Nov 2026 12:10:01 GMT"}
    finix.answers[f"GET /files/{file_id}"] = [httpx.Response(200, json=finix.files[file_id], headers=date)]
    await provider.get_file(file_id)
    assert provider.clock_offset == timedelta(minutes=10)

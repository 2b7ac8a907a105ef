from __future__ import annotations

import subprocess
import sys

import httpx
import pytest

from linktui.model.capability import Ability
from linktui.model.errors import (
    Conflict,
    NotFound,
    ProviderError,
    RateLimited,
    Rejected,
    Unauthorized,
    Unavailable,
    Unintelligible,
)
from linktui.model.wording import explain
from linktui.providers import base
from linktui.providers.digitalriver.limits import LIMITS
from linktui.providers.digitalriver.provider import DigitalRiverProvider
from tests.providers.digitalriver.service import DigitalRiver, problem


@pytest.mark.parametrize("live", [True, False])
async def test_an_account_is_live_by_the_word_of_its_links(
    river: DigitalRiver, provider: DigitalRiverProvider, live: bool
) -> None:
    assert (await provider.identify()).live is False  # by the key, as there is no link
    river.share(river.keep(), liveMode=live)
    who = await provider.identify()
    assert (who.live, who.version) == (live, "2021-12-13")


async def test_the_key_goes_as_a_basic_user_where_that_is_set(river: DigitalRiver) -> None:
    provider = river.provider(auth="basic")
    await provider.identify()
    await provider.close()
    assert river.requests[0].headers["authorization"].startswith("Basic ")


async def test_another_version_is_asked_for_where_it_is_set(river: DigitalRiver) -> None:
    provider = river.provider(version="2020-12-17")
    with pytest.raises(AssertionError):
        await provider.identify()
    assert river.requests[0].headers["digitalriver-version"] == "2020-12-17"
    await provider.close()


async def test_no_connection_is_explained_calmly(river: DigitalRiver, provider: DigitalRiverProvider) -> None:
    river.answers["GET /file-links"] = [httpx.ConnectError("no such host")] * 3
    with pytest.raises(Unavailable) as caught:
        await provider.identify()
    told = explain(caught.value)
    assert "Digital River has probably shut down (early 2025)" in told
    assert "It said" not in told
    river.answers["GET /file-links"] = [httpx.ReadTimeout("slow")] * 3
    with pytest.raises(Unavailable) as caught:
        await provider.identify()
    assert "shut down" not in explain(caught.value)


def test_what_the_kind_says_is_had_without_the_http_client() -> None:
    code = "import sys, linktui.providers.digitalriver.kind; print({'httpx', 'pydantic'} & set(sys.modules))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "set()"


def test_the_provider_has_the_abilities_it_claims_and_no_others(provider: DigitalRiverProvider) -> None:
    required: base.Provider = provider
    there = {
        base.KeepsFiles,
        base.ReadsFiles,
        base.UploadsResumably,
        base.UpdatesLinks,
        base.DeletesLinks,
        base.DeletesFiles,
    }
    absent = {base.RevokesLinks, base.ListsDownloads, base.FeedsChanges, base.LogsIn}
    assert all(isinstance(required, ability) for ability in there)
    assert not any(isinstance(required, ability) for ability in absent)
    assert set(Ability) - set(LIMITS.missing) == {
        Ability.CHANGE_EXPIRY,
        Ability.EXPIRE_NOW,
        Ability.DELETE_LINK,
        Ability.LIST_FILES,
        Ability.DELETE_FILE,
        Ability.DOWNLOAD_FILE,
    }


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, Rejected),
        (401, Unauthorized),
        (403, Unauthorized),
        (404, NotFound),
        (405, Rejected),
        (408, Unavailable),
        (409, Conflict),
        (500, Unavailable),
        (504, Unavailable),
    ],
)
async def test_every_error_becomes_one_of_ours(
    river: DigitalRiver, provider: DigitalRiverProvider, status: int, kind: type[ProviderError]
) -> None:
    one = {"code": "invalid_parameter", "parameter": "limit", "message": "'\x1b' is not valid."}
    answer = problem(status, "bad_request", one, {"message": "And more."}, {})
    answer.headers["x-dr-requestid"] = "req-1"
    river.answers["GET /file-links"] = [answer] * 3
    with pytest.raises(kind) as caught:
        await provider.list_links()
    error = caught.value
    assert error.message == "'�' is not valid; And more"
    assert (error.code, error.field, error.request_id) == ("invalid_parameter", "limit", "req-1")


async def test_a_refused_key_may_be_a_new_one(river: DigitalRiver, provider: DigitalRiverProvider) -> None:
    error = {"message": "An authorization error has occurred."}
    river.answers["GET /file-links"] = [problem(401, "unauthorized", error)]
    with pytest.raises(Unauthorized, match="10 minutes") as caught:
        await provider.identify()
    assert caught.value.code == "unauthorized"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", ""),
        (b"[]", ""),
        (b'{"errors": "x"}', ""),
        (b'{"errors": [null, {"message": null}]}', ""),
        (b"\xff", ""),
        (b"<html>Request unsuccessful. Incapsula</html>", "a web page came instead of an answer"),
    ],
)
async def test_an_error_without_words_is_an_error_still(
    river: DigitalRiver, provider: DigitalRiverProvider, body: bytes, message: str
) -> None:
    river.answers["GET /file-links"] = [httpx.Response(406, content=body)]
    with pytest.raises(Rejected) as caught:
        await provider.list_links()
    assert caught.value.message.startswith(message)
    assert bool(caught.value.message) is bool(message)


async def test_too_many_calls_are_not_made_again_before_their_time(
    river: DigitalRiver, provider: DigitalRiverProvider
) -> None:
    river.answers["GET /file-links"] = [httpx.Response(429, headers={"retry-after": "120"})]
    with pytest.raises(RateLimited) as caught:
        await provider.list_links()
    assert caught.value.retry_after == 120
    assert len(river.requests) == 1


@pytest.mark.parametrize("body", [b"<html>Sign in</html>", b"[]", b'{"hasMore": true}', b'{"data": [{}]}'])
async def test_a_page_that_is_not_the_services_is_unintelligible(
    river: DigitalRiver, provider: DigitalRiverProvider, body: bytes
) -> None:
    river.answers["GET /file-links"] = [httpx.Response(200, content=body)]
    with pytest.raises(Unintelligible):
        await provider.list_links()

"""Every request that the provider sends, and every answer it is tested with, is what the contract says."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
from openapi_core import OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest, MockResponse
from werkzeug.datastructures import MultiDict

from linktui.model.link import LinkEdit, LinkSpec
from linktui.providers.base import Wanted
from linktui.providers.digitalriver.provider import DigitalRiverProvider
from tests.fakes import NOON
from tests.providers.digitalriver.service import HOST, PURPOSE, DigitalRiver, problem, send

CONTRACT = Path(__file__).parents[4] / "shared" / "contracts" / "digitalriver-files.openapi.json"
"""No part of the project; put together from the vendor's pages, as it published none."""
pytestmark = pytest.mark.skipif(not CONTRACT.is_file(), reason="the services' contracts are not at hand")


@cache
def contract() -> OpenAPI:
    told: dict[str, Any] = json.loads(CONTRACT.read_text())
    # Bytes are no text: in OpenAPI 3.1 they have no type (4.14.1).
    told["components"]["schemas"]["FileRequest"]["properties"]["file"] = {}
    for path in told["paths"].values():
        for parameter in path.get("get", {}).get("parameters", ()):
            if parameter.get("style") == "deepObject":
                # openapi-core reads no choice of forms there; the one with brackets is all that is sent.
                parameter["schema"] = parameter["schema"]["oneOf"][1]
    return OpenAPI.from_dict(told)


def asked(request: httpx.Request) -> MockRequest:
    """Return a request as the validator wants to see it."""
    return MockRequest(
        HOST,
        request.method.lower(),
        request.url.path,
        args=MultiDict(request.url.params.multi_items()),
        headers=dict(request.headers),
        data=request.content,
        content_type=request.headers.get("content-type", ""),
    )


def answered(response: httpx.Response) -> MockResponse:
    """Return an answer as the validator wants to see it."""
    return MockResponse(
        response.content,
        status_code=response.status_code,
        content_type=response.headers.get("content-type", ""),
        headers=dict(response.headers),
    )


async def use_everything(provider: DigitalRiverProvider) -> None:
    """Make every call there is, with every parameter."""
    soon = NOON + timedelta(hours=1)
    options = {"title": "T", "link_expires": "7d"}
    file_id = await send(provider, await provider.begin_upload("ü.pdf", 5, key="k", options=options))
    link = (await provider.create_link((file_id,), LinkSpec(expires_at=soon), key="a")).link
    await provider.update_link(link, LinkEdit(expires_at=soon))
    await provider.update_link(link, LinkEdit(expire_now=True))
    await provider.get_link(link.id)
    await provider.get_file(file_id)
    wanted = Wanted(ids=(link.id, "x"), file_id=file_id, expired=False, created_after=NOON, limit=1)
    await provider.list_links(wanted=wanted)
    await provider.list_links(cursor=link.id)
    await provider.list_files(
        wanted=Wanted(
            before=file_id,
            purpose=PURPOSE,
            name="ü.pdf",
            title="T",
            type="pdf",
            smallest=1,
            created_before=soon,
        )
    )
    assert [piece async for piece in provider.read_file(file_id)]
    await provider.delete_link(link.id)
    await provider.delete_file(file_id)
    await provider.identify()


async def test_every_request_and_every_answer_is_as_documented(
    river: DigitalRiver, provider: DigitalRiverProvider
) -> None:
    await use_everything(provider)
    used = set()
    for request, reply in zip(river.requests, river.replies, strict=True):
        contract().validate_request(asked(request))
        if not request.url.path.endswith("/content"):  # of which the pages tell two different things
            contract().validate_response(asked(request), answered(reply))
        parts = request.url.path.strip("/").split("/")
        used.add((request.method, parts[0], len(parts)))
    paths = json.loads(CONTRACT.read_text())["paths"].values()
    assert len(used) == sum(len(path.keys() & {"get", "post", "delete"}) for path in paths)


def test_a_request_against_the_contract_is_found_out() -> None:
    request = httpx.Request(
        "POST", f"{HOST}/file-links", json={"fileId": "f"}, headers={"Authorization": "Bearer x"}
    )
    with pytest.raises(OpenAPIError):
        contract().validate_request(asked(request))


@pytest.mark.parametrize("status", [400, 401, 404, 429])
def test_the_errors_that_the_tests_use_are_as_documented(status: int) -> None:
    request = httpx.Request("GET", f"{HOST}/files/f")
    answer = problem(status, "not_found", {"code": "not_found", "parameter": "id", "message": "…"})
    contract().validate_response(asked(request), answered(answer))


async def test_the_recorded_answers_are_understood(
    river: DigitalRiver, provider: DigitalRiverProvider
) -> None:
    file = {
        "id": "file_09e2464f",
        "createdTime": "2018-04-25T20:36:00Z",
        "fileName": "file.png",
        "purpose": "tax_document_customer_upload",
        "title": "My 2019 Tax Certificate.",
        "size": 72334,
        "type": "png",
        "url": "https://files.digitalriver.com/files/file_17a0cab7/contents",
        "liveMode": False,
    }
    link = {
        "id": "e8a63964",
        "createdTime": "2020-08-10T13:08:33.389Z",
        "expired": False,
        "expiresTime": "2020-10-25T20:36:00Z",
        "fileId": "49ca4603",
        "url": "https://files-test.digitalriver.com/links/e8a63964",
        "liveMode": False,
    }
    for path, value in (("/files/f", file), ("/file-links/l", link)):
        river.answers[f"GET {path}"] = [httpx.Response(200, json=value)]
        request = httpx.Request("GET", f"{HOST}{path}", headers={"Authorization": "Bearer x"})
        contract().validate_response(asked(request), answered(httpx.Response(200, json=value)))
    stored = await provider.get_file("f")
    assert (stored.name, stored.size, stored.media_type) == ("file.png", 72334, "image/png")
    told = (await provider.get_link("l")).link
    assert (told.url, told.files[0].id) == (link["url"], "49ca4603")

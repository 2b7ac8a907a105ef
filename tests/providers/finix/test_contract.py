"""Every request that the provider sends, and every answer it is tested with, is what Finix's OpenAPI says."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
from openapi_core import OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest, MockResponse

from linktui.model.link import LinkKind, LinkSpec
from linktui.providers.base import Wanted
from linktui.providers.finix.provider import FinixProvider
from tests.fakes import NOON
from tests.providers.finix.service import HOST, Finix, problem, send

CONTRACT = Path(__file__).parents[4] / "shared" / "contracts" / "finix-files.openapi.json"
"""No part of the project."""
FILE = "FILE_bJecqoRPasStEPVpvKHtgA"
"""The file of the example links."""
pytestmark = pytest.mark.skipif(not CONTRACT.is_file(), reason="the services' contracts are not at hand")


@cache
def document() -> dict[str, Any]:
    """Return the specification, mended where Finix's newer pages contradict it (`x-docs-overlay`)."""
    told: dict[str, Any] = json.loads(CONTRACT.read_text())
    told["components"]["schemas"]["LogRef"] = {"type": "string"}
    for path in ("/files", "/files/{file_id}/external_links"):
        answers = told["paths"][path]["post"]["responses"]
        answers["201"] = answers["200"]
    return told


@cache
def contract() -> OpenAPI:
    return OpenAPI.from_dict(document())


def asked(request: httpx.Request) -> MockRequest:
    """Return a request as the validator wants to see it."""
    return MockRequest(
        HOST,
        request.method.lower(),
        request.url.path,
        args=dict(request.url.params),
        headers=dict(request.headers),
        data=request.content,
        content_type=request.headers.get("content-type", ""),
    )


def answered(response: httpx.Response) -> MockResponse:
    """Return an answer as the validator wants to see it."""
    return MockResponse(
        response.content,
        status_code=response.status_code,
        content_type=response.headers["content-type"],
        headers=dict(response.headers),
    )


async def use_everything(provider: FinixProvider) -> None:
    """Make every call there is, with every parameter."""
    soon = NOON + timedelta(hours=1)
    for options in ({}, {"send_through": "link", "type": "PASSPORT", "linked_to": "MU1"}):
        session = await provider.begin_upload("ü.pdf", 5, key=str(options), options=options)
        file_id = await send(provider, session)
    spec = LinkSpec(expires_at=soon, metadata={"order": "42"})
    link = (await provider.create_link((file_id,), spec, key="a")).link
    await provider.create_link((file_id,), LinkSpec(kind=LinkKind.VIEW, expires_at=soon), key="b")
    await provider.create_link((), LinkSpec(kind=LinkKind.UPLOAD, name="x", expires_at=soon), key="c")
    wanted = Wanted(
        ids=(file_id,),
        limit=1,
        created_after=NOON,
        created_before=soon,
        updated_after=NOON,
        updated_before=soon,
    )
    await provider.list_files(wanted=wanted)
    await provider.list_files(cursor=file_id)
    await provider.list_files(wanted=Wanted(before=file_id))
    await provider.list_links(wanted=replace(wanted, ids=(link.id,), file_id=file_id))
    await provider.list_links(wanted=Wanted(file_id=file_id, before=link.id))
    await provider.list_links()
    await provider.get_link(link.id)
    await provider.get_link(link.id, file_id=file_id)
    await provider.identify()
    assert [piece async for piece in provider.read_file(file_id)]


async def test_every_request_and_every_answer_is_as_documented(finix: Finix, provider: FinixProvider) -> None:
    await use_everything(provider)
    exchanged = [
        (request, reply)
        for request, reply in zip(finix.requests, finix.replies, strict=True)
        if str(request.url).startswith(HOST)
    ]
    used = set()
    for request, reply in exchanged:
        contract().validate_request(asked(request))
        contract().validate_response(asked(request), answered(reply))
        known = request.url.path.replace("/", " ").split()
        used.add((request.method, len(known), known[-1] if len(known) in (1, 3) else ""))
    assert len(used) == sum(len(path.keys() & {"get", "post"}) for path in document()["paths"].values())


def test_a_request_against_the_contract_is_found_out() -> None:
    body = {"type": "UPLOAD", "duration": "15"}
    request = httpx.Request(
        "POST", f"{HOST}/files/FILE_1/external_links", json=body, headers={"Authorization": "Basic eA=="}
    )
    with pytest.raises(OpenAPIError):
        contract().validate_request(asked(request))


@pytest.mark.parametrize(("status", "code"), [(401, "UNKNOWN"), (403, "FORBIDDEN"), (404, "NOT_FOUND")])
def test_the_errors_that_the_tests_use_are_as_documented(status: int, code: str) -> None:
    request = httpx.Request("GET", f"{HOST}/files/FILE_1")
    answer = problem(status, {"code": code, "message": "…"})
    contract().validate_response(asked(request), answered(answer))


def examples() -> Iterator[Any]:
    """Yield the name, the value and the kind of every example answer."""
    if not CONTRACT.is_file():
        return
    answers = document()["components"]["responses"]
    for kind in ("File", "FilesList", "ExternalLink", "ExternalLinksList"):
        for name, example in answers[kind]["content"]["application/json"]["examples"].items():
            yield pytest.param(kind, example["value"], id=name)


@pytest.fixture
async def telling(finix: Finix) -> AsyncIterator[FinixProvider]:
    """Return a provider at a Finix that knows the file of the examples."""
    provider = finix.provider()
    file = document()["components"]["responses"]["File"]["content"]["application/json"]["examples"]
    finix.files[FILE] = file["File - Uploaded"]["value"] | {"id": FILE}
    yield provider
    await provider.close()


@pytest.mark.parametrize(("kind", "value"), examples())
async def test_every_example_is_understood(
    finix: Finix, telling: FinixProvider, kind: str, value: Any
) -> None:
    below = f"/files/{FILE}/external_links"
    path = {"File": "/files/FILE_x", "FilesList": "/files", "ExternalLink": f"{below}/EL_x"}.get(kind, below)
    finix.answers[f"GET {path}"] = [httpx.Response(200, json=value)]
    match kind:
        case "File":
            file = await telling.get_file("FILE_x")
            assert (file.id, file.name) == (value["id"], value["display_name"])
            assert file.facts["Extension" if value["extension"] else "State"]
        case "FilesList":
            page = await telling.list_files()
            assert [file.id for file in page.rows] == [row["id"] for row in value["_embedded"]["files"]]
            assert page.next_cursor == value["page"]["next_cursor"]
        case "ExternalLink":
            link = (await telling.get_link("EL_x", file_id=FILE)).link
            assert (link.id, link.url, link.kind) == (value["id"], value["url"], LinkKind.UPLOAD)
            assert link.expires_at is not None
            assert link.expires_at.isoformat() == "2022-03-22T01:22:05.070415+00:00"
        case _:
            links = await telling.list_links(wanted=Wanted(file_id=FILE))
            told = value["_embedded"]["external_links"]
            assert [row.link.url for row in links.rows] == [row["url"] for row in told]

"""Every request the provider sends, and every answer it is tested with, is what Stripe's OpenAPI says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
from openapi_schema_validator import OAS30Validator

from linktui.model.link import LinkEdit, LinkSpec
from linktui.providers.base import Wanted
from linktui.providers.stripe.provider import StripeProvider
from tests.fakes import NOON
from tests.providers.stripe.service import API, FILES, Stripe, missing, problem, send, sent
from tests.providers.stripe.test_links import EXAMPLE, FILE
from tests.providers.stripe.test_uploads import SHARE

CONTRACT = Path(__file__).parents[4] / "shared" / "contracts" / "stripe-files.openapi.json"
"""No part of the project."""
pytestmark = pytest.mark.skipif(not CONTRACT.is_file(), reason="the services' contracts are not at hand")


@cache
def document() -> dict[str, Any]:
    return dict(json.loads(CONTRACT.read_text()))


def errors(value: object, schema: Mapping[str, Any]) -> list[str]:
    whole = {"allOf": [schema], "components": document()["components"]}
    return [error.message for error in OAS30Validator(whole).iter_errors(value)]


def operation(request: httpx.Request) -> tuple[str, dict[str, Any]]:
    """Return the path of the contract that a request goes to, and what is said of it."""
    for path, operations in document()["paths"].items():
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", path), request.url.path):
            return path, operations[request.method.lower()]
    raise AssertionError(request.url.path)


def nested(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return form fields such as `a[b]` and `a[]` as the objects and lists they mean."""
    told: dict[str, Any] = {}
    for name, value in pairs:
        *way, last = re.findall(r"[^\[\]]+|(?<=\[)(?=\])", name)
        if last == "":
            told.setdefault(way[0], []).append(value)
            continue
        inner = told
        for step in way:
            inner = inner.setdefault(step, {})
        inner[last] = value
    return told


def typed(value: Any, schema: Mapping[str, Any]) -> Any:
    """Return a value of a form as what its schema takes: the text, a number or a truth."""
    if isinstance(value, dict):
        # An object may be one of several forms.
        forms = [schema, *schema.get("anyOf", [])]
        known: dict[str, Any] = next((form["properties"] for form in forms if "properties" in form), {})
        return {name: typed(one, known.get(name, {})) for name, one in value.items()}
    readings = [value] if isinstance(value, list) else [value, {"true": True, "false": False}.get(value)]
    if isinstance(value, str) and value.isdigit():
        readings.append(int(value))
    return next((one for one in readings if one is not None and not errors(one, schema)), value)


def params_of(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of what an operation takes beside its path."""
    if "requestBody" in told and (schemas := told["requestBody"]["content"]):
        [content] = schemas.values()
        if content["schema"]["properties"]:
            return dict(content["schema"])
    known = {one["name"]: one["schema"] for one in told["parameters"] if one["in"] == "query"}
    return {"type": "object", "properties": known, "additionalProperties": False}


def check_request(request: httpx.Request) -> None:
    """Fail for a request that the contract does not describe."""
    path, told = operation(request)
    host = told["servers"][0]["url"].rstrip("/") if "servers" in told else API
    assert str(request.url).startswith(f"{host}/"), request.url
    schema = params_of(told)
    assert errors(typed(nested(sent(request)), schema), schema) == [], path
    if request.method == "POST":
        [kind] = told["requestBody"]["content"]
        assert request.headers["content-type"].startswith(kind)
        assert request.headers["idempotency-key"]


def check_answer(request: httpx.Request, answer: httpx.Response) -> None:
    """Fail for an answer that the contract does not describe."""
    answers = operation(request)[1]["responses"]
    told = answers.get(str(answer.status_code)) or answers["default"]
    assert errors(answer.json(), told["content"]["application/json"]["schema"]) == []


async def use_everything(stripe: Stripe, provider: StripeProvider) -> None:
    """Make every call there is, with every parameter."""
    await provider.identify()
    status = await send(provider, await provider.begin_upload("ü.pdf", 5, key="1", share=SHARE))
    await send(
        provider, await provider.begin_upload("ü.pdf", 5, key="2", options={"purpose": "pci_document"})
    )
    assert status.file_id is not None
    first = (await provider.create_link((status.file_id,), SHARE, key="3")).link
    link = (await provider.create_link((status.file_id,), LinkSpec(), key="4")).link
    for edit in (
        LinkEdit(expires_at=SHARE.expires_at, metadata={"a": "1"}),
        LinkEdit(expires_at=None, metadata={"a": None}),
        LinkEdit(expire_now=True),
    ):
        await provider.update_link(link, edit)
    await provider.get_link(link.id)
    await provider.get_file(status.file_id)
    wanted = Wanted(
        file_id=status.file_id, expired=False, created_after=NOON, created_before=stripe.clock(), limit=1
    )
    await provider.list_links(wanted=wanted, cursor=first.id)
    await provider.list_links(wanted=Wanted(before=link.id))
    await provider.list_files(wanted=Wanted(purpose="dispute_evidence", created_after=NOON))
    await provider.list_files(wanted=Wanted(before=status.file_id, limit=3))


async def test_every_request_and_every_answer_is_as_documented(
    stripe: Stripe, provider: StripeProvider
) -> None:
    await use_everything(stripe, provider)
    used = set()
    for request, answer in zip(stripe.requests, stripe.replies, strict=True):
        check_request(request)
        check_answer(request, answer)
        used.add((operation(request)[0], request.method.lower()))
    assert used == {(path, method) for path, told in document()["paths"].items() for method in told}


@pytest.mark.parametrize(
    "form",
    [
        {"file": "file_1", "expires_at": "now"},
        {"file": "file_1", "expires_at": ""},
        {"file": "file_1", "name": "x"},
        {"expires_at": "1900000000"},
        {"file": "file_1", "metadata": '{"a": "b"}'},
    ],
)
def test_a_request_against_the_contract_is_found_out(form: dict[str, str]) -> None:
    headers = {"idempotency-key": "k"}
    with pytest.raises(AssertionError):
        check_request(httpx.Request("POST", f"{API}/v1/file_links", data=form, headers=headers))


def test_an_upload_to_the_wrong_host_is_found_out() -> None:
    parts: Any = {"files": {"file": b"x"}, "data": {"purpose": "pci_document"}}
    headers = {"idempotency-key": "k"}
    for host in (FILES, API):
        request = httpx.Request("POST", f"{host}/v1/files", headers=headers, **parts)
        request.read()
        if host == FILES:
            check_request(request)
            continue
        with pytest.raises(AssertionError):
            check_request(request)


@pytest.mark.parametrize(
    "answer", [missing("x"), problem(400), problem(400, code="parameter_unknown", param="x")]
)
def test_the_errors_that_the_tests_use_are_as_documented(answer: httpx.Response) -> None:
    check_answer(httpx.Request("GET", f"{API}/v1/files/file_1"), answer)


@pytest.mark.parametrize(("kind", "example"), [("file", FILE), ("file_link", EXAMPLE)])
def test_the_examples_that_the_tests_use_are_as_documented(kind: str, example: Any) -> None:
    schema = {"$ref": f"#/components/schemas/{kind}"}
    assert errors(example, schema) == []
    assert errors(example | {"id": 5}, schema)

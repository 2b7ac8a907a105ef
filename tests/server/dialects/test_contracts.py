"""The dialects answer as the services' contracts say, whatever they are asked."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx
import hypothesis
import pytest
import schemathesis
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.openapi.checks import JsonSchemaError
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from linktui.linkserver.app import create_app
from linktui.linkserver.dialects.base import Dialects
from linktui.linkserver.dialects.registry import describe
from linktui.linkserver.store import Store
from tests.server.conftest import PUBLIC, TOKEN
from tests.server.dialects.conftest import CONTRACTS, conforms, contract

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
EXAMPLES = 15
at_hand = pytest.mark.skipif(contract("stripe") is None, reason="the services' contracts are not at hand")


@at_hand
async def test_an_answer_against_the_contract_is_found_out() -> None:
    base = f"{PUBLIC}/dialects/stripe"
    request = httpx.Request("GET", f"{base}/v1/files/file_1")
    answer = httpx.Response(200, json={"id": "file_1", "object": "file"}, request=request)
    answer.elapsed = timedelta()
    with pytest.raises(JsonSchemaError):
        await conforms("stripe", base_url=base)(answer)


@at_hand
@pytest.mark.parametrize("name", ["stripe", "digitalriver"])
def test_every_answer_is_as_documented(name: str, tmp_path: Path) -> None:
    store = Store.open(tmp_path)
    secret = describe(tmp_path, PUBLIC)[name]["secret"]
    schema = schemathesis.openapi.from_dict(mounted(name))
    schema.app = create_app(store, token=TOKEN, public_url=PUBLIC, dialects=Dialects())

    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        cases = found.ok().as_strategy().filter(routable)

        @hypothesis.settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(hypothesis.HealthCheck),
        )
        @hypothesis.given(case=cases)
        def check(case: Case[Any]) -> None:
            case.call_and_validate(headers={"Authorization": f"Bearer {secret}"}, checks=CHECKS)

        check()
    store.close()


def mounted(name: str) -> dict[str, Any]:
    """Return the contract with its paths where the dialect has them."""
    document = json.loads((CONTRACTS / f"{name}-files.openapi.json").read_text())
    document["servers"] = [{"url": PUBLIC}]
    for operations in document["paths"].values():
        for operation in operations.values():
            operation.pop("servers", None)
    document["paths"] = {f"/dialects/{name}{path}": told for path, told in document["paths"].items()}
    if name == "digitalriver":
        # The vendor's prose names more purposes than its SDK: the contract calls this enum open.
        del document["components"]["schemas"]["FileObject"]["properties"]["purpose"]["enum"]
    return dict(document)


def routable(case: Case[Any]) -> bool:
    """Tell whether the path can reach a dialect: the framework routes no path with a line break."""
    return not any("\n" in unquote(str(value)) for value in case.path_parameters.values())

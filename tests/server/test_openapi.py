"""The server answers as its OpenAPI document says, whatever schemathesis thinks of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import schemathesis
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from linktui.linkserver.app import create_app
from linktui.linkserver.store import Store
from tests.server.conftest import PUBLIC, TOKEN

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    directory: Path = tmp_path_factory.mktemp("openapi")
    store = Store.open(directory)
    app = create_app(store, token=TOKEN, public_url=PUBLIC)
    yield schemathesis.openapi.from_asgi("/api/openapi.json", app)
    store.close()


schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
schema = schemathesis.pytest.from_fixture("api")


@schema.parametrize()
@hypothesis.settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(hypothesis.HealthCheck),
)
def test_every_answer_is_as_documented(case: Case[Any]) -> None:
    case.call_and_validate(headers={"Authorization": f"Bearer {TOKEN}"}, checks=CHECKS)

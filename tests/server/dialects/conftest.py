"""A link server that speaks the dialects: in memory, or on a real socket in a thread of its own."""

from __future__ import annotations

import asyncio
import functools
import json
import threading
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis

from linktui.linkserver.app import create_app
from linktui.linkserver.dialects.base import Dialects
from linktui.linkserver.dialects.registry import describe
from linktui.linkserver.server import LinkServer
from linktui.linkserver.store import Store
from tests.server.conftest import PUBLIC, TOKEN, Clock

CONTRACTS = Path(__file__).parents[4] / "shared" / "contracts"
"""The services' OpenAPI documents, which are no part of the project."""


@dataclass
class Spoken:
    """The server in memory: `owner` has the server's own token, `stranger` nothing."""

    store: Store
    clock: Clock
    owner: httpx.AsyncClient
    stranger: httpx.AsyncClient
    dialects: dict[str, dict[str, str]]
    transport: httpx.ASGITransport

    def client(self, name: str, **options: Any) -> httpx.AsyncClient:
        """Return a client of one dialect that checks every answer against the service's contract.

        The secret is given as bearer unless there is another `auth`.
        """
        account = self.dialects[name]
        headers = {} if "auth" in options else {"Authorization": f"Bearer {account['secret']}"}
        return httpx.AsyncClient(
            transport=self.transport,
            base_url=account["base_url"],
            headers=headers | options.pop("headers", {}),
            trust_env=False,
            event_hooks={"response": [conforms(name, base_url=account["base_url"])]},
            **options,
        )


@pytest.fixture
def open_spoken(tmp_path: Path, clock: Clock) -> Iterator[Callable[..., Spoken]]:
    """Return a function that opens the server, with `Dialects` as wanted."""
    stores = []

    def open_it(**settings: Any) -> Spoken:
        store = Store.open(tmp_path, clock=clock)
        stores.append(store)
        app = create_app(store, token=TOKEN, public_url=PUBLIC, dialects=Dialects(**settings))
        transport = httpx.ASGITransport(app)
        owner, stranger = (
            httpx.AsyncClient(transport=transport, base_url=PUBLIC, headers=headers, trust_env=False)
            for headers in ({"Authorization": f"Bearer {TOKEN}"}, {})
        )
        return Spoken(store, clock, owner, stranger, describe(tmp_path, PUBLIC), transport)

    yield open_it
    for store in stores:
        store.close()


@pytest.fixture
def spoken(open_spoken: Callable[..., Spoken]) -> Spoken:
    return open_spoken()


@pytest.fixture
def dialects_on_socket(tmp_path: Path, free_port: int) -> Iterator[dict[str, dict[str, str]]]:
    """Run the real server beside the test, for SDKs that block; return what `describe` returns."""
    server = LinkServer(directory=tmp_path, port=free_port, dialects=Dialects())
    ready, loop = threading.Event(), asyncio.new_event_loop()

    async def serve(end: asyncio.Event) -> None:
        await server.start()
        ready.set()
        await end.wait()
        await server.stop()

    end = asyncio.Event()
    thread = threading.Thread(target=loop.run_until_complete, args=(serve(end),))
    thread.start()
    assert ready.wait(10)
    yield server.dialects()
    loop.call_soon_threadsafe(end.set)
    thread.join(10)
    loop.close()
    assert not thread.is_alive()


def conforms(name: str, *, base_url: str) -> Callable[[httpx.Response], Awaitable[None]]:
    """Return a hook that fails for an answer that the contract does not describe, if there is one."""

    async def check(response: httpx.Response) -> None:
        await response.request.aread()
        await response.aread()
        schema = contract(name)
        path = str(response.request.url.copy_with(query=None)).removeprefix(base_url)
        operation = schema and schema.find_operation_by_path(response.request.method, path)
        if operation:
            told = operation.definition.raw["responses"]
            assert {str(response.status_code), "default"} & told.keys(), response.text
            operation.validate_response(response)

    return check


@functools.cache
def contract(name: str) -> Any:
    """Return the OpenAPI document of a service, or nothing where it is not at hand."""
    path = CONTRACTS / f"{name}-files.openapi.json"
    if not path.is_file():
        return None
    document = json.loads(path.read_text())
    if "x-docs-overlay" in document:
        _take_newer_pages(document)
    return schemathesis.openapi.from_dict(document)


def _take_newer_pages(document: dict[str, Any]) -> None:
    """Mend where Finix's newer pages contradict its frozen specification, as the overlay says."""
    document["components"]["schemas"]["LogRef"] = {"type": "string"}
    for operations in document["paths"].values():
        for operation in (one for one in operations.values() if "responses" in one):
            told = operation["responses"]
            told |= {"201": told["200"]}
            told |= {
                code: {"description": "as in the error guide"} for code in ("400", "405", "406", "422", "429")
            }

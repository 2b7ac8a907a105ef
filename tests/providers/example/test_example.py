"""The example that CONTRIBUTING shows is a provider that works, and is the one shown."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote

import httpx
import pytest

from linktui.model.capability import Account, Connection
from linktui.providers.base import Provider
from linktui.providers.context import Context
from linktui.providers.kind import ProviderKind
from linktui.providers.registry import kind_of, names
from linktui.services.conformance import Trial, Verdict
from tests.fakes import Clock

HERE = Path(__file__).parent


class Server:
    """What Pastebox would be: whatever is put under a name stays there."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kept: dict[str, dict[str, dict[str, object]]] = {"files": {}, "links": {}}

    async def answer(self, request: httpx.Request) -> httpx.Response:
        assert request.headers["authorization"] == "Bearer canary"
        kind, _, key = unquote(request.url.path).strip("/").partition("/")
        if kind == "account":
            return httpx.Response(200, json={"email": "me@example.org", "test": True})
        kept = self._kept[kind]
        if not key:
            return httpx.Response(200, json=list(kept.values()))
        if request.method == "PUT" and key not in kept:
            body = await request.aread()
            told = self._link(key, body) if kind == "links" else self._file(request, body)
            kept[key] = {"id": key, "created_at": self._clock().isoformat(), **told}
        if key not in kept:
            return httpx.Response(404)
        return httpx.Response(200, json=kept.pop(key) if request.method == "DELETE" else kept[key])

    def _file(self, request: httpx.Request, body: bytes) -> dict[str, object]:
        return {"name": request.url.params["name"], "size": len(body)}

    def _link(self, key: str, body: bytes) -> dict[str, object]:
        wanted = json.loads(body)
        file = self._kept["files"][wanted["file"]]
        return {"file": file, "url": f"https://pastebox.example/{key}", "expires_at": wanted["expires_at"]}


@pytest.fixture
def kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ProviderKind]:
    """Pastebox, found by an entry point as that of an installed package is."""
    package = tmp_path / "pastebox-1.0.dist-info"
    package.mkdir()
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: pastebox\nVersion: 1.0\n")
    (package / "entry_points.txt").write_text(
        "[linktui.providers]\npastebox = tests.providers.example.kind:KIND\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    yield kind_of("pastebox")
    kind_of.cache_clear()


async def test_the_example_passes_the_trial_of_a_provider(kind: ProviderKind) -> None:
    clock = Clock()
    account = Account(
        name="box",
        provider="pastebox",
        limits=kind.limits,
        connection=Connection(base_url=kind.base_url),
    )
    context = Context(
        account=account,
        clock=clock,
        secret=lambda: "canary",
        transport=httpx.MockTransport(Server(clock).answer),
    )
    provider: Provider = kind.open(context)
    assert (await provider.identify()).who == "me@example.org"
    outcomes = [outcome async for outcome in Trial(provider, clock=clock).run()]
    assert [outcome for outcome in outcomes if outcome.verdict is Verdict.FAILED] == []
    assert sum(outcome.verdict is Verdict.OK for outcome in outcomes) == 7
    assert provider.clock_offset == timedelta(0)
    await provider.close()


def test_a_package_adds_its_service_to_those_there_are(kind: ProviderKind) -> None:
    assert names()[-1] == "pastebox"
    assert kind.title == "Pastebox"


@pytest.mark.parametrize("name", ["kind.py", "provider.py"])
def test_contributing_shows_the_example_as_it_is(name: str) -> None:
    contributing = HERE.parents[2] / "CONTRIBUTING.md"
    assert f"```python\n{(HERE / name).read_text()}```\n" in contributing.read_text()

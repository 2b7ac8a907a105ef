"""What a service may answer and a person may write: read, or refused by one of our errors, and clean."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import random
import unicodedata
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from copy import deepcopy
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from linktui.linkserver.app import create_app
from linktui.linkserver.dialects.base import Dialects
from linktui.linkserver.dialects.registry import describe
from linktui.linkserver.store import Store
from linktui.model.capability import Account, Connection
from linktui.model.errors import FilterError, LinktuiError, SheetFaults
from linktui.model.filter import parse_filter
from linktui.model.wording import explain
from linktui.providers.base import KeepsFiles, Page, Provider, Told
from linktui.providers.registry import LOCAL, kind_of
from linktui.services.sheets.text_form import read_text
from tests.conformance.acts import shared
from tests.conformance.conftest import SPOKEN, TOKEN, URL, Far, Recorder
from tests.fakes import Clock

FEW, MANY = 60, 1500
HOSTILE = ["\x1b]52;c;eA==\a", "\x9b2J", "\u202egpj", "[@click=app.quit]x[/]", "[/nope]", "a\udcffb", "\x00"]
DATES = ["9999-12-31T23:59:59.999Z", "0001-01-01T00:00:00+23:59", "2026-11-21", "soon", 10**18, -1, 1e308]
ADDRESSES = [
    "file:///etc/passwd",
    "javascript:alert(1)",
    "//evil",
    "http://[",
    "http://\x00",
    "../../.bashrc",
]
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from([*HOSTILE, *DATES, *ADDRESSES, "x" * 10_000, {}, [], [[[[]]]], [None], {"": None}]),
    st.recursive(st.none(), lambda inner: st.lists(inner, max_size=2), max_leaves=4),
)
PATIENT = settings(deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
"""What is found is named in its assertion; to make it smaller takes minutes."""


class Changing(Recorder):
    """Passes requests on, and changes what the answers say."""

    change: Callable[[Any], Any] | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await super().handle_async_request(request)
        body = await answer.aread()
        if self.change is None or not body.startswith((b"{", b"[")):
            return httpx.Response(answer.status_code, headers=answer.headers, content=body)
        body = json.dumps(self.change(json.loads(body))).encode("utf-8", "surrogatepass")
        return httpx.Response(200, headers={"Content-Type": "application/json"}, content=body)


@dataclasses.dataclass
class Bench:
    """One service with a link, and the calls that read it."""

    runner: asyncio.Runner
    line: Changing
    provider: Provider
    calls: dict[str, Callable[[], Awaitable[object]]]


@pytest.fixture(scope="module", params=SPOKEN)
def bench(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    name, root, clock = str(request.param), tmp_path_factory.mktemp("fuzz"), Clock()
    store = Store.open(root / "server", clock=clock)
    app = create_app(store, token=TOKEN, public_url=URL, dialects=Dialects())
    inner = httpx.ASGITransport(app)
    spoken = ({LOCAL: {"base_url": URL, "secret": TOKEN}} | describe(root / "server", URL))[name]
    account = Account(
        name="acme",
        provider=name,
        limits=kind_of(name).limits,
        connection=Connection(base_url=spoken["base_url"], rate=1e9),
        settings={key: value for key, value in spoken.items() if key == "username"},
    )
    line = Changing(inner)
    with asyncio.Runner() as runner:
        far = Far(name, account, spoken["secret"], clock, line, httpx.AsyncClient(transport=inner))
        provider = far.open()
        link = runner.run(shared(far, provider))
        assert isinstance(provider, KeepsFiles)
        yield Bench(
            runner,
            line,
            provider,
            {
                "links": provider.list_links,
                "link": lambda: provider.get_link(link.id, file_id=link.files[0].id),
                "files": provider.list_files,
                "file": lambda: provider.get_file(link.files[0].id),
                "identify": provider.identify,
            },
        )
        runner.run(provider.close())
        runner.run(far.stranger.aclose())
    store.close()


def nodes(value: object, way: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    """Return the way to every part of a JSON value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [way] + [found for key, part in inner for found in nodes(part, (*way, key))]


def put(value: Any, way: tuple[Any, ...], odd: object) -> Any:
    if not way:
        return odd
    value[way[0]] = put(value[way[0]], way[1:], odd)
    return value


def texts(value: object) -> Iterator[str]:
    """Yield every text of a model object; the raw answer and cursors are not for people."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Told):
        yield from texts(value.link)
    elif isinstance(value, Page):
        yield from texts(value.rows)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from texts(getattr(value, field.name))
    elif isinstance(value, dict) or hasattr(value, "items"):
        for pair in value.items():
            yield from texts(pair)
    elif isinstance(value, tuple | list | frozenset):
        for part in value:
            yield from texts(part)


def assert_clean(text: str) -> None:
    text = text.replace("\n", "")  # a link page's header may have lines
    assert not {unicodedata.category(char) for char in text} & {"Cc", "Cs", "Zl", "Zp"}, ascii(text)
    assert not {"\u202e", "\u2066", "\u200b"} & set(text), ascii(text)


def fuzz(bench: Bench, data: st.DataObject) -> None:
    odds = data.draw(st.lists(ODD, min_size=1, max_size=3))
    where = data.draw(st.integers(0, 1 << 30))

    def change(value: Any) -> Any:
        chance = random.Random(where)
        for odd in odds:
            value = put(value, chance.choice(nodes(value)), deepcopy(odd))
        return value

    call = bench.calls[data.draw(st.sampled_from(sorted(bench.calls)))]
    bench.line.change = change
    try:
        result = bench.runner.run(_result(call))
    except LinktuiError as error:
        assert_clean(explain(error))
        return
    for text in texts(result):
        assert_clean(text)


async def _result(call: Callable[[], Awaitable[object]]) -> object:
    return await call()


@settings(PATIENT, max_examples=FEW)
@given(data=st.data())
def test_fault_40_and_38_an_odd_answer_is_read_clean_or_refused(bench: Bench, data: st.DataObject) -> None:
    fuzz(bench, data)


@pytest.mark.soak  # many times as long as everything else of this file
@settings(PATIENT, max_examples=MANY)
@given(data=st.data())
def test_fault_40_and_38_any_odd_answer_is_read_clean_or_refused(bench: Bench, data: st.DataObject) -> None:
    fuzz(bench, data)


WORDS = st.text(st.sampled_from("ab -:<>=\"'()\\#.,0h|\n\x1b\u202e\ud800") | st.characters(), max_size=60)
KEYS = st.sampled_from(
    ["state:", "expires<", "created>", "tag.", "size>", "-", "(", ")", " OR ", '"', "limit>"]
)


@settings(PATIENT, max_examples=200)
@given(text=st.lists(KEYS | WORDS, max_size=8).map("".join))
def test_any_text_is_a_filter_or_a_fault_at_one_of_its_characters(text: str) -> None:
    fault = None
    try:
        parse_filter(text)
    except FilterError as error:
        fault = error
    if fault is not None:
        assert 0 <= fault.position <= len(text)
        assert_clean(explain(fault))


@settings(PATIENT, max_examples=200)
@given(text=WORDS | st.lists(WORDS, max_size=5).map("\n".join).map(lambda rows: f"# linktui links x\n{rows}"))
def test_any_text_is_links_or_faults_at_its_lines(text: str) -> None:
    with suppress(SheetFaults):
        read_text(text)

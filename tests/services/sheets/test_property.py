"""Whatever a person does to a sheet ends in what the sheet says, or in a fault that names the line."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linktui.config.locations import Locations
from linktui.model.change import Intent
from linktui.model.link import Link, LinkedFile, LinkKind, LinkState
from linktui.services.house import House
from linktui.services.plan_runner import open_runner
from linktui.services.sheets import SheetFaults, SheetForm
from linktui.services.sync import Sync
from linktui.storage.accounts import Accounts
from linktui.storage.connection import QUICK
from linktui.storage.links import Links
from linktui.wiring import build
from tests.fakes import NOON, Clock, FakeProvider

ODD = "\"'\\#=,;\n\r\t \x00\x7f\u202e\u2028\ufeffäab日\U0001f468"
NASTY = st.text(st.sampled_from(ODD) | st.characters(codec="utf-8"), max_size=12)
PLAIN = st.text(st.sampled_from("abc =#\"\\'ä日-"), min_size=1, max_size=8).filter(
    lambda text: text == text.strip()
)
ENDS = st.none() | st.integers(-5, 900_000).map(lambda n: NOON + timedelta(minutes=n, milliseconds=5))


@st.composite
def links(draw: st.DrawFn, text: st.SearchStrategy[str], *, most: int) -> list[dict[str, object]]:
    """Return the fields of some links, each with an address of its own."""
    return [
        {
            "id": f"l_{number}",
            "name": draw(text.filter(str.strip)),
            "expires_at": draw(ENDS),
            "kind": draw(st.sampled_from(LinkKind)),
            "slug": draw(st.sampled_from(["", f"s{number}"])),
            "download_limit": draw(st.none() | st.integers(1, 1_000_000)),
            "has_password": draw(st.booleans()),
            "metadata": draw(st.dictionaries(text.filter(bool), text, max_size=3)),
            "revoked_at": draw(st.sampled_from([None, None, None, NOON])),
            "files": (LinkedFile("f_1", draw(text), 3),),
        }
        for number in range(1, draw(st.integers(1, most)) + 1)
    ]


class World:
    """One house over the fake service, for many examples."""

    def __init__(self, home: Path) -> None:
        self.provider = FakeProvider(Clock())
        self.runner = asyncio.Runner()
        self.house = self.runner.run(self._open(home))
        self.cannot: set[str] = set()

    async def _open(self, home: Path) -> House:
        return build(Locations.below(home), clock=Clock(), connect_provider=lambda account: self.provider)

    def close(self) -> None:
        self.runner.run(self.house.close())
        self.runner.close()

    async def seed(self, fields: list[dict[str, object]]) -> list[Link]:
        """Have these links and no other."""
        self.provider.links.clear()
        seeded = [self.provider.seed_link(**one) for one in fields]
        there = Links(self.house.database)
        await there.remove_unseen("local", since=NOON + timedelta(days=1))
        await there.save([(link, "{}") for link in seeded], seen=NOON)
        return seeded

    async def apply(self, intents: list[Intent]) -> None:
        """Make what is wanted, as the daemon does."""
        self.cannot = {intent.link.id for intent in intents if intent.reason and intent.link}
        if all(intent.reason for intent in intents):
            return
        services = self.house.services
        plan = await services.plans.make("sheet", intents)
        await services.plans.apply(plan.id, hold=timedelta(0))
        sync = Sync(
            accounts=services.accounts,
            links=Links(self.house.database),
            files=services.files,
            memory=Accounts(self.house.database),
            clock=services.clock,
        )
        runner = open_runner(
            database=self.house.database, services=services, sync=sync, spool=self.house.locations.spool
        )
        await asyncio.wait_for(runner.drain(), 20)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setattr("linktui.storage.database.DURABLE", QUICK)  # no power cut is tried here
    world = World(tmp_path / "home")
    yield world
    world.close()


@pytest.mark.parametrize("form", SheetForm)
def test_a_sheet_that_nobody_touched_changes_nothing(form: SheetForm, world: World) -> None:
    async def run(fields: list[dict[str, object]]) -> None:
        sheets = world.house.services.sheets
        assert sheets.read(await sheets.export(await world.seed(fields), form), form) == []

    @settings(max_examples=60, deadline=None)
    @given(links(NASTY, most=4))
    def check(fields: list[dict[str, object]]) -> None:
        world.runner.run(run(fields))

    check()


Draw = Callable[[st.SearchStrategy[Any]], Any]


@dataclass
class Expected:
    """What a person who edited the text wants of one link."""

    fields: dict[str, object] = field(default_factory=dict)
    tags: dict[str, str | None] = field(default_factory=dict)
    revoked: bool = False


@dataclass
class Edited:
    """A text as it was edited, and what it says."""

    lines: list[str]
    links: dict[str, Link]
    wanted: dict[str, Expected]
    bad: set[str] = field(default_factory=set)
    """Lines that are faults, by their whole text."""
    settled: set[str] = field(default_factory=set)
    """Links whose lines are not to be touched again."""
    new: int = 0

    def places(self) -> dict[str, int]:
        """Return where the lines of links are that may still be touched."""
        found = {line.split()[0].removeprefix("local/"): at for at, line in enumerate(self.lines) if line}
        return {name: at for name, at in found.items() if name in self.wanted and name not in self.settled}


BAD = [
    "garbage",
    "local/l_999 7d",
    "nowhere/x 7d",
    'local/l_999 name="open',
    "new/nowhere 7d",
    "new/local 7d",
    "new/local 7d kind=upload limt=3",
]
ACTS = ["name", "limit", "slug", "tag", "untag", "expiry", "delete", "comment", "new", "twice", "bad", "swap"]


def quote(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def with_word(line: str, name: str, value: str) -> str:
    before, sign, after = line.partition("  # ")
    return without_word(before, name) + f" {name}={quote(value)}" + sign + after


def without_word(line: str, name: str) -> str:
    return re.sub(rf'\s{re.escape(name)}=("(?:[^"\\]|\\.)*"|[^\s"])*(?=\s|$)', "", line, count=1)


def change(draw: Draw, edited: Edited) -> None:
    """Do one thing to the text that a person might."""
    act, places = draw(st.sampled_from(ACTS)), edited.places()
    if act == "bad":
        bad = draw(st.sampled_from([one for one in BAD if one not in edited.bad] or BAD))
        if bad not in edited.lines and not (
            bad.startswith("local/l_999") and any("l_999" in one for one in edited.bad)
        ):
            edited.bad.add(bad)
            edited.lines.insert(draw(st.integers(10, len(edited.lines))), bad)
    elif act == "new":
        edited.lines.append("new/local 2d kind=upload tag.made=yes")
        edited.new += 1
    elif act == "swap":
        _swap(draw, edited, places)
    elif places:
        link_id = draw(st.sampled_from(sorted(places)))
        _change_line(draw, edited, link_id, places[link_id], act)


def _change_line(draw: Draw, edited: Edited, link_id: str, at: int, act: str) -> None:
    line, wanted, link = edited.lines[at], edited.wanted[link_id], edited.links[link_id]
    if act == "delete":
        del edited.lines[at]
        edited.wanted[link_id] = Expected(revoked=True)
    elif act == "comment":
        edited.lines[at] = f"#  {line}"
        edited.wanted[link_id] = Expected()
    elif act == "twice":
        edited.lines.append(f"local/{link_id} ")
        edited.bad.add(f"local/{link_id} ")
        edited.settled.add(link_id)
    elif act == "expiry":
        days = draw(st.integers(1, 400))
        edited.lines[at] = re.sub(r"^(\S+\s+)\S+", rf"\g<1>{days}d", line, count=1)
        wanted.fields["expires_at"] = NOON + timedelta(days=days)
    elif act == "tag":
        key, value = f"new{len(wanted.tags)}", draw(PLAIN)
        edited.lines[at] = with_word(line, f"tag.{key}", value)
        wanted.tags[key] = value
    elif act == "untag":
        there = next((key for key in link.metadata if key.isalpha() and f"tag.{key}=" in line), None)
        if there is not None:
            edited.lines[at] = without_word(line, f"tag.{there}")
            wanted.tags[there] = None
    else:
        value = {"name": draw(PLAIN), "limit": str(draw(st.integers(1, 99))), "slug": f"z{link_id}"}[act]
        edited.lines[at] = with_word(line, act, value)
        wanted.fields[act] = int(value) if act == "limit" else value


def _swap(draw: Draw, edited: Edited, places: dict[str, int]) -> None:
    """Have two lines about each other's link, which takes all but what is the link's own: the files."""
    able = [
        name
        for name in sorted(places)
        if edited.wanted[name] == Expected()
        and edited.links[name].state(NOON).alive
        and edited.links[name].slug
        and not edited.links[name].has_password
        and edited.links[name].kind is not LinkKind.UPLOAD
    ]
    if len(able) < 2:
        return
    one, two = draw(st.permutations(able))[:2]
    for name, other in ((one, two), (two, one)):
        at, link, taken = places[name], edited.links[name], edited.links[other]
        edited.lines[at] = edited.lines[at].replace(f"local/{name} ", f"local/{other} ", 1)
        ends = taken.expires_at and taken.expires_at.replace(microsecond=0)
        edited.wanted[name] = Expected(
            {"name": taken.name, "limit": taken.download_limit, "slug": taken.slug, "expires_at": ends},
            {**dict.fromkeys(link.metadata), **taken.metadata},
        )
    edited.settled |= {one, two}


def check_link(before: Link, after: Link, wanted: Expected) -> None:
    """Fail unless a link is as the text says."""
    if wanted.revoked:
        over = before.state(NOON) in {LinkState.REVOKED, LinkState.EXPIRED}
        assert after == before if over else after.revoked_at is not None
        return
    expected = {
        "name": before.name,
        "limit": before.download_limit,
        "slug": before.slug,
        "expires_at": before.expires_at,
    } | wanted.fields
    tags = dict(before.metadata) | wanted.tags
    assert {
        "name": after.name,
        "limit": after.download_limit,
        "slug": after.slug,
        "expires_at": after.expires_at if "expires_at" in wanted.fields else before.expires_at,
    } == expected
    assert dict(after.metadata) == {key: value for key, value in tags.items() if value is not None}
    assert after.revoked_at == before.revoked_at


def test_any_edit_ends_in_what_the_text_says_or_in_a_fault_that_names_the_line(world: World) -> None:
    met: set[str] = set()

    async def run(data: st.DataObject) -> None:
        sheets = world.house.services.sheets
        seeded = await world.seed(data.draw(links(PLAIN, most=5)))
        text = await sheets.export(seeded, SheetForm.TEXT)
        before = {link.id: link for link in seeded}
        edited = Edited(text.split("\n")[:-1], before, {link.id: Expected() for link in seeded})
        for _ in range(data.draw(st.integers(0, 6))):
            change(data.draw, edited)
        try:
            intents = sheets.read("\n".join([*edited.lines, ""]), SheetForm.TEXT)
            faulty = set()
        except SheetFaults as error:
            faulty = {edited.lines[fault.line - 1] for fault in error.faults}
        assert faulty == edited.bad
        met.add("fault" if faulty else "applied")
        if faulty:
            return
        await world.apply(intents)
        for link in seeded:
            now = world.provider.links[link.id]
            if link.id in world.cannot:
                assert now == link
            else:
                check_link(link, now, edited.wanted[link.id])
        assert len(world.provider.links) == len(seeded) + edited.new

    @settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.data())
    def check(data: st.DataObject) -> None:
        world.runner.run(run(data))

    check()
    assert met == {"fault", "applied"}

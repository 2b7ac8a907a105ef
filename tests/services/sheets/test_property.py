"""Any edit of the text ends in what the text says, or in a fault that names the line."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from linktui.config.locations import Locations
from linktui.model.change import ChangeState
from linktui.model.errors import SheetFaults
from linktui.model.link import Link, LinkKind
from linktui.model.text import clean
from linktui.services.house import House
from linktui.services.plan_runner import open_runner
from linktui.services.sheets import SheetForm
from linktui.services.sheets.tokens import pair
from linktui.storage.links import Links
from linktui.wiring import build
from tests.fakes import NOON, Clock, FakeProvider

DAY = timedelta(days=1)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
ENDS = st.sampled_from([None, NOON + 3 * DAY, NOON + 40 * DAY, NOON - DAY])
TAGS = st.dictionaries(TEXT, st.text(st.characters(exclude_categories=["Cs"]), max_size=8), max_size=3)
NEW_ENDS = ["7d", "never", "+2d", "now", "2027-01-01T01:00:00+01:00", "2026-12-24", ""]
MEANT = {
    "7d": NOON + 7 * DAY,
    "2d": NOON + 2 * DAY,
    "never": None,
    "2027-01-01T01:00:00+01:00": datetime(2027, 1, 1, tzinfo=UTC),
    "2026-12-24": datetime(2026, 12, 24, 23, 59, 59, tzinfo=UTC),
}
CELLS = {
    "limit": st.sampled_from(["1", "7", "none"]),
    "name": TEXT,
    "tag.new": TEXT,
    "kind": st.sampled_from(["view", "upload", "download"]),
    "slug": st.sampled_from(["slug-1", "slug-2", "other"]),
    "password": st.sampled_from(["none", "pw"]),
}
BAD_CELLS = [("limit", "0"), ("limit", "many"), ("kind", "gift"), ("limt", "1")]
GARBAGE = st.sampled_from(["nonsense", "nowhere/l_1 7d", "local/l_404 7d", 'local/l_1 name="open', "=", '"'])


@dataclass
class Line:
    """One line of the text, as the test knows it."""

    place: str = ""
    end: str = ""
    cells: dict[str, str] = field(default_factory=dict)
    comment: bool = False
    garbage: str = ""
    new: bool = False

    def written(self) -> str:
        if self.garbage:
            return self.garbage
        words = [self.place, self.end, *(pair(key, value) for key, value in self.cells.items())]
        return ("# " if self.comment else "") + " ".join(word for word in words if word)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[Link], list[Line]]:
    """Draw some links, and the lines that somebody makes of their text."""
    links = [_link(draw, number) for number in range(1, draw(st.integers(1, 4)) + 1)]
    lines = [_line(link) for link in links]
    acts = ACTS + CLUMSY if draw(st.integers(0, 2)) == 0 else ACTS
    for _ in range(draw(st.integers(0, 5))):
        act = draw(st.sampled_from(acts))
        act(draw, lines)
    return links, lines


def _link(draw: st.DrawFn, number: int) -> Link:
    return Link(
        account="local", provider="local", id=f"l_{number}", kind=draw(st.sampled_from(LinkKind)),
        name=draw(TEXT), url="", created_at=NOON - 9 * DAY, expires_at=draw(ENDS), slug=f"slug-{number}",
        download_limit=draw(st.sampled_from([None, 3, 5])), has_password=draw(st.booleans()), downloads=0,
        metadata=MappingProxyType(draw(TAGS)), revision="1",
    )  # fmt: skip


def _line(link: Link) -> Line:
    cells = {"kind": link.kind.value, "name": link.name, "slug": link.slug}
    if link.download_limit is not None:
        cells["limit"] = str(link.download_limit)
    if link.has_password:
        cells["password"] = "kept"
    cells |= {f"tag.{key}": value for key, value in link.metadata.items()}
    end = "never" if link.expires_at is None else link.expires_at.isoformat()
    return Line(f"local/{link.id}", end, cells)


def _at(draw: st.DrawFn, lines: list[Line]) -> Line:
    sound = [line for line in lines if not line.garbage]
    return draw(st.sampled_from(sound)) if sound else Line()


def change_end(draw: st.DrawFn, lines: list[Line]) -> None:
    _at(draw, lines).end = draw(st.sampled_from(NEW_ENDS))


def change_cell(draw: st.DrawFn, lines: list[Line]) -> None:
    key = draw(st.sampled_from(list(CELLS)))
    _at(draw, lines).cells[key] = draw(CELLS[key])


def spoil(draw: st.DrawFn, lines: list[Line]) -> None:
    line = _at(draw, lines)
    if draw(st.booleans()):
        line.end = draw(st.sampled_from(["soon", "2020-01-01"]))
    else:
        key, value = draw(st.sampled_from(BAD_CELLS))
        line.cells[key] = value


def take_cell(draw: st.DrawFn, lines: list[Line]) -> None:
    cells = _at(draw, lines).cells
    if cells:
        del cells[draw(st.sampled_from(list(cells)))]


def swap_ids(draw: st.DrawFn, lines: list[Line]) -> None:
    one, two = _at(draw, lines), _at(draw, lines)
    one.place, two.place = two.place, one.place
    one.new, two.new = two.new, one.new


def delete(draw: st.DrawFn, lines: list[Line]) -> None:
    if lines:
        del lines[draw(st.integers(0, len(lines) - 1))]


def comment(draw: st.DrawFn, lines: list[Line]) -> None:
    _at(draw, lines).comment = True


def repeat(draw: st.DrawFn, lines: list[Line]) -> None:
    origin = _at(draw, lines)
    if origin.place:
        lines.append(replace(origin, cells=dict(origin.cells)))


def add(draw: st.DrawFn, lines: list[Line]) -> None:
    lines.insert(0, Line("new/local", "7d", {"kind": "upload", "tag.made": "1"}, new=True))


def add_garbage(draw: st.DrawFn, lines: list[Line]) -> None:
    lines.insert(draw(st.integers(0, len(lines))), Line(garbage=draw(GARBAGE)))


ACTS = [change_end, change_cell, change_cell, take_cell, take_cell, swap_ids, delete, comment, add]
CLUMSY = [spoil, repeat, add_garbage]


class Oracle:
    """What the lines say, worked out without the program."""

    def __init__(self, links: list[Link], lines: list[Line]) -> None:
        self.links = {f"local/{link.id}": link for link in links}
        self.faulty: set[int] = set()
        self.wanted: dict[str, Link] = dict(self.links)
        self.made = 0
        live: dict[str, int] = {}
        slugs: dict[str, int] = {}
        moved: set[str] = set()
        for number, line in enumerate(lines):
            if line.comment and not line.garbage:
                continue
            if line.new:
                self._make(number, line, slugs)
            elif line.place not in self.links or live.setdefault(line.place, number) != number:  # noqa: SIM114
                self.faulty.add(number)
            elif (after := self._after(self.links[line.place], line)) is None:
                self.faulty.add(number)
            else:
                self.wanted[line.place] = after
                if after.slug != self.links[line.place].slug:
                    moved.add(line.place)
                    if slugs.setdefault(after.slug, number) != number:
                        self.faulty.add(number)
        held = {link.slug for place, link in self.links.items() if place not in moved}
        if not self.faulty:
            self.faulty = {number for slug, number in slugs.items() if slug in held}
        kept = {line.place for line in lines if not line.garbage}
        self.gone = [place for place in self.links if place not in kept]

    def _make(self, number: int, line: Line, slugs: dict[str, int]) -> None:
        link = Link(account="local", provider="local", id="", kind=LinkKind.UPLOAD, name="x", url="",
                    created_at=NOON)  # fmt: skip
        cells = line.cells
        end = "2d" if line.end == "+2d" else line.end
        after = None if end == "now" else self._after(link, replace(line, end=end))
        if after is None or cells.get("kind", "download") != "upload":
            self.faulty.add(number)
            return
        self.made += 1
        if "slug" in cells and slugs.setdefault(cells["slug"], number) != number:
            self.faulty.add(number)

    def _after(self, link: Link, line: Line) -> Link | None:
        """Return the link as a line has it; None where the line is at fault."""
        cells = line.cells
        if "limt" in cells or cells.get("kind") == "gift" or cells.get("limit") in {"0", "many"}:
            return None
        if "tag." in cells:
            return None
        if cells.get("password") == "kept" and not link.has_password:
            return None
        kind = LinkKind(cells.get("kind", link.kind))
        if (kind is LinkKind.UPLOAD) is not (link.kind is LinkKind.UPLOAD) or self._is_odd(link, cells):
            return None
        limit = cells.get("limit", "none")
        after = replace(
            link,
            kind=kind,
            name=cells.get("name", link.name),
            slug=cells.get("slug", link.slug),
            download_limit=None if limit == "none" else int(limit),
            has_password=cells.get("password", "none") != "none",
            metadata={key[4:]: value for key, value in cells.items() if key.startswith("tag.")},
        )
        if line.end == "now":
            same = after == link and cells.get("password") != "pw"
            over = link.expires_at is not None and link.expires_at <= NOON
            return replace(after, expires_at=link.expires_at if over else NOON) if same else None
        return self._ending(after, link, line.end)

    def _is_odd(self, link: Link, cells: dict[str, str]) -> bool:
        """Tell whether a line says something new that no link keeps as it is written."""
        name = cells.get("name", link.name)
        tags = {key: value for key, value in cells.items() if link.metadata.get(key[4:]) != value}
        new = "".join(key + value for key, value in tags.items() if key.startswith("tag."))
        return clean(new) != new or (name != link.name and (not name.strip() or clean(name) != name))

    def _ending(self, after: Link, link: Link, end: str) -> Link | None:
        if end in MEANT:
            return replace(after, expires_at=MEANT[end])
        if end == "+2d":
            start = link.expires_at
            return None if start is None else replace(after, expires_at=max(start, NOON) + 2 * DAY)
        if not end:
            return after
        if end in {"soon", "2020-01-01"}:
            return None
        moment = datetime.fromisoformat(end)
        return replace(after, expires_at=moment) if moment > NOON or moment == link.expires_at else None


class World:
    """A house over the fake service that is emptied for each example."""

    def __init__(self, directory: Path) -> None:
        self.provider = FakeProvider(Clock())
        self.house: House = build(
            Locations.below(directory),
            clock=self.provider.clock,
            connect_provider=lambda account: self.provider,
        )
        self.loop = asyncio.Runner()
        self.links = Links(self.house.database)
        self.runner = open_runner(self.house)

    def close(self) -> None:
        self.loop.run(self.house.close())
        self.loop.close()

    async def fill(self, links: list[Link]) -> None:
        await self.links.part("local", [link.id for link in self.provider.links.values()], at=NOON)
        await self.links.forget_gone(before=NOON + DAY)
        self.provider.links = {link.id: link for link in links}
        self.provider.keys.clear()
        await self.links.save([(link, "{}") for link in links], seen=NOON)

    async def apply(self, text: str) -> None:
        services = self.house.services
        intents = services.sheets.read(text)
        if intents:
            plan = await services.plans.make("as text", intents)
            await services.plans.apply(plan.id, hold=timedelta(0))
            await self.runner.drain()
            counts = services.plans.get(plan.id).counts
            assert set(counts) == {ChangeState.DONE}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with closing(World(tmp_path)) as world:
        yield world


def examples(number: int) -> settings:
    return settings(max_examples=number, deadline=None, suppress_health_check=list(HealthCheck))


@examples(80)
@given(drawn=worlds())
def test_any_edit_ends_in_what_the_text_says_or_in_a_fault_of_its_line(
    world: World, drawn: tuple[list[Link], list[Line]]
) -> None:
    links, lines = drawn
    oracle = Oracle(links, lines)

    async def run() -> None:
        await world.fill(links)
        text = await world.house.services.sheets.export(links)
        header = text[: text.index("\n\n") + 1]
        text = header + "".join(f"{line.written()}\n" for line in lines)
        note(text[len(header) :])
        if oracle.faulty:
            with pytest.raises(SheetFaults) as caught:
                world.house.services.sheets.read(text)
            first = header.count("\n") + 1
            note(str(caught.value.faults))
            assert {fault.line - first for fault in caught.value.faults} == oracle.faulty
            assert world.provider.links == {link.id: link for link in links}
            return
        await world.apply(text)
        left = world.provider.links
        assert len(left) == len(links) + oracle.made
        for place, wanted in oracle.wanted.items():
            link = left[wanted.id]
            if place in oracle.gone:
                assert link.revoked_at is not None
            else:
                assert replace(link, revision="1", metadata=dict(link.metadata)) == replace(
                    wanted, metadata=dict(wanted.metadata)
                )

    world.loop.run(run())


@examples(60)
@given(data=st.data(), form=st.sampled_from(SheetForm))
def test_what_is_written_out_reads_back_as_no_change(
    world: World, data: st.DataObject, form: SheetForm
) -> None:
    links = [data.draw(st.builds(_drawn, st.just(number), TEXT, TAGS, ENDS)) for number in range(3)]

    async def run() -> None:
        await world.fill(links)
        text = await world.house.services.sheets.export(links, form)
        assert world.house.services.sheets.read(text, form) == []

    world.loop.run(run())


def _drawn(number: int, name: str, tags: dict[str, str], end: datetime | None) -> Link:
    return Link(
        account="local", provider="local", id=f"{name}{number}", kind=LinkKind.VIEW, name=name, url="",
        created_at=NOON, expires_at=end, slug=f"{name}-{number}", metadata=tags,
    )  # fmt: skip


@examples(100)
@given(data=st.data(), form=st.sampled_from(SheetForm))
def test_scribbling_is_a_plan_or_faults_at_lines_that_are_there(
    world: World, data: st.DataObject, form: SheetForm
) -> None:
    links = [data.draw(st.builds(_drawn, st.just(number), TEXT, TAGS, ENDS)) for number in range(2)]

    async def run() -> None:
        await world.fill(links)
        text = await world.house.services.sheets.export(links, form)
        for _ in range(data.draw(st.integers(1, 4))):
            at = data.draw(st.integers(0, len(text)))
            over = data.draw(st.integers(0, 12))
            scribble = st.text(st.sampled_from("\n\"\\#=/,; abcdl_1.+-[]{}'\x00"), max_size=6)
            text = text[:at] + data.draw(scribble) + text[at + over :]
        assert all(1 <= line <= text.count("\n") + 1 for line in faulty(text, form))

    def faulty(text: str, form: SheetForm) -> list[int]:
        try:
            world.house.services.sheets.read(text, form)
        except SheetFaults as error:
            return [fault.line for fault in error.faults]
        return []

    world.loop.run(run())

"""Links as TOML and CSV, as scripts and spreadsheets change them."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from linktui.model.change import Verb
from linktui.model.errors import SheetFaults
from linktui.model.link import Link, LinkEdit
from linktui.services.house import House
from linktui.services.sheets import SheetForm
from linktui.storage.links import Links
from tests.fakes import NOON
from tests.services.sheets.conftest import Seed

TOML, CSV = SheetForm.TOML, SheetForm.CSV
END = "2026-11-24T12:00:00+00:00"
DAY = timedelta(days=1)
HOSTILE = (
    *(
        "=1+1",
        "'=x",
        "''@y",
        "+2",
        "-3",
        "@z",
        "007",
        "1e5",
        "2026-12-01",
        "MAR1",
        "true",
        '"q"',
        " blank ",
        "",
    ),
    *("a;b,c\td", "two\nlines", "\x7f\u202e", "日本語 👨\u200d👩", "\\n", "x" * 3000),
)


def faults(house: House, text: str, form: SheetForm) -> list[tuple[int, str]]:
    with pytest.raises(SheetFaults) as caught:
        house.services.sheets.read(text, form)
    return [(fault.line, fault.sentence) for fault in caught.value.faults]


@pytest.mark.parametrize("form", SheetForm)
async def test_what_is_left_as_it_is_changes_nothing_in_any_form(
    house: House, seed: Seed, form: SheetForm
) -> None:
    links = [await seed(name=text, slug=text, metadata={text: text, f"{text}=": "1"}) for text in HOSTILE]
    links.append(await seed(expires_at=None, download_limit=3, has_password=True))
    text = await house.services.sheets.export(links, form)
    assert house.services.sheets.read(text, form) == []


@pytest.mark.parametrize("form", [TOML, CSV])
async def test_a_row_that_is_gone_revokes(house: House, seed: Seed, form: SheetForm) -> None:
    text = await house.services.sheets.export([await seed(), await seed()], form)
    cut = text[: text.rindex("\n[[link]]")] if form is TOML else "".join(text.splitlines(True)[:2])
    assert "l_2" not in cut
    [found] = house.services.sheets.read(cut, form)
    assert (found.verb, found.link and found.link.id) == (Verb.REVOKE, "l_2")


async def test_toml_is_what_a_toml_reader_takes_for_one(house: House, seed: Seed) -> None:
    links = [await seed(name=name, metadata={"a b": "c"}) for name in HOSTILE]
    document = tomllib.loads(await house.services.sheets.export(links, TOML))
    assert [table["name"] for table in document["link"]] == list(HOSTILE)
    assert document["link"][0]["expires"] == NOON + 3 * DAY


async def test_a_toml_table_is_changed_by_its_values(house: House, seed: Seed) -> None:
    link = await seed(download_limit=3, metadata={"a": "1", "b": "2"})
    text = await house.services.sheets.export([link], TOML)
    text = text.replace(END, "2026-12-24T00:00:00Z").replace("limit = 3", "limit = 4")
    text = text.replace('tags = { a = "1", b = "2" }', "tags = { b = 3, c = true }")
    [found] = house.services.sheets.read(text, TOML)
    assert found.edit == LinkEdit(
        expires_at=datetime(2026, 12, 24, tzinfo=UTC),
        download_limit=4,
        metadata={"a": None, "b": "3", "c": "yes"},
    )


async def test_a_toml_table_behind_signs_or_said_to_be_left_is_left_alone(house: House, seed: Seed) -> None:
    text = await house.services.sheets.export([await seed(), await seed()], TOML)
    at = text.index("\n[[link]]") + 1
    tables = text[at:]
    one = tables[: tables.index("\n[[link]]")]
    commented = "".join(f"# {line}" for line in one.splitlines(keepends=True))
    text = text.replace(one, commented).replace('id = "local/l_2"', 'id = "local/l_2"\naction = "leave"')
    assert house.services.sheets.read(text, TOML) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("limit = 3", "limit = ", 9, "no TOML"),
        ("limit = 3", "limit = 0", 6, "1 or more"),
        ("limit = 3", "limit = [3]", 6, "one value"),
        ("limit = 3", "limt = 3", 6, "“limt”"),
        ('id = "local/l_1"', "id = 5", 6, "names no link"),
        ("export =", "exports =", 4, "“exports”"),
    ],
)
async def test_a_fault_in_toml_names_its_line(
    house: House, seed: Seed, old: str, new: str, line: int, said: str
) -> None:
    text = await house.services.sheets.export([await seed(download_limit=3)], TOML)
    assert "[[link]]" in text.split("\n")[5]
    [(found, sentence)] = faults(house, text.replace(old, new), TOML)
    wanted = (
        next(at for at, row in enumerate(text.split("\n"), 1) if row == "limit = 3") if line == 9 else line
    )
    assert (found, said in sentence) == (wanted, True)


async def test_csv_is_changed_by_its_cells(house: House, seed: Seed) -> None:
    link = await seed(download_limit=3, metadata={"a": "1"}, has_password=True)
    table = Table(await house.services.sheets.export([link, await seed()], CSV))
    table.rows[0] |= {"expires": "+2d", "limit": "", "tags": "b=2", "password": ""}
    table.rows[1] |= {"action": "revoke", "name": ""}
    one, two = house.services.sheets.read(table.text(), CSV)
    assert one.edit == LinkEdit(
        expires_at=NOON + 5 * DAY, download_limit=None, metadata={"a": None, "b": "2"}, password=None
    )
    assert two.verb is Verb.REVOKE


class Table:
    """A sheet as a spreadsheet has it open."""

    def __init__(self, text: str) -> None:
        reader = csv.DictReader(io.StringIO(text))
        self.rows = list(reader)
        self.columns = list(reader.fieldnames or ())

    def text(self, *, delimiter: str = ",", ending: str = "\n", columns: list[str] | None = None) -> str:
        written = io.StringIO(newline="")
        writer = csv.DictWriter(
            written,
            columns or self.columns,
            delimiter=delimiter,
            lineterminator=ending,
            extrasaction="ignore",
        )
        writer.writeheader()
        writer.writerows(self.rows)
        return written.getvalue()


def of_excel(table: Table) -> str:
    return "\N{BYTE ORDER MARK}" + table.text(delimiter=";", ending="\r\n") + ";;;;;;;;;;;;\r\n" * 3


def of_tabs(table: Table) -> str:
    return table.text(delimiter="\t")


def with_separator(table: Table) -> str:
    return "sep=;\r\n" + table.text(delimiter=";", ending="\r\n")


def reordered(table: Table) -> str:
    return table.text(columns=[*reversed(table.columns), "#mine"])


def narrowed(table: Table) -> str:
    return table.text(columns=["ID".lower(), "expires", "export"])


@pytest.mark.parametrize("saved", [of_excel, of_tabs, with_separator, reordered, narrowed])
async def test_what_spreadsheets_make_of_csv_is_the_same_to_us(
    house: House, seed: Seed, saved: Callable[[Table], str]
) -> None:
    links = [
        await seed(name=text, download_limit=3, has_password=True, metadata={"a": text}) for text in HOSTILE
    ]
    table = Table(await house.services.sheets.export(links, CSV))
    assert house.services.sheets.read(saved(table), CSV) == []
    table.rows[3]["expires"] = "never"
    assert [one.edit for one in house.services.sheets.read(saved(table), CSV)] == [LinkEdit(expires_at=None)]


async def test_no_cell_is_a_formula_or_a_number_that_is_none(house: House, seed: Seed) -> None:
    links = [await seed(name=text, slug=text, metadata={text: text}) for text in HOSTILE]
    table = Table(await house.services.sheets.export(links, CSV))
    cells = [cell for row in table.rows for cell in row.values()]
    assert not [cell for cell in cells if cell[:1] in tuple("=+-@\t\r")]
    assert not [row["name"] for row in table.rows if row["name"] in {"007", "1e5", "2026-12-01", "MAR1"}]


async def test_a_new_row_makes_a_link_and_a_copied_one_leaves_its_origin_alone(
    house: House, seed: Seed
) -> None:
    table = Table(await house.services.sheets.export([await seed()], CSV))
    table.rows[0]["action"] = "create"
    table.rows[0]["kind"] = "upload"
    table.rows[0]["slug"] = ""
    table.rows.append({"id": "new/local", "kind": "upload", "expires": "2d", "tag.x": "1"})
    made = house.services.sheets.read(table.text(columns=[*table.columns, "tag.x"]), CSV)
    assert [(one.verb, one.reason) for one in made] == [(Verb.CREATE, "")] * 2
    assert made[1].spec
    assert dict(made[1].spec.metadata) == {"x": "1"}


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("name,limit\n", 1, "no column “id”"),
        ("id,notes\nlocal/l_1,x\n", 1, "“notes”"),
        ("id,limit,limit\nlocal/l_1,1,2\n", 1, "twice"),
        ("id,limit\n\n\nlocal/l_1,x\n", 4, "1 or more"),
        ('id,name,limit\nlocal/l_1,"a\nb",x\n', 2, "1 or more"),
        ("id,tags\nlocal/l_1,x\n", 2, "KEY=VALUE"),
        ("id,tags\nlocal/l_1,x=1 x=2\n", 2, "twice"),
        ('id,name\nlocal/l_1,"""a"" b"\n', 2, "quotes"),
        ("id,expires\nlocal/l_1,01.12.2026 17:00\n", 2, "not understood"),
        ("id,export\nlocal/l_1,x1\nlocal/l_1,x2\n", 3, "Another export"),
        ("id,action\nlocal/l_1,explode\n", 2, "“explode”"),
        ("id,limit\n,3\n", 2, "names no link"),
    ],
)
async def test_a_fault_in_csv_names_its_line(
    house: House, seed: Seed, text: str, line: int, said: str
) -> None:
    await seed()
    assert any(found == line and said in sentence for found, sentence in faults(house, text, CSV))


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("id,expires\nlocal/l_1,2027-07-01 17:00\n", CSV),
        ("id,expires\nlocal/l_1,2027-07-01T17:00:00+02:00\n", CSV),
        ('[[link]]\nid = "local/l_1"\nexpires = 2027-07-01T17:00:00\n', TOML),
        ('[[link]]\nid = "local/l_1"\nexpires = 2027-07-01 17:00:00+02:00\n', TOML),
        ("local/l_1 2027-07-01 17:00", SheetForm.TEXT),
    ],
)
async def test_a_moment_without_an_offset_is_by_the_readers_clock_of_that_day(
    house: House, seed: Seed, text: str, form: SheetForm
) -> None:
    house.services.sheets._zone = ZoneInfo("Europe/Berlin")  # one hour ahead at NOON, two in July
    await seed()
    [found] = house.services.sheets.read(text, form)
    assert found.edit == LinkEdit(expires_at=datetime(2027, 7, 1, 15, tzinfo=UTC))


async def test_a_day_in_toml_ends_with_the_day(house: House, seed: Seed) -> None:
    await seed()
    [found] = house.services.sheets.read('[[link]]\nid = "local/l_1"\nexpires = 2026-12-01\n', TOML)
    assert found.edit == LinkEdit(expires_at=datetime(2026, 12, 1, 23, 59, 59, tzinfo=UTC))


async def test_an_end_that_is_not_touched_is_left_alone_in_another_zone_and_with_parts_of_a_second(
    house: House, seed: Seed
) -> None:
    link: Link = await seed(expires_at=NOON + timedelta(days=300, milliseconds=123))
    text = await house.services.sheets.export([link])
    house.services.sheets._zone = ZoneInfo("America/New_York")
    await Links(house.database).save([(replace(link, download_limit=3), "")], seen=NOON)
    assert house.services.sheets.read(text) == []

"""The TOML and the CSV form: for scripts and spreadsheets."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from linktui.model.change import Intent, Verb
from linktui.model.link import LinkedFile, LinkEdit, LinkKind
from linktui.services.house import House
from linktui.services.sheets import SheetFaults, SheetForm, Sheets
from tests.fakes import NOON, FakeProvider
from tests.services.sheets.conftest import Seed

TOML, CSV = SheetForm.TOML, SheetForm.CSV
DAY = timedelta(days=1)


def only(intents: list[Intent]) -> LinkEdit:
    [intent] = intents
    assert intent.edit is not None
    assert not intent.reason
    return intent.edit


def faults(sheets: Sheets, text: str, form: SheetForm) -> list[tuple[int, str]]:
    with pytest.raises(SheetFaults) as caught:
        sheets.read(text, form)
    return [(fault.line, fault.sentence) for fault in caught.value.faults]


def cells(text: str, act: Callable[[list[dict[str, str]]], object], **how: str) -> str:
    """Return CSV in which a spreadsheet did something to the rows."""
    reader = csv.DictReader(io.StringIO(text, newline=""))
    rows = list(reader)
    act(rows)
    out = io.StringIO()
    writer = csv.DictWriter(out, reader.fieldnames or [], **how)  # type: ignore[arg-type]
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


async def test_toml_can_be_read_by_any_script(sheets: Sheets, seed: Seed) -> None:
    link = await seed(name='say "hi"\n', download_limit=5, metadata={"order": "42", "a.b": "x"})
    values = tomllib.loads(await sheets.export([link], TOML))
    [table] = values["link"]
    assert (table["id"], table["name"], table["limit"]) == ("local/l_1", 'say "hi"\n', "5")
    assert table["expires"] == link.expires_at
    assert table["tag"] == {"order": "42", "a.b": "x"}


async def test_toml_takes_changes_from_people_and_scripts(sheets: Sheets, seed: Seed) -> None:
    link = await seed(name="old", download_limit=5, metadata={"a": "1"})
    text = await sheets.export([link], TOML)
    expires = next(line for line in text.split("\n") if line.startswith("expires"))
    tomorrow = (NOON + DAY).astimezone()
    for old, new, edit in (
        ('name = "old"', 'name = "new"', LinkEdit(name="new")),
        ('limit = "5"', "limit = 6", LinkEdit(download_limit=6)),
        ('limit = "5"\n', "", LinkEdit(download_limit=None)),
        ('tag.a = "1"', 'tag = {b = "2"}', LinkEdit(metadata={"a": None, "b": "2"})),
        (expires, 'expires = "+2d"', LinkEdit(expires_at=NOON + 5 * DAY)),
        (expires, "expires = 2026-12-01T12:00:00Z", LinkEdit(expires_at=NOON + 10 * DAY)),
        (expires, f"expires = {tomorrow:%Y-%m-%dT%H:%M:%S}", LinkEdit(expires_at=NOON + DAY)),
        (expires, "expires = 2026-11-24T13:00:00+01:00", None),
        (expires, f"{expires} # as it was", None),
    ):
        assert old in text
        intents = sheets.read(text.replace(old, new), TOML)
        assert (only(intents) if edit else intents) == (edit or [])


async def test_a_deleted_table_revokes_and_others_leave_alone_or_create(sheets: Sheets, seed: Seed) -> None:
    links = [await seed() for _ in range(4)]
    head, *tables = (await sheets.export(links, TOML)).split("[[link]]\n")
    tables[2] = "".join(f"# {line}\n" for line in tables[2].split("\n"))
    tables[3] += 'action = "leave"\nkind = "zip"\n'.replace('kind = "zip"\n', "")
    text = f"{head}[[link]]\n{tables[0]}{tables[2]}\n[[link]]\n{tables[3]}"
    text += '[[link]]\nid = "new/local"\nfile = ["f_1"]\nexpires = "2d"\ntag.k = "v"\n'
    ended, made = sheets.read(text, TOML)
    assert (ended.verb, ended.link) == (Verb.REVOKE, links[1])
    assert (made.verb, made.file_ids) == (Verb.CREATE, ("f_1",))
    assert made.spec is not None
    assert made.spec.expires_at == NOON + 2 * DAY


async def test_faults_in_toml_name_the_line(sheets: Sheets, seed: Seed) -> None:
    text = await sheets.export([await seed(name="a"), await seed(name="b")], TOML)
    second = text.split("\n").index('id = "local/l_2"')
    [(line, sentence)] = faults(sheets, text.replace('name = "b"', 'limit = "x"'), TOML)
    assert (line, "from 1 to" in sentence) == (second, True)
    [(line, sentence)] = faults(sheets, text.replace('name = "b"', "name = "), TOML)
    assert text.split("\n")[line - 1] == 'name = "b"'
    assert "not TOML" in sentence
    multi = 'x = """\n[[link]]\n"""\n[[link]]\nid="local/l_1"\n'
    [(line, sentence)] = faults(sheets, multi, TOML)
    assert "“x” is not known" in sentence
    assert faults(sheets, "[[link]]\n", TOML) == [
        (1, 'Id is missing; write id = "ACCOUNT/ID", or "new/ACCOUNT" for a new link.')
    ]


async def test_csv_has_a_row_for_each_link_and_a_column_for_each_field(sheets: Sheets, seed: Seed) -> None:
    links = [
        await seed(name="=1+1", download_limit=5, expires_at=None, metadata={"order": "-3"}),
        await seed(name='"', has_password=True, metadata={"empty": ""}, slug="s"),
    ]
    text = await sheets.export(links, CSV)
    header, *rows = csv.reader(io.StringIO(text))
    assert header == [
        *("export", "id", "expires", "kind", "limit", "name", "slug", "password"),
        *("tag.empty", "tag.order", "file", "action"),
    ]
    assert rows[0][1:] == ["local/l_1", "never", "download", "5", "'=1+1", "", "", "", "'-3", "f_1", ""]
    assert rows[1][5:] == [r'"\""', "s", "kept", '""', "", "f_1", ""]
    assert sheets.read(text, CSV) == []


async def test_a_spreadsheet_may_write_csv_its_own_way(sheets: Sheets, seed: Seed) -> None:
    links = [await seed(name="old; older", metadata={"a": "1"}), await seed(download_limit=5)]
    text = await sheets.export(links, CSV)
    for same in (
        text.replace("\n", "\r\n"),
        "\ufeff" + text,
        text + ",,,,\n\n,,,\n",
        cells(text, lambda rows: None, delimiter=";"),
        cells(text, lambda rows: None, delimiter="\t"),
        cells(text, lambda rows: None, quoting=csv.QUOTE_ALL),  # type: ignore[arg-type]
        cells(text, list.reverse),
    ):
        assert sheets.read(same, CSV) == []
    few = "\n".join(",".join(row[:2]) for row in csv.reader(io.StringIO(text)))
    assert sheets.read(few, CSV) == []


async def test_csv_takes_changes(sheets: Sheets, seed: Seed) -> None:
    link = await seed(name="old", download_limit=5, has_password=True, metadata={"a": "1"})
    text = await sheets.export([link], CSV)
    for column, new, edit in (
        ("name", "new", LinkEdit(name="new")),
        ("name", "'-new", LinkEdit(name="-new")),
        ("name", "", None),
        ("limit", "", LinkEdit(download_limit=None)),
        ("limit", "7", LinkEdit(download_limit=7)),
        ("password", "", LinkEdit(password=None)),
        ("tag.a", "", LinkEdit(metadata={"a": None})),
        ("tag.a", '""', LinkEdit(metadata={"a": ""})),
        ("kind", "VIEW", LinkEdit(kind=LinkKind.VIEW)),
        ("file", "g,f_1", LinkEdit(files=(LinkedFile("g", ""), link.files[0]))),
        ("file", "", None),
        ("expires", "'+2d", LinkEdit(expires_at=NOON + 5 * DAY)),
        ("expires", f"{(NOON + DAY).astimezone():%Y-%m-%d %H:%M}", LinkEdit(expires_at=NOON + DAY)),
        ("expires", f"{(NOON + 3 * DAY).astimezone():%Y-%m-%d %H:%M}", None),
    ):
        intents = sheets.read(cells(text, lambda rows, c=column, n=new: rows[0].update({c: n})), CSV)  # type: ignore[misc]
        assert (only(intents) if edit else intents) == (edit or []), (column, new)


async def test_csv_says_what_to_do_in_a_cell_or_by_a_deleted_row(sheets: Sheets, seed: Seed) -> None:
    links = [await seed() for _ in range(7)]
    text = await sheets.export(links, CSV)

    def act(rows: list[dict[str, str]]) -> None:
        for row, action in zip(rows, ["leave", "expire", "Revoke", "delete", "create"], strict=False):
            row["action"] = action
        rows[0]["limit"] = "3"
        rows[5]["export"] = f"#{rows[5]['export']}"
        rows[6] |= {"export": "", "id": "new/local", "expires": "2d"}

    intents = sheets.read(cells(text, act), CSV)
    said = {(intent.verb, intent.link.id if intent.link else "") for intent in intents}
    assert said == {
        (Verb.EXPIRE, "l_2"),
        (Verb.REVOKE, "l_3"),
        (Verb.DELETE, "l_4"),
        (Verb.CREATE, ""),
        (Verb.REVOKE, "l_7"),
    }
    assert sum(intent.verb is Verb.CREATE for intent in intents) == 2


async def test_faults_in_csv_name_the_line(sheets: Sheets, seed: Seed) -> None:
    text = await sheets.export([await seed(name="a"), await seed(name="b")], CSV)
    assert faults(sheets, text.replace(",b,", ",b,x,x,x,x,x,"), CSV)[0][0] == 3
    for column, new, said in (
        ("limit", "many", "from 1 to"),
        ("action", "burn", "no action"),
        ("id", "nothing", "is missing"),
        ("id", "local/l_1", "stands in line 2"),
        ("export", "0" * 16, "another export than line 2"),
    ):
        wrong = cells(text, lambda rows, c=column, n=new: rows[1].update({c: n}))  # type: ignore[misc]
        [(line, sentence)] = faults(sheets, wrong, CSV)
        assert (line, said in sentence) == (3, True), sentence
    noted = sheets.annotated(wrong.replace("\r\n", "\n"), [])
    assert noted.count("\n") == 3
    two_lines = 'id,name\n"local/l_1","a\nb"\nlocal/l_2,\nlocal/no,x\n'
    assert [line for line, _ in faults(sheets, two_lines, CSV)] == [2, 5]
    assert faults(sheets, "name\nx\n", CSV)[0][0] == 1
    assert "not CSV" in faults(sheets, 'id\n"local/l_1"x\n', CSV)[0][1]
    assert [line for line, _ in faults(sheets, "id\n#! note\nlocal/no\n", CSV)] == [3]


async def test_the_links_of_every_service_go_through_every_form(
    house: House, sheets: Sheets, seed: Seed, provider: FakeProvider
) -> None:
    from linktui.model.capability import Account
    from linktui.providers.registry import OURS, kind_of

    accounts = {name: Account(name=name, provider=name, limits=kind_of(name).limits) for name in OURS}
    await house.services.accounts.replace(accounts, default="local")
    links = []
    for name in OURS:
        option = next((one for one in accounts[name].limits.link_options if one.on_edit), None)
        options = {option.key: option.choices[0] if option.choices else "yes"} if option else {}
        links.append(await seed(account=name, id=f"{name}_1", name="n", options=options))
    for form in SheetForm:
        text = await sheets.export(links, form)
        assert sheets.read(text, form) == []
    deleted = sheets.read((await sheets.export(links, TOML)).split("[[link]]")[0], TOML)
    assert {intent.account: (intent.verb, bool(intent.reason)) for intent in deleted} == {
        "local": (Verb.REVOKE, False),
        "stripe": (Verb.EXPIRE, False),
        "finix": (Verb.REVOKE, True),
        "digitalriver": (Verb.DELETE, False),
        "liquidfiles": (Verb.DELETE, False),
    }


async def test_an_option_of_a_service_is_changed_by_its_key(
    house: House, sheets: Sheets, seed: Seed, provider: FakeProvider
) -> None:
    from linktui.providers.liquidfiles.limits import LIMITS

    account = replace(house.services.accounts.get("local"), limits=LIMITS)
    await house.services.accounts.replace({"local": account}, default="local")
    link = await seed(options={"display_mode": "icons"})
    text = await sheets.export([link], SheetForm.TEXT)
    assert "display_mode=icons" in text
    assert only(sheets.read(text.replace("=icons", "=gallery"), SheetForm.TEXT)) == LinkEdit(
        options={"display_mode": "gallery"}
    )
    same = text.replace("display_mode=icons", "option.display_mode=icons allow_download=no")
    assert only(sheets.read(same, SheetForm.TEXT)) == LinkEdit(options={"allow_download": "no"})
    assert "has to be one of" in faults(sheets, text.replace("=icons", "=none"), SheetForm.TEXT)[0][1]
    assert sheets.read(text.replace("display_mode=icons", ""), SheetForm.TEXT) == []
    [intent] = sheets.read(text.replace("kind=download", "kind=download limit=3"), SheetForm.TEXT)
    assert "counts no downloads" in intent.reason
    assert isinstance(link.created_at, datetime)

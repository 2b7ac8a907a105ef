"""Links as text: written out, changed, and read back as changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from linktui.model.change import Verb
from linktui.model.errors import SheetFaults
from linktui.model.file import File
from linktui.model.link import Link, LinkedFile, LinkEdit, LinkKind
from linktui.services.house import House
from linktui.storage.files import Files
from linktui.storage.links import Links
from tests.fakes import NOON, FakeProvider
from tests.services.sheets.conftest import Apply, Seed

DAY = timedelta(days=1)
FRIDAY = datetime(2026, 11, 27, 17, tzinfo=UTC)


def lines(text: str) -> list[str]:
    """Return the lines that are about links."""
    return [line for line in text.split("\n") if line and not line.startswith("#")]


def faults(house: House, text: str) -> list[tuple[int, str]]:
    with pytest.raises(SheetFaults) as caught:
        house.services.sheets.read(text)
    return [(fault.line, fault.sentence) for fault in caught.value.faults]


def line_of(text: str, word: str) -> int:
    return next(at for at, line in enumerate(text.split("\n"), 1) if word in line and line[0] != "#")


async def export(house: House, links: Sequence[Link]) -> str:
    return await house.services.sheets.export(links)


async def test_a_line_says_id_end_options_tags_and_file(house: House, seed: Seed) -> None:
    one = await seed(
        name="a b", slug="q3", download_limit=3, has_password=True, metadata={"order": "42", "n o": ""},
        files=(LinkedFile("f_1", "report.pdf", 1200),),
    )  # fmt: skip
    text = await export(house, [one])
    assert lines(text) == [
        "local/l_1  2026-11-24T12:00:00+00:00  kind=download  limit=3  "
        'name="a b"  password=kept  tag.order=42 "tag.n o"=""  slug=q3  # report.pdf, 1.2 kB'
    ]


async def test_columns_are_aligned_by_what_a_terminal_shows(house: House, seed: Seed) -> None:
    links = [await seed(name=name) for name in ("short", "日本語", "e\N{COMBINING ACUTE ACCENT}longer")]
    from linktui.model.text import cell_width

    rows = lines(await export(house, links))
    assert len({cell_width(row[: row.index("  #")].rstrip()) for row in rows}) > 1
    assert len({cell_width(row[: row.index("#")]) for row in rows}) == 1


async def test_the_header_explains_the_format_in_ten_lines(house: House, seed: Seed) -> None:
    text = await export(house, [await seed()])
    header = text[: text.index("\n\n")].split("\n")
    assert len(header) == 10
    assert max(map(len, header)) <= 110


async def test_what_is_left_as_it_is_changes_nothing(house: House, seed: Seed) -> None:
    links = [await seed(name='x "y" #z\\ \t\n\x1b\u202eabc', metadata={"a=b": "#", '"': " "}), await seed()]
    assert house.services.sheets.read(await export(house, links)) == []


@pytest.mark.parametrize(
    ("old", "new", "edit"),
    [
        ("2026-11-24T12:00:00+00:00", "+2d", LinkEdit(expires_at=NOON + 5 * DAY)),
        ("2026-11-24T12:00:00+00:00", "7d", LinkEdit(expires_at=NOON + 7 * DAY)),
        ("2026-11-24T12:00:00+00:00", "never", LinkEdit(expires_at=None)),
        (
            "2026-11-24T12:00:00+00:00",
            "fri 17:00 ",
            LinkEdit(expires_at=FRIDAY),
        ),
        ("2026-11-24T12:00:00+00:00", "2026-11-24T13:00:00+01:00", None),
        ("2026-11-24T12:00:00+00:00", "", None),
        ("limit=3", "", LinkEdit(download_limit=None)),
        ("limit=3", "limit=none", LinkEdit(download_limit=None)),
        ("limit=3", "limit=5", LinkEdit(download_limit=5)),
        ("name=old", "", None),
        ("name=old", 'name="a \\"new\\" one"', LinkEdit(name='a "new" one')),
        ("slug=q3", "slug=q4", LinkEdit(slug="q4")),
        ("kind=download", "kind=View", LinkEdit(kind=LinkKind.VIEW)),
        ("password=kept", "password=none", LinkEdit(password=None)),
        ("password=kept", "", LinkEdit(password=None)),
        ("password=kept", "password=hunter22", LinkEdit(password="hunter22")),
        ("tag.a=1", "", LinkEdit(metadata={"a": None})),
        ("tag.a=1", "tag.a=", LinkEdit(metadata={"a": None})),
        ("tag.a=1", 'tag.a=""', LinkEdit(metadata={"a": ""})),
        ("tag.a=1", "tag.b=2", LinkEdit(metadata={"b": "2", "a": None})),
    ],
)
async def test_a_changed_field_is_the_edit_it_says(
    house: House, seed: Seed, old: str, new: str, edit: LinkEdit | None
) -> None:
    link = await seed(name="old", slug="q3", download_limit=3, has_password=True, metadata={"a": "1"})
    text = await export(house, [link])
    assert old in lines(text)[0]
    head, body = text.split("\n\n")
    found = house.services.sheets.read(f"{head}\n\n{body.replace(old, new, 1)}")
    assert [one.edit for one in found] == ([] if edit is None else [edit])
    assert [one.reason for one in found] == ([] if edit is None else [""])


async def test_now_ends_a_link(house: House, seed: Seed) -> None:
    text = await export(house, [await seed()])
    [found] = house.services.sheets.read(text.replace("2026-11-24T12:00:00+00:00", "now"))
    assert (found.verb, found.edit) == (Verb.EXPIRE, LinkEdit(expire_now=True))


async def test_a_deleted_line_revokes_and_one_behind_a_sign_is_left_alone(house: House, seed: Seed) -> None:
    links = [await seed() for _ in range(4)]
    text = await export(house, links)
    one, two, three, _four = lines(text)
    text = text.replace(f"{one}\n", "").replace(two, f"# {two}").replace(three, f"  #{three}")
    assert [(found.verb, found.link) for found in house.services.sheets.read(text)] == [
        (Verb.REVOKE, replace(links[0]))
    ]


async def test_a_header_alone_revokes_every_link_of_it(house: House, seed: Seed) -> None:
    links = [await seed() for _ in range(3)]
    text = await export(house, links)
    found = house.services.sheets.read(text[: text.index("\n\n")])
    assert [(one.verb, one.link.id) for one in found if one.link] == [
        (Verb.REVOKE, link.id) for link in links
    ]


async def test_what_is_written_by_hand_takes_nothing_away_by_leaving_it_out(house: House, seed: Seed) -> None:
    await seed(download_limit=3, metadata={"a": "1"})
    await seed()
    [found] = house.services.sheets.read("local/l_1 +1d\n")
    assert found.edit == LinkEdit(expires_at=NOON + 4 * DAY)


async def test_a_new_line_makes_a_link(
    house: House, seed: Seed, provider: FakeProvider, apply: Apply
) -> None:
    file = File(account="local", id="f_1", name="a.pdf", size=3, created_at=NOON)
    provider.files["f_1"] = file
    await Files(house.database).save([file], seen=NOON)
    text = await export(house, [await seed()])
    new = 'new/local 2d file=f_1 kind=view tag.order=42 limit=2 slug=q9 name="my file" password=hunter22\n'
    made = house.services.sheets.read(f"{text}{new}new/local kind=upload\n")
    assert [(one.verb, one.reason) for one in made] == [(Verb.CREATE, "")] * 2
    await apply(made)
    links = sorted(provider.links.values(), key=lambda link: link.kind.value)
    assert [link.kind.value for link in links] == ["download", "upload", "view"]
    link = links[2]
    assert (link.name, link.slug, link.download_limit, link.has_password) == ("my file", "q9", 2, True)
    assert (link.expires_at, dict(link.metadata)) == (NOON + 2 * DAY, {"order": "42"})
    assert links[1].expires_at == NOON + 7 * DAY


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("local/l_1 2026-13-01", "no date"),
        ("local/l_1 yesterday", "not understood"),
        ("local/l_1 2026-01-01", "past"),
        ("local/l_1 limit=0", "1 or more"),
        ("local/l_1 limit=three", "1 or more"),
        ("local/l_1 kind=banana", "“banana”"),
        ("local/l_1 limt=3", "“limt”"),
        ("local/l_1 tag.=3", "“tag.”"),
        ("local/l_1 limit=3 limit=4", "twice"),
        ("local/l_1 limit=3 7d", "“7d” stands alone"),
        ("local/l_1 name=", "Name is empty"),
        ('local/l_1 name="open', "never closed"),
        ('local/l_1 name="\\q"', "means nothing"),
        ('local/l_1 name="\\ud800"', "means nothing"),
        ("local/l_1 password=kept", "not set"),
        ("local/l_1 file=f_404", "no file of local"),
        ("local/l_1 now limit=3", "ended by this line"),
        ("local/l_1 action=frobnicate", "“frobnicate”"),
        (f"local/l_1 tag.{'k' * 41}=1", "1 to 40 characters"),
        ("local/l_99 7d", "“l_99” is the id of no link"),
        ("nowhere/l_1 7d", "“nowhere” is not configured"),
        ("new/nowhere 7d", "“nowhere” is not configured"),
        ("l_1 7d", "ACCOUNT/ID"),
        ("new/local file=f_404", "no file of local"),
        ("new/local 7d", "at least one file"),
        ("new/local now kind=upload", "“now”"),
        ("new/local password=kept kind=upload", "not known"),
    ],
)
async def test_what_is_not_understood_is_a_fault_of_its_line(
    house: House, seed: Seed, written: str, said: str
) -> None:
    await seed()
    [(line, sentence)] = faults(house, f"\n{written}\n")
    assert line == 2
    assert said in sentence


async def test_every_fault_is_told_at_once_and_noted_above_its_line(house: House, seed: Seed) -> None:
    links = [await seed() for _ in range(3)]
    text = (await export(house, links)).replace("2026-11-24T12:00:00+00:00", "soon", 2)
    found = faults(house, text)
    assert [line for line, _ in found] == [line_of(text, "l_1"), line_of(text, "l_2")]
    with pytest.raises(SheetFaults) as caught:
        house.services.sheets.read(text)
    noted = house.services.sheets.annotated(text, caught.value.faults)
    rows = noted.split("\n")
    assert [row for row in rows if not row.startswith("#!")] == text.split("\n")
    assert [rows[at + 1][:9] for at, row in enumerate(rows) if row.startswith("#!")] == [
        "local/l_1",
        "local/l_2",
    ]
    again = noted.replace("soon", "7d")
    assert len(house.services.sheets.read(again)) == 2


async def test_two_lines_of_one_link_are_a_fault_that_names_both(house: House, seed: Seed) -> None:
    text = await export(house, [await seed()])
    [(line, sentence)] = faults(house, text + lines(text)[0])
    assert (line, f"line {line_of(text, 'l_1')}" in sentence) == (13, True)


async def test_a_field_changed_here_and_elsewhere_is_a_fault(house: House, seed: Seed) -> None:
    link = await seed(download_limit=3)
    text = await export(house, [link])
    await Links(house.database).save([(replace(link, download_limit=5), "")], seen=NOON)
    [(line, sentence)] = faults(house, text.replace("limit=3 ", "limit=4 "))
    assert (line, "meanwhile to 5" in sentence) == (line_of(text, "l_1"), True)


async def test_a_field_changed_only_elsewhere_is_left_alone(house: House, seed: Seed) -> None:
    link = await seed(download_limit=3, name="old")
    text = await export(house, [link])
    now = replace(link, download_limit=5, metadata={"new": "1"})
    await Links(house.database).save([(now, "")], seen=NOON)
    [found] = house.services.sheets.read(text.replace("name=old", "name=new"))
    assert found.edit == LinkEdit(name="new")
    assert found.link == now
    assert house.services.sheets.read(text.replace("limit=3", "limit=5")) == []


async def test_a_link_that_is_gone_meanwhile_is_a_fault_only_where_it_is_changed(
    house: House, seed: Seed
) -> None:
    text = await export(house, [await seed(), await seed()])
    await Links(house.database).part("local", ["l_1", "l_2"], at=NOON)
    assert house.services.sheets.read(text.replace(lines(text)[0], "")) == []
    [(line, sentence)] = faults(house, text.replace("l_2  2026-11-24T12:00:00+00:00", "l_2  never"))
    assert (line, "not there any more" in sentence) == (line_of(text, "l_2"), True)


async def test_addresses_can_be_swapped_but_not_shared(
    house: House, seed: Seed, provider: FakeProvider, apply: Apply
) -> None:
    text = await export(house, [await seed(slug="left"), await seed(slug="right"), await seed(slug="third")])
    swapped = text.replace("slug=left", "slug=TMP").replace("slug=right", "slug=left").replace("TMP", "right")
    await apply(house.services.sheets.read(swapped))
    assert [provider.links[link].slug for link in ("l_1", "l_2")] == ["right", "left"]


@pytest.mark.parametrize("other", ["slug=third", "slug=first"])
async def test_an_address_that_stays_another_links_is_a_fault(house: House, seed: Seed, other: str) -> None:
    text = await export(
        house, [await seed(slug="first"), await seed(slug="second"), await seed(slug="third")]
    )
    [(line, sentence)] = faults(house, text.replace("slug=second", other))
    assert (line, "Slug is the address of" in sentence) == (line_of(text, "l_2"), True)


async def test_an_export_that_is_not_known_is_a_fault(house: House, seed: Seed) -> None:
    text = await export(house, [await seed()])
    bad = text.replace("# export x", "# export y")
    [(line, sentence)] = faults(house, bad)
    assert (line, "not known here" in sentence) == (10, True)


async def test_line_ends_and_marks_of_other_systems_are_understood(house: House, seed: Seed) -> None:
    text = await export(house, [await seed(), await seed(has_password=True)])
    foreign = "\N{BYTE ORDER MARK}" + text.replace("\n", "\r\n")
    assert house.services.sheets.read(foreign) == []
    assert len(house.services.sheets.read(foreign.replace("2026-11-24T12:00:00+00:00", "+1d"))) == 2


async def test_no_password_and_no_url_is_written_or_kept(house: House, seed: Seed) -> None:
    link = await seed(url="https://x.example/secret-url", has_password=True)
    text = await export(house, [link])
    kept = house.database.read.execute("SELECT group_concat(cells || files) FROM exported").get
    assert "secret-url" not in text + str(kept)
    with pytest.raises(SheetFaults) as caught:
        house.services.sheets.read("local/l_1 passwort=hunter22")
    assert "hunter22" not in str(caught.value)


async def test_a_revoked_or_deleted_row_can_be_said_in_words(house: House, seed: Seed) -> None:
    links = [await seed() for _ in range(4)]
    text = await export(house, links)
    for number, action in enumerate(("expire", "revoke", "delete", "leave"), 1):
        text = text.replace(f"local/l_{number}", f"local/l_{number} action={action} ")
    text = text.replace("2026-11-24T12:00:00+00:00", "")
    assert [one.verb for one in house.services.sheets.read(text)] == [Verb.EXPIRE, Verb.REVOKE, Verb.DELETE]


async def test_what_is_over_already_is_not_ended_again(house: House, seed: Seed) -> None:
    revoked = await seed(revoked_at=NOON)
    over = await seed(expires_at=NOON - DAY)
    text = await export(house, [revoked, over])
    assert house.services.sheets.read(text) == []
    found = house.services.sheets.read(text[: text.index("\n\n")])
    assert [(one.verb, one.link) for one in found] == [(Verb.REVOKE, over)]
    assert house.services.sheets.read(text.replace("2026-11-20T12:00:00+00:00", "now")) == []


async def test_what_no_link_keeps_as_it_is_written_is_a_fault(house: House, seed: Seed) -> None:
    text = await export(house, [await seed(name="x", metadata={"k": "v"}, download_limit=5)])
    for old, new, said in (
        ("name=x", r'name="a\nb"', "U+000A"),
        ("name=x", 'name=" "', "is empty"),
        ("tag.k=v", r'tag.k="a\u202eb"', "U+202E"),
        ("kind=download", "kind=upload", "stays download"),
        ("limit=5", "limit=1000001", "1,000,000 downloads at most"),
    ):
        with pytest.raises(SheetFaults) as caught:
            house.services.sheets.read(text.replace(old, new))
        [fault] = caught.value.faults
        assert said in fault.sentence
        assert text.split("\n")[fault.line - 1].startswith("local/l_1")


async def test_an_account_that_is_gone_by_now_is_in_the_way_of_nothing_else(house: House, seed: Seed) -> None:
    accounts = house.services.accounts
    local = accounts.get("local")
    await accounts.replace({"local": local, "old": replace(local, name="old")}, default="local")
    links = [await seed(account="old", name="a"), await seed(name="b")]
    text = await export(house, links)
    await accounts.replace({"local": local}, default="local")
    read = house.services.sheets.read
    [intent] = read(text.replace("name=b", "name=c"))
    assert intent.link == links[1]
    [ended] = read("\n".join(line for line in text.split("\n") if not line.startswith("old/")))
    assert (ended.link, "not configured" in ended.reason) == (links[0], True)
    with pytest.raises(SheetFaults, match="not configured"):
        read(text.replace("name=a", "name=c"))

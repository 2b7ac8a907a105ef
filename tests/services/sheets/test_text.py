"""The text form: exported, edited by a person, read back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from linktui.model.change import Intent, Verb
from linktui.model.link import KEEP, LinkedFile, LinkEdit, LinkKind
from linktui.services.house import House
from linktui.services.sheets import SheetFaults, SheetForm, Sheets
from linktui.storage.links import Links
from tests.fakes import NOON, FakeProvider
from tests.services.sheets.conftest import Seed

TEXT = SheetForm.TEXT
DAY = timedelta(days=1)


def edited(text: str, link_id: str, old: str, new: str) -> str:
    """Return a text in which the line of one link says something else."""
    lines = text.split("\n")
    [at] = [at for at, line in enumerate(lines) if line.startswith(f"local/{link_id} ")]
    assert old in lines[at], lines[at]
    lines[at] = lines[at].replace(old, new)
    return "\n".join(lines)


def without(text: str, link_id: str) -> str:
    return "\n".join(line for line in text.split("\n") if not line.startswith(f"local/{link_id} "))


def line_of(text: str, link_id: str) -> int:
    return next(at for at, line in enumerate(text.split("\n"), 1) if line.startswith(f"local/{link_id} "))


def only(intents: list[Intent]) -> LinkEdit:
    [intent] = intents
    assert intent.edit is not None
    assert not intent.reason
    return intent.edit


def faults(sheets: Sheets, text: str) -> list[tuple[int, str]]:
    with pytest.raises(SheetFaults) as caught:
        sheets.read(text, TEXT)
    return [(fault.line, fault.sentence) for fault in caught.value.faults]


async def test_a_line_says_what_can_be_changed_and_what_the_link_holds(sheets: Sheets, seed: Seed) -> None:
    link = await seed(
        name="Q3 report",
        slug="q3",
        download_limit=5,
        has_password=True,
        metadata={"order": "42", "a b": "#1"},
        expires_at=None,
        files=(LinkedFile("f", "a.pdf", 1200), LinkedFile("g", "b.pdf", 1)),
    )
    text = await sheets.export([link], TEXT)
    *header, line, end = text.split("\n")
    assert end == ""
    assert all(one.startswith("# ") for one in header)
    assert len(header) == 10
    assert line == (
        'local/l_1  never  kind=download  limit=5 name="Q3 report" slug=q3 password=kept'
        '  tag.order=42 tag."a b"="#1"  # a.pdf +1, 1.2 kB'
    )


async def test_lines_are_aligned_by_what_a_terminal_shows(sheets: Sheets, seed: Seed) -> None:
    links = [await seed(name="日本"), await seed(name="abc", metadata={"a": "1"})]
    lines = (await sheets.export(links, TEXT)).split("\n")[10:12]
    assert lines[0].index("#") == lines[1].index("#") - 2  # two characters of two cells each
    assert lines[0].index("kind=") == lines[1].index("kind=")


async def test_an_untouched_text_changes_nothing(sheets: Sheets, seed: Seed) -> None:
    links = [
        await seed(name="a\tb\n#\"'\\ \u202e=", metadata={'k"=': "", "": "x"}),
        await seed(has_password=True),
    ]
    text = await sheets.export(links, TEXT)
    assert text.count("\n") == 12
    assert sheets.read(text, TEXT) == []
    assert sheets.read(text.replace("\n", "\r\n"), TEXT) == []


async def test_each_field_can_be_changed(sheets: Sheets, seed: Seed) -> None:
    link = await seed(name="old", slug="old-slug", download_limit=5, metadata={"a": "1", "b": "2"})
    text = await sheets.export([link], TEXT)
    for old, new, edit in (
        ("2026-11-24T", "2026-12-24T", LinkEdit(expires_at=NOON + 33 * DAY)),
        ("name=old", 'name="brand new"', LinkEdit(name="brand new")),
        ("slug=old-slug", "slug=x", LinkEdit(slug="x")),
        ("kind=download", "kind=view", LinkEdit(kind=LinkKind.VIEW)),
        ("limit=5", "limit=6", LinkEdit(download_limit=6)),
        ("limit=5 ", "", LinkEdit(download_limit=None)),
        ("tag.a=1 ", "", LinkEdit(metadata={"a": None})),
        ("tag.a=1", "tag.a=2 tag.c=3", LinkEdit(metadata={"a": "2", "c": "3"})),
        ("kind=download", "kind=download password=s3cret", LinkEdit(password="s3cret")),
        (
            "kind=download",
            "kind=download file=g,f_1",
            LinkEdit(files=(LinkedFile("g", ""), link.files[0])),
        ),
    ):
        assert only(sheets.read(edited(text, "l_1", old, new), TEXT)) == edit


@pytest.mark.parametrize(
    ("phrase", "ends"),
    [
        ("+2d", NOON + 5 * DAY),
        ("2d", NOON + 2 * DAY),
        ("in 2 days", NOON + 2 * DAY),
        ("2026-12-01T12:00:00Z", NOON + 10 * DAY),
        ("never", None),
    ],
)
async def test_an_expiry_takes_every_phrase(sheets: Sheets, seed: Seed, phrase: str, ends: object) -> None:
    link = await seed()
    text = await sheets.export([link], TEXT)
    old = text.split("\n")[10].split()[1]
    assert only(sheets.read(edited(text, "l_1", old, phrase), TEXT)) == LinkEdit(expires_at=ends)  # type: ignore[arg-type]


async def test_now_ends_a_link_beside_other_changes(sheets: Sheets, seed: Seed) -> None:
    link = await seed(name="x", expires_at=None)
    text = await sheets.export([link], TEXT)
    [intent] = sheets.read(edited(edited(text, "l_1", "never", "now"), "l_1", "name=x", "name=y"), TEXT)
    assert (intent.verb, intent.edit) == (Verb.EXPIRE, LinkEdit(expire_now=True, name="y"))


async def test_a_field_left_out_stays_as_it_is(sheets: Sheets, seed: Seed) -> None:
    link = await seed(name="x", slug="s")
    text = await sheets.export([link], TEXT)
    header = text.split("local/")[0]
    assert sheets.read(f"{header}local/l_1\n", TEXT) == []


async def test_a_password_is_removed_with_its_word_and_never_shown(sheets: Sheets, seed: Seed) -> None:
    link = await seed(has_password=True)
    text = await sheets.export([link], TEXT)
    for new in ("", "password=none"):
        assert only(sheets.read(edited(text, "l_1", "password=kept", new), TEXT)) == LinkEdit(password=None)


async def test_a_deleted_line_revokes_and_a_commented_one_leaves_alone(sheets: Sheets, seed: Seed) -> None:
    links = [await seed() for _ in range(3)]
    text = await sheets.export(links, TEXT)
    text = without(text, "l_2").replace("local/l_3", "#   local/l_3")
    [intent] = sheets.read(text, TEXT)
    assert (intent.verb, intent.link, intent.final) == (Verb.REVOKE, links[1], True)


async def test_what_is_over_already_is_not_ended_again(sheets: Sheets, seed: Seed) -> None:
    links = [await seed(revoked_at=NOON), await seed(expires_at=NOON - DAY)]
    text = await sheets.export(links, TEXT)
    assert sheets.read(text.split("local/")[0], TEXT) == []


async def test_a_text_without_its_export_revokes_nothing_by_absence(sheets: Sheets, seed: Seed) -> None:
    await seed(name="x", metadata={"a": "1"}, download_limit=5)
    await seed()
    assert only(sheets.read("local/l_1 name=y\n", TEXT)) == LinkEdit(name="y")


async def test_a_line_can_be_added(sheets: Sheets, seed: Seed) -> None:
    text = await sheets.export([await seed()], TEXT)
    [intent] = sheets.read(f"{text}new/local  2d  file=f_1 kind=view tag.order=42 limit=3\n", TEXT)
    assert (intent.verb, intent.account, intent.file_ids, intent.reason) == (
        Verb.CREATE,
        "local",
        ("f_1",),
        "",
    )
    assert intent.spec is not None
    assert (intent.spec.expires_at, intent.spec.kind) == (NOON + 2 * DAY, LinkKind.VIEW)
    assert (dict(intent.spec.metadata), intent.spec.download_limit) == ({"order": "42"}, 3)
    [upload] = sheets.read("new/local kind=upload\n", TEXT)
    assert upload.spec is not None
    assert upload.spec.expires_at == NOON + 7 * DAY


async def test_ids_that_are_swapped_swap_everything_with_addresses(sheets: Sheets, seed: Seed) -> None:
    links = [await seed(name="one", slug="left"), await seed(name="two", slug="right")]
    text = await sheets.export(links, TEXT)
    text = text.replace("l_1 ", "l_X ").replace("l_2 ", "l_1 ").replace("l_X ", "l_2 ")
    edits = {intent.link.id: intent.edit for intent in sheets.read(text, TEXT) if intent.link}
    assert edits == {"l_1": LinkEdit(name="two", slug="right"), "l_2": LinkEdit(name="one", slug="left")}


async def test_every_fault_names_its_line(sheets: Sheets, seed: Seed) -> None:
    await seed()
    good = "local/l_1  7d  limit=3"
    for bad, said in (
        ("local/l_1  7d", "stands in line 1 already"),
        ("local/nope  7d", "is no link that is known"),
        ("acme/x  7d", "“acme” is not configured"),
        ("new/acme  7d", "“acme” is not configured"),
        ("hello", "ACCOUNT/ID"),
        ('local/l_2 name="open', "is not closed"),
        (r'local/l_2 name="\q"', r"“\q” is not known"),
        ("local/l_2 limt=3", "“limt” is not known"),
        ("local/l_2 limit=3 limit=4", "“limit” stands twice"),
        ("local/l_2 limit=0", "from 1 to"),
        ("local/l_2 kind=zip", "“zip” is none"),
        ("local/l_2 kind=upload", "stays download"),
        ("local/l_2 name=", "cannot be empty"),
        (r'local/l_2 name="a\nb"', "U+000A"),
        ("local/l_2 2020-01-01", "in the past"),
        ("local/l_2 soonish", "is not understood"),
        ("local/l_2 password=kept", "has none"),
        ("local/l_2 limit=3 word", "no key=value"),
        ("new/local 7d", "at least one file"),
        ("new/local now kind=upload", "cannot be now"),
    ):
        if "l_2" in bad:
            await seed(id="l_2")
        [(line, sentence)] = faults(sheets, f"{good}\n\n{bad}\n")
        assert (line, said in sentence) == (3, True), (bad, sentence)
        assert sentence.endswith("."), sentence


async def test_all_faults_come_at_once_and_are_noted_above_their_lines(sheets: Sheets, seed: Seed) -> None:
    links = [await seed(), await seed(name="two")]
    text = await sheets.export(links, TEXT)
    text = edited(text, "l_1", "kind=download", "kind=zip limit=0").replace("name=two", "nme=two")
    with pytest.raises(SheetFaults) as caught:
        sheets.read(text, TEXT)
    assert len(caught.value.faults) == 3
    noted = sheets.annotated(text, caught.value.faults)
    assert noted.split("\n")[10].startswith("#! Kind “zip” is none")
    assert "\n".join(line for line in noted.split("\n") if not line.startswith("#!")) == text
    with pytest.raises(SheetFaults) as again:
        sheets.read(noted, TEXT)
    assert [fault.line for fault in again.value.faults] == [13, 13, 15]
    assert sheets.annotated(noted, again.value.faults) == noted


async def test_what_changed_elsewhere_is_kept_or_told_but_never_overwritten(
    house: House, sheets: Sheets, seed: Seed
) -> None:
    link = await seed(name="old", download_limit=5)
    text = await sheets.export([link], TEXT)
    now = replace(link, name="theirs")
    await Links(house.database).save([(now, "{}")], seen=NOON)
    [intent] = sheets.read(edited(text, "l_1", "limit=5", "limit=6"), TEXT)
    assert (intent.link, intent.edit) == (now, LinkEdit(download_limit=6))
    [(line, sentence)] = faults(sheets, edited(text, "l_1", "name=old", "name=mine"))
    assert line == 11
    assert "name was changed meanwhile to “theirs”" in sentence.lower()
    assert sheets.read(edited(text, "l_1", "name=old", "name=theirs"), TEXT) == []


async def test_a_link_that_is_gone_meanwhile_is_a_fault_only_where_its_line_was_changed(
    house: House, sheets: Sheets, seed: Seed
) -> None:
    link = await seed(name="old")
    text = await sheets.export([link], TEXT)
    await Links(house.database).remove("local", ["l_1"])
    assert sheets.read(text, TEXT) == []
    assert sheets.read(without(text, "l_1"), TEXT) == []
    [(_, sentence)] = faults(sheets, edited(text, "l_1", "name=old", "name=new"))
    assert "not there any more" in sentence


async def test_an_address_is_not_given_to_two_links(sheets: Sheets, seed: Seed) -> None:
    links = [await seed(slug="a"), await seed(slug="b"), await seed(slug="c")]
    text = await sheets.export(links, TEXT)
    [(line, sentence)] = faults(sheets, edited(text, "l_3", "slug=c", "slug=a"))
    assert line == line_of(text, "l_3")
    assert "line 11" in sentence


async def test_an_export_that_is_not_known_is_a_fault(sheets: Sheets, seed: Seed) -> None:
    [(line, sentence)] = faults(sheets, "# export 0123456789abcdef\nlocal/l_1 7d\n")
    assert line == 1
    assert "Export again" in sentence


async def test_only_the_latest_exports_are_remembered(
    sheets: Sheets, seed: Seed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("linktui.storage.exports.KEPT", 2)
    link = await seed()
    first, *later = [await sheets.export([link], TEXT) for _ in range(3)]
    assert "not known" in faults(sheets, first)[0][1]
    assert [sheets.read(text, TEXT) for text in later] == [[], []]


async def test_what_the_service_cannot_change_is_in_the_plan_with_its_reason(
    house: House, sheets: Sheets, seed: Seed, provider: FakeProvider
) -> None:
    link = await seed(revoked_at=NOON, name="x")
    text = await sheets.export([link], TEXT)
    [intent] = sheets.read(edited(text, "l_1", "name=x", "name=y"), TEXT)
    assert "revoked" in intent.reason
    assert intent.edit is not None
    assert intent.edit.expires_at is KEEP

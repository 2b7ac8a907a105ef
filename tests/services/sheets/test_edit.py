"""Links in a person's editor, until what they wrote can be read."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from linktui.model.change import Verb
from linktui.model.errors import InvalidInput
from linktui.services.house import House
from tests.services.sheets.conftest import Seed

Change = Callable[[str], str]


class Editor:
    """A person who makes one change after another."""

    def __init__(self, *changes: Change) -> None:
        self.changes = list(changes)
        self.seen: list[str] = []
        self.paths: list[Path] = []

    async def __call__(self, path: Path) -> None:
        self.paths.append(path)
        text = path.read_text(encoding="utf-8")
        self.seen.append(text)
        path.write_text(self.changes.pop(0)(text), encoding="utf-8")

    @property
    def is_tidy(self) -> bool:
        return not any(path.parent.exists() for path in self.paths)


def saying(old: str, new: str) -> Change:
    return lambda text: text.replace(old, new)


END = "2026-11-24T12:00:00+00:00"


async def test_what_was_changed_comes_back_as_changes(house: House, seed: Seed) -> None:
    editor = Editor(saying(END, "+2d"))
    found = await house.services.sheets.edit([await seed()], editor)
    assert found is not None
    assert [one.verb for one in found] == [Verb.UPDATE]
    assert editor.is_tidy
    assert house.database.read.execute("SELECT count(*) FROM exported").get == 0


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text,
        lambda text: "",
        lambda text: " \n\n",
        lambda text: "# nothing\n",
        lambda text: text + "# a thought\n\n",
    ],
)
async def test_no_change_and_an_emptied_file_are_no_plan(house: House, seed: Seed, change: Change) -> None:
    editor = Editor(change)
    assert await house.services.sheets.edit([await seed()], editor) is None
    assert editor.is_tidy


async def test_a_deleted_file_is_no_plan(house: House, seed: Seed) -> None:
    async def delete(path: Path) -> None:
        path.unlink()

    assert await house.services.sheets.edit([await seed()], delete) is None


async def test_the_header_alone_is_a_plan_to_revoke(house: House, seed: Seed) -> None:
    found = await house.services.sheets.edit(
        [await seed(), await seed()], Editor(lambda text: text[: text.index("\n\n")])
    )
    assert found is not None
    assert [one.verb for one in found] == [Verb.REVOKE] * 2


async def test_faults_open_the_editor_again_on_what_was_written(house: House, seed: Seed) -> None:
    editor = Editor(
        lambda text: text.replace(END, "soon", 1) + "local/l_9 never\n# my thought",
        saying("soon", "later"),
        lambda text: text.replace("later", "7d").replace("local/l_9 never\n", ""),
    )
    found = await house.services.sheets.edit([await seed(), await seed()], editor)
    assert found is not None
    assert [one.link.id for one in found if one.link] == ["l_1"]
    _first, second, third = editor.seen
    assert second.count("\n#! ") == 2
    assert second.index("#! Expiry “soon”") < second.index("local/l_1")
    assert second.index("#! “l_9”") < second.index("local/l_9") < second.index("# my thought")
    assert "“soon”" not in third
    assert third.count("\n#! ") == 2
    assert editor.is_tidy


async def test_faults_that_are_left_end_it_and_keep_the_file(house: House, seed: Seed) -> None:
    editor = Editor(saying(END, "soon"), lambda text: text)
    with pytest.raises(InvalidInput) as caught:
        await house.services.sheets.edit([await seed()], editor)
    assert str(editor.paths[0]) in str(caught.value)
    assert "soon" in editor.paths[0].read_text(encoding="utf-8")


async def test_an_editor_that_breaks_keeps_what_was_written(house: House, seed: Seed) -> None:
    async def breaking(path: Path) -> None:
        path.write_text("local/l_1 never\n", encoding="utf-8")
        raise InvalidInput("editor", "ended with an error")

    with pytest.raises(InvalidInput, match="ended with an error") as caught:
        await house.services.sheets.edit([await seed()], breaking)
    [kept] = house.locations.sheets.rglob("*.links")
    assert str(kept) in str(caught.value)
    assert kept.read_text(encoding="utf-8") == "local/l_1 never\n"


async def test_an_editor_that_does_not_start_leaves_nothing_behind(house: House, seed: Seed) -> None:
    async def failing(path: Path) -> None:
        raise InvalidInput("editor", "is not set")

    with pytest.raises(InvalidInput, match="is not set") as caught:
        await house.services.sheets.edit([await seed()], failing)
    assert "kept" not in str(caught.value)
    assert not list(house.locations.sheets.rglob("*.links"))


async def test_what_is_no_text_is_kept_and_said(house: House, seed: Seed) -> None:
    async def garble(path: Path) -> None:
        path.write_bytes(b"\xff\xfe\x00")

    with pytest.raises(InvalidInput, match="UTF-8"):
        await house.services.sheets.edit([await seed()], garble)
    assert list(house.locations.sheets.rglob("*.links"))


async def test_only_the_owner_reads_the_file_and_what_the_editor_leaves_beside_it_goes_too(
    house: House, seed: Seed
) -> None:
    modes: list[int] = []

    async def look(path: Path) -> None:
        modes.extend(stat.S_IMODE(one.stat().st_mode) for one in (path, path.parent, path.parent.parent))
        path.with_suffix(".links~").write_text("backup", encoding="utf-8")
        new = path.with_suffix(".new")
        new.write_text(path.read_text(encoding="utf-8").replace(END, "never"), encoding="utf-8")
        new.rename(path)  # as many editors save

    assert await house.services.sheets.edit([await seed()], look)
    assert modes == [0o600, 0o700, 0o700]
    assert not list(house.locations.sheets.iterdir())


async def test_a_terminal_that_cannot_be_left_leaves_no_file(house: House, seed: Seed) -> None:
    paths: list[Path] = []

    async def refuse(path: Path) -> None:
        paths.append(path)
        raise RuntimeError("no terminal")

    with pytest.raises(RuntimeError):
        await house.services.sheets.edit([await seed()], refuse)
    assert not paths[0].parent.exists()

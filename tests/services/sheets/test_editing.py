"""The loop with an editor."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from linktui.model.errors import InvalidInput
from linktui.model.link import Link, LinkEdit
from linktui.services.sheets import Sheets
from tests.services.sheets.conftest import Seed

Rewrite = Callable[[str], str]


class Editor:
    """Does to the file what a person would, once for each time it is opened."""

    def __init__(self, *rewrites: Rewrite) -> None:
        self._rewrites = list(rewrites)
        self.seen: list[str] = []
        self.path = Path()

    async def __call__(self, path: Path) -> None:
        self.path = path
        assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
        assert path.suffix == ".links"
        self.seen.append(path.read_text())
        path.write_text(self._rewrites.pop(0)(self.seen[-1]))


@pytest.fixture
async def link(seed: Seed) -> Link:
    return await seed(name="old")


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    directory = tmp_path / "temporary"
    directory.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(directory))
    return directory


def renamed(text: str) -> str:
    return text.replace("name=old", "name=new")


async def test_what_was_written_becomes_changes_and_the_file_is_removed(
    sheets: Sheets, link: Link, temporary: Path
) -> None:
    [intent] = await sheets.edit([link], Editor(renamed)) or []
    assert intent.edit == LinkEdit(name="new")
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("rewrite", [str, lambda text: "", lambda text: " \n", lambda text: f"{text}\n"])
async def test_nothing_changed_and_an_empty_file_are_no_changes(
    sheets: Sheets, link: Link, temporary: Path, rewrite: Rewrite
) -> None:
    assert await sheets.edit([link], Editor(rewrite)) is None
    assert list(temporary.iterdir()) == []


async def test_all_lines_deleted_below_the_header_revoke_all(sheets: Sheets, link: Link) -> None:
    [intent] = await sheets.edit([link], Editor(lambda text: text.split("local/")[0])) or []
    assert intent.verb == "revoke"


async def test_faults_open_the_editor_again_on_the_text_as_it_was_left(sheets: Sheets, link: Link) -> None:
    editor = Editor(
        lambda text: renamed(text) + "nonsense\n", lambda text: text.replace("nonsense\n", "# mine\n")
    )
    [intent] = await sheets.edit([link], editor) or []
    assert intent.edit == LinkEdit(name="new")
    first, second = editor.seen
    assert [line for line in second.split("\n") if not line.startswith("#!")] == [
        *renamed(first).split("\n")[:-1],
        "nonsense",
        "",
    ]


async def test_an_editor_that_leaves_the_faults_ends_the_loop_and_the_file_is_kept(
    sheets: Sheets, link: Link
) -> None:
    editor = Editor(lambda text: renamed(text) + "nonsense\n", str)
    with pytest.raises(InvalidInput, match="same faults") as caught:
        await sheets.edit([link], editor)
    assert str(editor.path) in caught.value.reason
    assert "name=new" in editor.path.read_text()


async def test_an_editor_that_fails_before_anything_was_written_leaves_nothing(
    sheets: Sheets, link: Link, temporary: Path
) -> None:
    async def fail(path: Path) -> None:
        raise InvalidInput("editor", "ended with code 1")

    with pytest.raises(InvalidInput, match="code 1"):
        await sheets.edit([link], fail)
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("trouble", [InvalidInput("editor", "ended with code 1"), RuntimeError("crash")])
async def test_edits_are_kept_whatever_happens(sheets: Sheets, link: Link, trouble: Exception) -> None:
    paths: list[Path] = []

    async def fail(path: Path) -> None:
        paths.append(path)
        path.write_text(renamed(path.read_text()))
        raise trouble

    with pytest.raises(type(trouble)) as caught:
        await sheets.edit([link], fail)
    assert "name=new" in paths[0].read_text()
    if isinstance(caught.value, InvalidInput):
        assert str(paths[0]) in caught.value.reason


async def test_a_text_that_is_not_utf8_is_kept(sheets: Sheets, link: Link) -> None:
    async def latin(path: Path) -> None:
        path.write_bytes(renamed(path.read_text()).encode() + b"\xff")

    with pytest.raises(InvalidInput, match="UTF-8"):
        await sheets.edit([link], latin)

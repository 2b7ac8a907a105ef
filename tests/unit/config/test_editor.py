"""Which editor a person writes with."""

from __future__ import annotations

from pathlib import Path

import pytest

from linktui.config.editor import editor_command
from linktui.model.errors import InvalidInput


def program(directory: Path, name: str) -> str:
    path = directory / name
    path.parent.mkdir(exist_ok=True)
    path.touch(mode=0o755)
    path.chmod(0o755)
    return str(path)


def test_visual_comes_before_editor_and_both_may_have_arguments(tmp_path: Path) -> None:
    program(tmp_path, "code")
    program(tmp_path, "ed")
    environment = {"PATH": str(tmp_path), "VISUAL": "code --wait '--name=a b'", "EDITOR": "ed"}
    assert editor_command(environment) == ["code", "--wait", "--name=a b"]
    assert editor_command(environment | {"VISUAL": " "}) == ["ed"]


def test_without_either_the_usual_ones_are_looked_for(tmp_path: Path) -> None:
    program(tmp_path, "vi")
    assert editor_command({"PATH": str(tmp_path)}) == ["vi"]
    program(tmp_path, "nano")
    assert editor_command({"PATH": str(tmp_path)}) == ["nano"]


def test_a_path_with_blanks_is_quoted_by_the_person(tmp_path: Path) -> None:
    path = program(tmp_path / "my editor", "ed")
    assert editor_command({"PATH": "", "EDITOR": f"'{path}' -n"}) == [path, "-n"]


@pytest.mark.parametrize(
    ("environment", "said"),
    [({}, "none is installed"), ({"EDITOR": "nope"}, "no program here"), ({"VISUAL": "a 'b"}, "quote")],
)
def test_none_at_all_and_one_that_is_not_there_are_said(
    tmp_path: Path, environment: dict[str, str], said: str
) -> None:
    with pytest.raises(InvalidInput, match=said):
        editor_command({"PATH": str(tmp_path), **environment})

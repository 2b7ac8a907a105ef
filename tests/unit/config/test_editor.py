"""Which editor is opened."""

from __future__ import annotations

import pytest

from linktui.config.editor import editor_command
from linktui.model.errors import InvalidInput


def test_visual_comes_before_editor_and_both_may_have_arguments() -> None:
    named = {"VISUAL": "code --wait 'a b'", "EDITOR": "nano"}
    assert editor_command(named) == ["code", "--wait", "a b"]
    assert editor_command({"VISUAL": " ", "EDITOR": "vim -n"}) == ["vim", "-n"]


def test_without_either_the_first_usual_one_that_is_there_is_taken() -> None:
    assert editor_command({}, which=lambda name: name if name in {"vi", "vim"} else None) == ["vim"]


def test_no_editor_and_one_that_cannot_be_read_are_said() -> None:
    with pytest.raises(InvalidInput, match="set EDITOR"):
        editor_command({}, which=lambda name: None)
    with pytest.raises(InvalidInput, match="VISUAL"):
        editor_command({"VISUAL": "vim 'open"})

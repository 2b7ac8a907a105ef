"""Commands and their keys, without a screen: what each says of itself, and what a key map makes of them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual.binding import Binding

from linktui.config.loading import load_settings
from linktui.model.errors import InvalidInput
from linktui.services.own_keys import OwnKeys
from linktui.ui.app import LinktuiApp
from linktui.ui.commands import Command, declared
from linktui.ui.key_check import troubles
from linktui.ui.key_giving import give, written
from linktui.ui.key_names import is_key, key_text, keys_text, read_keys
from linktui.ui.key_scopes import _nodes, entries, scopes
from linktui.ui.keymap import with_keys
from linktui.ui.screens.jump import LETTERS, labels
from linktui.ui.screens.links import LinksScreen

NO_COMMAND = {"ctrl+z"}
"""What every program does with a key."""


def test_every_key_of_every_screen_and_dialog_is_a_command_that_says_what_it_is() -> None:
    assert {"links", "detail", "files", "uploads", "everywhere", "list", "form", "confirm"} <= scopes().keys()
    for node in _nodes():
        for binding in node.__dict__["BINDINGS"]:
            if isinstance(binding, Binding) and binding.key in NO_COMMAND:
                continue
            assert isinstance(binding, Command), (node, binding)
            assert re.fullmatch(r"[a-z][a-z0-9-]*", binding.id or ""), (node, binding.id)
            assert binding.description, binding.id
            assert binding.tooltip.endswith((".", ")")), binding.id


def test_an_id_is_one_commands_alone_on_a_screen_and_so_is_a_key() -> None:
    for node in _nodes():
        own = [one for one in node.__dict__["BINDINGS"] if isinstance(one, Command)]
        assert len({one.id for one in own}) == len(own), node
    for scope in scopes().values():
        keys = [key for one in scope.commands.values() for key in one.key.split(",") if is_key(key)]
        assert len(set(keys)) == len(keys), scope.name


def test_every_command_is_bound_and_its_action_is_there() -> None:
    for node in _nodes():
        assert set(declared(node)) <= {binding.id for _, binding in node._merge_bindings()}, node
        for one in declared(node).values():
            name = one.action.removeprefix("app.").partition("(")[0]
            owner = LinktuiApp if one.action.startswith("app.") else node
            assert hasattr(owner, f"action_{name}"), (node, one.id)
            if one.counted:
                assert re.search(r"\{count\}", one.counted)
                assert hasattr(node, f"action_{one.counted.partition('(')[0]}"), (node, one.id)


@pytest.mark.parametrize(
    ("written_so", "read", "shown"),
    [
        ("f", "f", "f"),
        ("?", "question_mark", "?"),
        ("^x", "ctrl+x", "^x"),
        ("Shift+Tab", "shift+tab", "Shift+Tab"),
        ("shift+g", "G", "G"),
        ("F5, R", "f5,R", "F5 R"),
        ("space", "space", "Space"),
        (",", "comma", ","),
        ("+", "plus", "+"),
        ("ctrl++", "ctrl+plus", "^+"),
        ("", "", ""),
    ],
)
def test_keys_are_read_as_people_write_them(written_so: str, read: str, shown: str) -> None:
    assert read_keys(written_so) == read
    assert keys_text(read) == shown
    assert read_keys(written(read)) == read


def test_every_key_of_ours_reads_back_as_it_is_shown() -> None:
    for entry in entries({}):
        for key in entry.keys.split(","):
            assert not key or read_keys(key_text(key)) == key, key


@pytest.mark.parametrize("text", ["F25", "ctrl+", "hello", "meta+x", "\x1b"])
def test_what_is_no_key_is_said(text: str) -> None:
    with pytest.raises(InvalidInput, match="is no key"):
        read_keys(text)


def keys_on_links(wanted: dict[str, str]) -> dict[str, str]:
    """Return which command each key is on the links screen."""
    bindings = with_keys(LinksScreen._merge_bindings(), "links", wanted)
    return {key: binding.id or "" for key, binding in bindings}


def test_a_key_of_ones_own_comes_in_place_of_all_that_the_command_had() -> None:
    keys = keys_on_links(
        {"refresh": "F8", "links.sort": "o,ctrl+s", "files.sort": "F7", "open-in-browser": ""}
    )
    assert (keys["f8"], keys["o"], keys["ctrl+s"]) == ("refresh", "sort", "sort")
    assert not {"R", "f5", "s", "f7"} & keys.keys()
    assert keys["x"] == "expire"  # the others are where they were


def test_a_key_given_away_is_taken_from_the_command_that_had_it() -> None:
    keys = keys_on_links({"links.sort": "x"})
    assert keys["x"] == "sort"
    assert "expire" not in {name for key, name in keys.items() if is_key(key)}


def test_what_cannot_be_read_leaves_the_command_its_own_keys() -> None:
    assert keys_on_links({"sort": "meta+x"})["s"] == "sort"


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"srot": "o"}, "[keys] the command “srot” is none; perhaps “sort” is meant."),
        ({"lnks.sort": "o"}, "[keys] the command “lnks.sort” is none; perhaps “links.sort” is meant."),
        ({"sort": "meta+x"}, "[keys] sort: “meta+x” is no key: write a character"),
        ({"sort": "n"}, "[keys] n is both “Sort” (links.sort) and “New link” (links.new-link): give one"),
        ({"links.sort": "j"}, "[keys] j is both “Sort” (links.sort) and “Down” (list.down): give one"),
        ({"history": "e"}, "[keys] e is both “History” (everywhere.history) and “Edit” ("),
        ({"sort": "^i"}, "[keys] sort: Most terminals send the same for ^i and Tab; choose another key."),
    ],
)
def test_what_is_wrong_with_a_key_map_is_a_sentence(wanted: dict[str, str], said: str) -> None:
    assert any(sentence.startswith(said) for sentence in troubles(wanted)), troubles(wanted)


@pytest.mark.parametrize("wanted", [{}, {"links.sort": "O"}, {"links.sort": "n", "links.new-link": "s"}])
def test_a_key_map_that_gives_each_key_once_is_fine(wanted: dict[str, str]) -> None:
    assert troubles(wanted) == []


def test_a_key_is_taken_over_only_when_that_is_said(tmp_path: Path) -> None:
    path = tmp_path / "linktui.toml"
    path.write_text("# mine\n[screen]\nmouse = false # no mouse\n", encoding="utf-8")
    own = OwnKeys(path, {})
    with pytest.raises(InvalidInput, match=r"“o” is “Open” \(links.open-in-browser\) already"):
        give(own, "links.sort", "o", take=False)
    assert give(own, "links.sort", "o", take=True)[0].endswith("(links.open-in-browser) has o no more.")
    assert dict(own.all()) == {"links.sort": "o", "links.open-in-browser": ""}
    assert troubles(own.all()) == []
    own.remove("links.open-in-browser")
    assert path.read_text(encoding="utf-8") == (
        '# mine\n[screen]\nmouse = false # no mouse\n\n[keys.links]\nsort = "o"\n'
    )
    own.save("refresh", "F8")
    assert load_settings(path).keys == {"links.sort": "o", "refresh": "F8"}
    own.remove("refresh")
    own.remove("links.sort")
    assert "keys" not in path.read_text(encoding="utf-8")


def test_labels_never_begin_with_one_another() -> None:
    for number in (1, len(LETTERS), len(LETTERS) + 1, 200):
        found = labels(number)
        assert len(set(found)) == number
        assert len({len(label) for label in found}) == 1

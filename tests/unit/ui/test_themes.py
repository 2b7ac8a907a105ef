"""Every theme is read with ease, and one that is none is told apart in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.color import Color

from linktui.model.errors import InvalidInput, StorageUnusable
from linktui.ui.contrast import HIGH, READABLE, contrast, faults
from linktui.ui.theme_template import template
from linktui.ui.themes import COLOURS, load_theme, theme_file, theme_files

THEMES = theme_files(None)
OF_THE_TERMINAL = ("terminal",)


def test_there_are_themes_for_all_kinds_of_eyes_and_terminals() -> None:
    assert len(THEMES) >= 8
    assert {"linktui", "linktui-light", "terminal", "contrast-dark", "contrast-light", "okabe"} <= set(THEMES)


@pytest.mark.parametrize("name", sorted(set(THEMES) - set(OF_THE_TERMINAL)))
def test_what_is_written_is_read_with_ease(name: str) -> None:
    least = HIGH if name.startswith("contrast") else READABLE
    assert list(faults(load_theme(THEMES[name]), least)) == []


@pytest.mark.parametrize("name", sorted(set(THEMES) - set(OF_THE_TERMINAL)))
def test_the_cursor_and_the_edge_with_the_focus_are_seen(name: str) -> None:
    theme = load_theme(THEMES[name])
    assert contrast(theme, "primary", "background") >= 3
    assert contrast(theme, "cursor-background", "background") >= 1.2
    assert theme.variables["border-blurred"] != theme.primary


def test_a_ratio_is_that_of_wcag() -> None:
    theme = load_theme(THEMES["contrast-dark"])
    assert round(contrast(theme, "foreground", "background"), 1) == 21.0
    assert contrast(theme, "primary", "background") == pytest.approx(19.56, abs=0.05)


@pytest.mark.parametrize("name", OF_THE_TERMINAL)
def test_a_theme_of_the_terminals_own_colours_has_no_other(name: str) -> None:
    theme = load_theme(THEMES[name])
    said = [getattr(theme, key) for key in COLOURS if getattr(theme, key) is not None]
    said += [value for key, value in theme.variables.items() if not key.endswith("style")]
    assert said
    assert all(Color.parse(value).ansi is not None for value in said)


@pytest.mark.parametrize("name", ["okabe", "okabe-light"])
def test_states_are_told_apart_without_red_and_green(name: str) -> None:
    """By how blue they are, which eyes without red or green see as others do."""
    theme = load_theme(THEMES[name])
    blue = {key: Color.parse(getattr(theme, key)) for key in ("success", "warning", "error")}
    assert blue["success"].b > blue["success"].r
    assert all(
        blue[key].r > 2 * blue[key].b or blue[key].r > blue[key].b + 90 for key in ("warning", "error")
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("primary = ", "is no theme: Invalid value"),
        ("dark = true", "primary, a colour, is missing"),
        ('primery = "#fff"', "primery has no place in it (did you mean primary?); allowed are dark, ansi"),
        ('primary = "bluish"', "primary = 'bluish' is no colour; write one such as"),
        ('primary = "#fff 40%"', "primary = '#fff 40%' is no colour"),
        ("primary = 3", "primary = 3 is no colour"),
        ('primary = "#fff"\ndark = "yes"', "dark has to be true or false"),
        ('primary = "#fff"\ntext_alpha = 2', "text_alpha has to be a number from 0 to 1"),
        ('primary = "#fff"\nname = "other"', "name has to be “mine”, as the file is called, or be left out"),
        ('primary = "#fff"\nvariables = 3', "variables is a table: write [variables]"),
        (
            'primary = "#fff"\n[variables]\nborder-blured = "#fff"',
            "variables.border-blured is no variable (did you mean border-blurred?)",
        ),
        (
            'primary = "#fff"\n[variables]\ncursor-background = "#fff 400%"',
            "variables.cursor-background = '#fff 400%' is no colour",
        ),
        (
            'primary = "#fff"\n[variables]\ncursor-style = "loud"',
            "cursor-style = 'loud' is no style; allowed",
        ),
    ],
)
def test_a_file_that_is_no_theme_is_told_with_key_and_what_is_allowed(
    tmp_path: Path, text: str, words: str
) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(InvalidInput) as caught:
        load_theme(path)
    assert caught.value.field == str(path)
    assert words in caught.value.reason


def test_a_theme_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(StorageUnusable):
        load_theme(tmp_path / "none.toml")


@pytest.mark.parametrize("name", sorted(THEMES))
def test_a_copy_of_a_theme_is_one_that_looks_the_same(tmp_path: Path, name: str) -> None:
    path = tmp_path / "mine.toml"
    theme = load_theme(THEMES[name])
    path.write_text(template("mine", theme, path))
    copy = load_theme(path)
    assert copy.to_color_system().generate() == theme.to_color_system().generate()
    assert {**theme.variables, **copy.variables} == copy.variables


def test_a_users_theme_stands_before_ours_and_no_path_is_a_name(tmp_path: Path) -> None:
    own = tmp_path / "linktui.toml"
    own.write_text('primary = "red"')
    assert theme_file("linktui", tmp_path) == own == theme_files(tmp_path)["linktui"]
    assert theme_file("linktui", None) == THEMES["linktui"]
    assert theme_file("../linktui", tmp_path) is None
    assert theme_file("", tmp_path) is None

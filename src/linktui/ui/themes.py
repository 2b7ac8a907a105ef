"""Themes as TOML files: the program's own, the checkout's, and those that a user made.

A theme is called what its file is called. The keys are those of Textual's Theme, and [variables] takes
those of its design system (https://textual.textualize.io/guide/design/) beside our own (`defaults_of`).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from textual.color import Color, ColorParseError
from textual.theme import Theme

from linktui.model.errors import InvalidInput, StorageUnusable
from linktui.model.text import clean

DARK, LIGHT, SIXTEEN = "linktui", "linktui-light", "terminal"
"""The program's own themes: on a dark terminal, on a light one, and where there are but sixteen colours."""
COLOURS = (
    "primary", "secondary", "accent", "warning", "error", "success", "foreground", "background", "surface",
    "panel", "boost",
)  # fmt: skip
WORDS = ("primary", "secondary", "accent", "warning", "error", "success")
FLAGS = ("dark", "ansi")
NUMBERS = ("luminosity_spread", "text_alpha")
_SHARED = ("cursor-background", "cursor-foreground", "cursor-blurred-background")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
_PACKAGE = Path(__file__).parent.parent / "themes"
_CHECKOUT = Path(__file__).parents[3] / "themes"
_A_COLOUR = 'write one such as "#6cb6ff" or "ansi_blue"'


def theme_files(user: Path | None) -> dict[str, Path]:
    """Return every theme's file by its name; one of the same name in a later place wins.

    The places are the package, the checkout and `user`.
    """
    places = [place for place in (_PACKAGE, _CHECKOUT, user) if place is not None and place.is_dir()]
    return {path.stem: path for place in places for path in sorted(place.glob("*.toml"))}


def theme_file(name: str, user: Path | None) -> Path | None:
    """Return the file of one theme, without a look at the others; None where there is none."""
    if not name or Path(name).name != name:
        return None
    places = [place for place in (user, _CHECKOUT, _PACKAGE) if place is not None]
    return next((path for place in places if (path := place / f"{name}.toml").is_file()), None)


def check_theme_name(name: str) -> None:
    """Raise InvalidInput for a name that no theme of a user's can have."""
    if not _NAME.fullmatch(name) or name == "auto":
        raise InvalidInput("name", f"“{clean(name, limit=40)}” cannot be one: use letters, digits, _ and -")


def defaults_of(theme: Theme) -> dict[str, str]:
    """Return the variables that a theme need not say: how a list's cursor looks, focused or not."""
    return {
        "cursor-background": f"{theme.primary} 35%",
        "cursor-foreground": theme.foreground or theme.to_color_system().generate()["foreground"],
        "cursor-style": "bold",
        "cursor-blurred-background": f"{theme.primary} 12%",
        "cursor-blurred-style": "none",
        "ansi-background": "ansi_default",  # these two Textual asks of a theme of sixteen colours
        "ansi-foreground": "ansi_default",
    }


def load_theme(path: Path) -> Theme:
    """Return the theme in one file.

    Raises InvalidInput that names file, key and what is allowed, and StorageUnusable for a file that
    cannot be read.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise StorageUnusable(path, error.strerror or str(error)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidInput(str(path), f"is no theme: {error}") from error
    try:
        return _theme(values, path.stem)
    except _Wrong as wrong:
        raise InvalidInput(str(path), f"is no theme: {wrong}") from wrong


class _Wrong(ValueError):
    """What a theme may not say: the key, and what is allowed."""


def _theme(values: dict[str, Any], name: str) -> Theme:
    known = ("name", *FLAGS, *COLOURS, *NUMBERS, "variables")
    for key, value in values.items():
        if key not in known:
            raise _Wrong(f"{key} has no place in it{_like(key, known)}; allowed are {', '.join(known[1:])}")
        _check(key, value, name)
    if "primary" not in values:
        raise _Wrong(f"primary, a colour, is missing; {_A_COLOUR}")
    variables = values.get("variables", {})
    # Words have the very colours that the file says; Textual would mix them with black or white.
    words = {f"text-{key}": values[key] for key in WORDS if key in values}
    theme = Theme(**(values | {"name": name, "variables": words | _faint(values) | variables}))
    if variables:
        _check_variables(variables, theme)
    # The cursor of menus is that of lists: keys and details in their own colours stand on it, too.
    cursor = {
        f"block-{key}": value for key, value in (defaults_of(theme) | variables).items() if key in _SHARED
    }
    return theme if theme.ansi else replace(theme, variables=cursor | theme.variables)


def _faint(values: Mapping[str, Any]) -> dict[str, str]:
    """Return the texts that step back: Textual's own are a share of black or white, lost within a line."""
    if not {"foreground", "background"} <= values.keys():
        return {}
    front, behind = Color.parse(values["foreground"]), Color.parse(values["background"])
    if front.ansi is not None or behind.ansi is not None:
        return {}
    return {"text-muted": front.blend(behind, 0.3).hex, "text-disabled": front.blend(behind, 0.55).hex}


def _check(key: str, value: object, name: str) -> None:
    if key == "name" and value != name:
        raise _Wrong(f"name has to be “{name}”, as the file is called, or be left out")
    if key in FLAGS and not isinstance(value, bool):
        raise _Wrong(f"{key} has to be true or false")
    if key in NUMBERS and not (type(value) in {int, float} and 0 <= float(str(value)) <= 1):
        raise _Wrong(f"{key} has to be a number from 0 to 1")
    if key in COLOURS:
        _check_colour(key, value)
    if key == "variables" and not isinstance(value, dict):
        raise _Wrong("variables is a table: write [variables]")


def _check_variables(variables: Mapping[str, object], theme: Theme) -> None:
    known = _variables(ansi=theme.ansi)
    for key, value in variables.items():
        if key not in known:
            raise _Wrong(f"variables.{key} is no variable{_like(key, known)}")
        if key.endswith("-style"):
            _check_style(f"variables.{key}", value)
        else:
            _check_colour(f"variables.{key}", value, shares=True)


@cache
def _variables(*, ansi: bool) -> set[str]:
    theme = Theme("any", primary="#ffffff", ansi=ansi)
    return {*theme.to_color_system().generate(), *defaults_of(theme)}


def _check_colour(key: str, value: object, *, shares: bool = False) -> None:
    """Check a colour, which with `shares` may be followed by how much it covers, and be `auto`."""
    words = value.split() if isinstance(value, str) else []
    try:
        if not words or len(words) > 1 + shares:
            raise ColorParseError(str(value))
        if not (shares and words[0] == "auto"):
            Color.parse(words[0])
        if words[1:] and not (words[1].endswith("%") and 0 <= float(words[1][:-1]) <= 100):
            raise ColorParseError(str(value))
    except (ColorParseError, ValueError) as error:
        also = ', or "#6cb6ff 40%" for a share of it' if shares else ""
        raise _Wrong(f"{key} = {value!r} is no colour; {_A_COLOUR}{also}") from error


def _check_style(key: str, value: object) -> None:
    allowed = ("none", "bold", "b", "dim", "italic", "underline", "reverse", "strike", "not")
    if not isinstance(value, str) or not value or not set(value.split()) <= set(allowed):
        raise _Wrong(f"{key} = {value!r} is no style; allowed are {', '.join(allowed[:-1])}")


def _like(word: str, known: object) -> str:
    from difflib import get_close_matches  # here, because hardly any theme is wrong

    assert isinstance(known, tuple | set)
    near = get_close_matches(word, known, n=1)
    return f" (did you mean {near[0]}?)" if near else ""

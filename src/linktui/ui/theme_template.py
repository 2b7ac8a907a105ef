"""A theme as a file to begin one's own with: every key with its value, and a line on what it is for."""

from __future__ import annotations

import json
from pathlib import Path

from textual.theme import Theme

from linktui.ui.themes import WORDS, defaults_of

_KEYS = (
    ("dark", "Whether it is for a dark terminal."),
    ("primary", "The one accent: edges that have the focus, the cursor, headings, what is chosen."),
    ("secondary", "Beside it, rarely."),
    ("accent", "Keys, marks, and what runs at the moment."),
    ("success", "What is well: active links, finished uploads."),
    ("warning", "What needs a look soon: links that run out, what waits."),
    ("error", "What failed or was taken back, and LIVE accounts."),
    ("foreground", "Text."),
    ("background", "What is behind all."),
    ("surface", "Behind dialogs and forms."),
    ("panel", "Behind the first and the last line."),
)
_VARIABLES = (
    ("border-blurred", "Edges without the focus."),
    ("foreground-muted", "Text in lists that steps back."),
    ("text-muted", "Text elsewhere that steps back."),
    ("cursor-background", "The row under the cursor; a share of a colour is written as in “#6cb6ff 30%”."),
    ("cursor-foreground", "With one of its own, the states' colours are left out in that row."),
    ("cursor-style", "none, bold, underline or reverse."),
    ("cursor-blurred-background", "The same while another part has the focus."),
    ("cursor-blurred-style", ""),
)


def template(name: str, theme: Theme, path: Path) -> str:
    """Return the text of a new theme's file that looks as a theme does."""
    known = defaults_of(theme) | theme.to_color_system().generate() | theme.variables
    lines = [
        f"# {name}: a theme for linktui, begun as a copy of {theme.name}.",
        f"# Use it with `linktui theme use {name}`; what you save here then is seen at once.",
        f"# `linktui theme check {path.name}` says what is wrong, and what is hard to read.",
        "# Colours: #rrggbb, a name, or one of the terminal's own such as ansi_blue (then also ansi = true).",
        *(["", "ansi = true"] if theme.ansi else []),
    ]
    for key, words in _KEYS:
        lines += ["", f"# {words}", _line(key, getattr(theme, key))]
    lines += ["", "[variables]"]
    for key, words in _VARIABLES:
        lines += [f"# {words}"] if words else []
        # What the theme does not say itself stays derived from the colours above until the # is taken away.
        lines.append(("" if key in theme.variables else "# ") + _line(key, known[key]))
    said = {*(key for key, _ in _VARIABLES), *(f"text-{key}" for key in WORDS)}
    lines += [_line(key, value) for key, value in theme.variables.items() if key not in said]
    return "\n".join(lines) + "\n"


def _line(key: str, value: object) -> str:
    return f"# {key} = " if value is None else f"{key} = {json.dumps(value)}"

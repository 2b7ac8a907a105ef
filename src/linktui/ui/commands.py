"""What a person can do, said once: a command is a Textual binding with an id, a title and a sentence.

Keys, the footer, the palette and the help screen are all made from these records; the id is what a
key map changes.
"""

from __future__ import annotations

from textual.binding import Binding


def command(keys: str, action: str, title: str, sentence: str, *, shown: bool = False) -> Binding:
    """Return a command; `keys` are separated by commas, `shown` puts it into the footer."""
    name = action.partition("(")[0].replace("_", "-")
    argument = action.partition("(")[2].strip(")'\"")
    return Binding(
        keys,
        action,
        title,
        show=shown,
        tooltip=sentence,
        id=f"{name}.{argument}" if argument else name,
    )


MOVING = (
    ("j k ↓ ↑", "Move by one row."),
    ("^d ^u", "Move by half a page."),
    ("PgDn PgUp ^f", "Move by a page."),
    ("g G Home End", "Go to the first or last row."),
)
"""The keys of every list, for the help screen."""

FILTERS = (
    ("report acme", "Words of name, files, id, tags; letters may be left out."),
    ('"q3 report"', "Exactly so; quotes make anything a plain word."),
    ("state:expired", "active, expiring, expired, exhausted, revoked, gone, alive, ended."),
    ("expires<24h", 'Also >=2026-12-01, :today, <"fri 17:00", :never.'),
    ("final<24h", "Can be saved only so long; final:never, final<now."),
    ("created>7d", "Older than 7 days; created<24h, created:yesterday."),
    ("kind:view", "Also account: service: name: file: id: has:password."),
    ("tag.order=42", "Also tag:order and option.KEY=VALUE."),
    ("downloads=0", "Also limit>3 and size>10MB."),
    ("-kind:view", "Not so."),
    ("a OR (b c)", "Either; side by side both. kind:view|upload is either, too."),
)
"""How a filter of the links is written, for the help screen."""

KEY_SIGNS = {
    "slash": "/",
    "full_stop": ".",
    "comma": ",",
    "question_mark": "?",
    "colon": ":",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "space": "Space",
    "enter": "Enter",
    "escape": "Esc",
    "tab": "Tab",
    "backspace": "Backspace",
    "tilde": "~",
    "plus": "+",
    "minus": "-",
    "at": "@",
    "exclamation_mark": "!",
    "left": "←",
    "right": "→",
    "up": "↑",
    "down": "↓",
    "pageup": "PgUp",
    "pagedown": "PgDn",
}


def key_text(key: str) -> str:
    """Return a key as it is written on screens: `^p`, `F1`, `Esc`, `/`."""
    if key.startswith("ctrl+"):
        return f"^{key_text(key.removeprefix('ctrl+'))}"
    if key.startswith("shift+"):
        return f"Shift+{key_text(key.removeprefix('shift+'))}"
    if key in KEY_SIGNS:
        return KEY_SIGNS[key]
    return key.upper() if len(key) > 1 and key[0] == "f" and key[1:].isdigit() else key

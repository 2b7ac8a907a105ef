"""Keys by their names: how a person writes them, how Textual calls them, how screens show them."""

from __future__ import annotations

from textual.keys import KEY_DISPLAY_ALIASES, Keys, _character_to_key, key_to_character

from linktui.model.errors import InvalidInput

NO_KEY = "no_key"
"""What stands where a command has no key begins so; no terminal sends it."""
SIGNS = {
    "space": "Space",
    "enter": "Enter",
    "escape": "Esc",
    "tab": "Tab",
    "backspace": "Backspace",
    "delete": "Del",
    "insert": "Ins",
    "home": "Home",
    "end": "End",
    "left": "←",
    "right": "→",
    "up": "↑",
    "down": "↓",
    "pageup": "PgUp",
    "pagedown": "PgDn",
}
_CHARACTERS = {"plus": "+", "minus": "-", "at": "@", "slash": "/", "backslash": "\\", "underscore": "_"}
"""What Textual's own table does not give back."""
_BY_SIGN = {sign.lower(): name for name, sign in SIGNS.items()}
_BY_CHARACTER = {" ": "space", "←": "left", "→": "right", "↑": "up", "↓": "down"}
_MODIFIERS = {"ctrl", "shift", "alt"}
_ALIKE = {
    "ctrl+h": "Backspace",
    "ctrl+i": "Tab",
    "ctrl+j": "Enter",
    "ctrl+m": "Enter",
    "ctrl+left_square_bracket": "Esc",
}
"""What most terminals send for them too: https://github.com/zellij-org/zellij/issues/2679"""


def is_key(key: str) -> bool:
    """Tell whether it is a key, and not what stands where there is none."""
    return not key.startswith(NO_KEY)


def key_text(key: str) -> str:
    """Return a key as it is written on screens: `^p`, `F1`, `Esc`, `/`; nothing for no key."""
    if not is_key(key):
        return ""
    for prefix, sign in (("ctrl+", "^"), ("shift+", "Shift+"), ("alt+", "Alt+")):
        if key.startswith(prefix):
            return f"{sign}{key_text(key.removeprefix(prefix))}"
    if key in SIGNS:
        return SIGNS[key]
    if _is_function_key(key):
        return key.upper()
    return _CHARACTERS.get(key) or key_to_character(key) or key


def keys_text(keys: str) -> str:
    """Return keys, separated by commas, as they are written on screens."""
    return " ".join(text for key in keys.split(",") if (text := key_text(key)))


def read_keys(text: str) -> str:
    """Return what a person wrote, such as `f, ^x`, as Textual has it; nothing is no key.

    Raises InvalidInput for what is no key.
    """
    words = [word.strip() for word in text.split(",")] if text.strip() != "," else ["comma"]
    return ",".join(dict.fromkeys(_read_key(word) for word in words if word))


def alike(key: str) -> str:
    """Return which other key most terminals send the same for, or an empty text."""
    return _ALIKE.get(key, "")


def _read_key(word: str) -> str:
    if len(word) == 1:
        return _named(word)
    if word.startswith("^"):
        return _read_key(f"ctrl+{word[1:]}")
    *modifiers, last = word.removesuffix("++").split("+") + (["plus"] if word.endswith("++") else [])
    lowered = {modifier.lower() for modifier in modifiers}
    if not lowered <= _MODIFIERS:
        raise _no_key(word)
    key = _named(last.lower() if "ctrl" in lowered else last) if len(last) == 1 else _by_name(last, word)
    if lowered == {"shift"} and len(last) == 1 and last.isalpha():
        return last.upper()  # as terminals have it
    return "+".join([*(one for one in ("alt", "ctrl", "shift") if one in lowered), key])


def _by_name(name: str, word: str) -> str:
    lower = name.lower()
    known = {key.value for key in Keys} | set(KEY_DISPLAY_ALIASES) | set(SIGNS) | set(_CHARACTERS)
    if lower in _BY_SIGN:
        return _BY_SIGN[lower]
    if lower in known or _is_function_key(lower) or key_to_character(lower):
        return lower
    raise _no_key(word)


def _named(character: str) -> str:
    if not character.isprintable():
        raise _no_key(repr(character))
    return _BY_CHARACTER.get(character) or _character_to_key(character)


def _is_function_key(name: str) -> bool:
    return len(name) > 1 and name[0] == "f" and name[1:].isdigit() and 1 <= int(name[1:]) <= 24


def _no_key(word: str) -> InvalidInput:
    return InvalidInput("key", f"“{word}” is no key: write a character, ^x, F5, Space, Enter, Del or alt+x")

"""Give a command other keys, or take a key from the command that has it."""

from __future__ import annotations

from linktui.model.errors import InvalidInput
from linktui.services.own_keys import OwnKeys
from linktui.ui.key_check import check_name, holder, unclear
from linktui.ui.key_names import key_text, read_keys
from linktui.ui.key_scopes import Entry, entries, scopes
from linktui.ui.keymap import Wanted


def holders(wanted: Wanted, name: str, keys: str) -> list[tuple[str, Entry]]:
    """Return each of some keys that another command has where `name` would get it, with that command."""
    return [
        (key, other)
        for entry in _scoped(name)
        for key in keys.split(",")
        if key and (other := holder(entry, key, wanted)) is not None
    ]


def give(own: OwnKeys, name: str, text: str, *, take: bool) -> list[str]:
    """Give the command `name` (`id` or `screen.id`) the keys that are written; return what is to be said.

    Raises InvalidInput for what is no command or no key, and without `take` for a key that is taken.
    """
    check_name(name)
    keys = read_keys(text)
    held = holders(own.all(), name, keys)
    if held and not take:
        key, other = held[0]
        reason = f"“{key_text(key)}” is “{other.command.description}” ({other.name}) already"
        raise InvalidInput("keys", f"{reason}; choose another, or --take it from there")
    said = []
    for key, other in held:
        take_away(own, other, key)
        said.append(f"“{other.command.description}” ({other.name}) has {key_text(key)} no more.")
    own.save(name, written(keys))
    sentence = unclear(keys)
    return [*said, f"{name}: {written(keys) or 'no key'}.", *([sentence] if sentence else [])]


def take_away(own: OwnKeys, other: Entry, key: str) -> None:
    """Leave a command its other keys only."""
    now = next(one for one in entries(own.all()) if one.name == other.name)
    own.save(other.name, written(",".join(one for one in now.keys.split(",") if one != key)))


def written(keys: str) -> str:
    """Return keys as they stand in the file: as a person would write them."""
    return ",".join(_written(key) for key in keys.split(",") if key)


def _written(key: str) -> str:
    sign = key_text(key)
    return sign if sign != "," and read_keys(sign) == key else key


def _scoped(name: str) -> list[str]:
    """Return each `screen.id` that an entry of a key map is about."""
    if "." in name:
        return [name]
    return [f"{scope.name}.{name}" for scope in scopes().values() if name in scope.commands]

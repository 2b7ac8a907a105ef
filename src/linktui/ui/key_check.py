"""What is wrong with a key map, each a sentence: no such command, no such key, two commands on one key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from linktui.model.errors import InvalidInput
from linktui.model.text import clean
from linktui.ui.key_names import alike, key_text, read_keys
from linktui.ui.key_scopes import Entry, entries, scopes
from linktui.ui.keymap import Wanted


@dataclass(frozen=True, slots=True)
class Clash:
    """A key that two commands of one screen have, of which only one can get it."""

    key: str
    entry: Entry
    other: Entry


def troubles(wanted: Wanted) -> list[str]:
    """Return a sentence for each thing that is wrong with a key map."""
    said = [sentence for name, keys in wanted.items() for sentence in _wrong(name, keys)]
    clashes = {frozenset((one.entry.name, one.other.name)): one for one in clashes_of(wanted)}
    return said + [clash_words(one) for one in clashes.values()]


def check_name(name: str) -> None:
    """Raise InvalidInput for what no command is called, with what may have been meant."""
    known = names()
    if name not in known:
        near = get_close_matches(name, known, n=1)
        meant = f"perhaps “{near[0]}” is meant" if near else "`linktui keys list` shows them all"
        raise InvalidInput("command", f"“{clean(name)}” is none; {meant}")


def names() -> list[str]:
    """Return all that an entry of a key map may be called: ids, and `scope.id`."""
    found = dict.fromkeys(name for scope in scopes().values() for name in scope.commands)
    return [*found, *(f"{scope.name}.{name}" for scope in scopes().values() for name in scope.commands)]


def clashes_of(wanted: Wanted) -> list[Clash]:
    """Return the clashes that a key map makes; what commands have by themselves is meant so."""
    every = entries(wanted)
    return [
        Clash(key, entry, other)
        for entry in every
        if entry.own
        for key in entry.keys.split(",")
        if key
        for other in _on(key, beside=entry, among=every)
    ]


def clash_words(clash: Clash) -> str:
    """Return the sentence for a clash."""
    entry, other = clash.entry, clash.other
    return (
        f"[keys] {key_text(clash.key)} is both “{entry.command.description}” ({entry.name}) and "
        f"“{other.command.description}” ({other.name}): give one of them another key."
    )


def holder(name: str, key: str, wanted: Wanted) -> Entry | None:
    """Return which other command has a key where the command `name` (`scope.id`) would get it."""
    every = entries(wanted)
    entry = next(one for one in every if one.name == name)
    return next(iter(_on(key, beside=entry, among=every)), None)


def unclear(keys: str) -> str:
    """Return a sentence if terminals send the same for one of some keys and another key, else nothing."""
    for key in keys.split(","):
        if alike(key):
            return f"Most terminals send the same for {key_text(key)} and {alike(key)}; choose another key."
    return ""


def _wrong(name: str, keys: str) -> Iterator[str]:
    try:
        check_name(name)
        sentence = unclear(read_keys(keys))
    except InvalidInput as error:
        what = "the command " if error.field == "command" else f"{clean(name)}: "
        yield f"[keys] {what}{error.reason}."
    else:
        if sentence:
            yield f"[keys] {clean(name)}: {sentence}"


def _on(key: str, *, beside: Entry, among: list[Entry]) -> Iterator[Entry]:
    """Yield the entries that want a key and hold where `beside` does, where its id is another's.

    What two commands have by themselves is meant so: the screen's comes before the program's.
    """
    by_itself = key in beside.command.key.split(",")
    for one in among:
        wanted = one.keys if one.own else one.command.key
        other = one.command.id != beside.command.id and (one.own or not by_itself)
        if other and _together(one, beside) and key in wanted.split(","):
            yield one


def _together(one: Entry, other: Entry) -> bool:
    return (
        one.scope.name == other.scope.name
        or one.scope.name in other.scope.above
        or other.scope.name in one.scope.above
    )

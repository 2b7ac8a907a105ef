"""Keys of a person's own: what [keys] says, laid over the keys that commands have by themselves.

An entry is `sort = "o"`, for every screen that has the command, or `links.sort`, for one; an empty text
takes the key away. What is wrong with an entry is a sentence, and the rest of them holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from textual.binding import Binding, BindingsMap
from textual.dom import DOMNode

from linktui.model.errors import InvalidInput
from linktui.ui.commands import scope_of
from linktui.ui.key_names import NO_KEY, read_keys

Wanted = Mapping[str, str]
"""Keys, as a person writes them, by `id` or `scope.id`."""
NOTHING: Wanted = MappingProxyType({})


def keys_of(wanted: Wanted, scope: str, command_id: str) -> str | None:
    """Return the keys that a person gave a command, as Textual has them; None for its own.

    Keys that cannot be read count as none given.
    """
    text = wanted.get(f"{scope}.{command_id}", wanted.get(command_id))
    if text is None:
        return None
    try:
        return read_keys(text)
    except InvalidInput:
        return None


def with_keys(bindings: BindingsMap, scope: str, wanted: Wanted) -> BindingsMap:
    """Return bindings with a person's keys: a key that was given away is taken from what had it."""
    given = {
        binding.id: keys
        for _, binding in bindings
        if binding.id and (keys := keys_of(wanted, scope, binding.id)) is not None
    }
    taken = {key for keys in given.values() for key in keys.split(",")}
    found: dict[str, list[Binding]] = {}
    placed: set[str] = set()
    for key, binding in bindings:
        own = binding.id in given
        if own and binding.id not in placed:
            for new in given[binding.id or ""].split(","):
                found.setdefault(new or NO_KEY, []).append(binding.with_key(new or NO_KEY))
        elif not own and key not in taken:
            found.setdefault(key, []).append(binding)
        elif not own and binding.id:
            found.setdefault(NO_KEY, []).append(binding.with_key(NO_KEY))
        placed.add(binding.id or "")
    return BindingsMap.from_keys(found)


def lay_over(node: DOMNode, wanted: Wanted) -> None:
    """Give a node's commands a person's keys, instead of those that were given before."""
    scope, own = scope_of(type(node)), type(node)._merged_bindings
    if not scope or own is None:
        return
    ids, plain = {binding.id for _, binding in own}, {(key, binding.action) for key, binding in own}
    added = [
        (key, binding)
        for key, binding in node._bindings
        if (key, binding.action) not in plain and (binding.id is None or binding.id not in ids)
    ]
    node._bindings = with_keys(own, scope, wanted)
    for key, binding in added:  # while the program runs, such as commands of a person's own
        node._bindings.key_to_bindings.setdefault(key, []).append(binding)

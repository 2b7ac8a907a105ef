"""The commands that hold on a screen right now, each once, with the keys that reach it there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import Screen

from linktui.ui.commands import EVERYWHERE, Command, declared, scope_of
from linktui.ui.key_names import is_key

_RANKS = {"list": 1, EVERYWHERE: 2}
"""What comes after the commands of the screen itself."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A command, the node that does it, and its keys."""

    node: DOMNode
    binding: Binding
    keys: tuple[str, ...]
    """None for a command without a key, or whose keys mean another one here."""

    @property
    def id(self) -> str:
        """What the palette and a key map call it."""
        return self.binding.id or ""

    @property
    def command(self) -> Command | None:
        """What else the command says of itself."""
        return declared(type(self.node)).get(self.id)

    @property
    def takes(self) -> str:
        """What may be written after it, if anything."""
        command = self.command
        return "" if command is None else command.takes


@dataclass(frozen=True, slots=True)
class Offer:
    """An argument that a command can be given, and what it means; one that is wrong cannot be given."""

    value: str
    words: str
    wrong: bool = False
    later: Callable[[], Awaitable[str]] | None = None
    """Finds out what it means, where that takes a while; `words` are said until then."""


@runtime_checkable
class Offers(Protocol):
    """A node that knows what its commands can be given."""

    def offers(self, command_id: str, typed: str) -> Sequence[Offer] | None:
        """Return what fits to what is typed, or None for a command that takes any text."""
        ...


def offered(screen: Screen[Any]) -> list[Offered]:
    """Return the commands of the screen, of what has the focus there, and of the program, in this order."""
    order: dict[tuple[str, str], tuple[DOMNode, Binding, list[str]]] = {}
    taken: set[str] = set()
    for node, binding in _holding(screen):
        name = (binding.id or "", binding.action.removeprefix("app."))
        # What a screen has on a key of its own may be the program's too, on another.
        _, _, keys = order.setdefault(name, (node, binding, []))
        if is_key(binding.key) and binding.key not in taken:
            keys.append(binding.key)
            taken.add(binding.key)
    found = [Offered(node, binding, _in_order(node, binding, keys)) for node, binding, keys in order.values()]
    return sorted(found, key=lambda one: _RANKS.get(scope_of(type(one.node)), 0))


def _in_order(node: DOMNode, binding: Binding, keys: list[str]) -> tuple[str, ...]:
    """Return keys as the command names them: Textual puts those first that a class above it has too."""
    command = declared(type(node)).get(binding.id or "")
    named = [] if command is None else command.key.split(",")
    return tuple(sorted(keys, key=lambda key: named.index(key) if key in named else -1))


def _holding(screen: Screen[Any]) -> Iterator[tuple[DOMNode, Binding]]:
    app = screen.app
    for node, bindings in screen._modal_binding_chain:
        for _, binding in bindings:
            if binding.id and app._check_action_state(binding.action, node):
                yield node, binding

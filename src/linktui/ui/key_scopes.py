"""Every command there is, by the scope in which it holds; to know them, every screen is imported."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from textual.dom import DOMNode

from linktui.ui.commands import EVERYWHERE, Command, declared, scope_of
from linktui.ui.key_names import is_key
from linktui.ui.keymap import Wanted, keys_of

LIST = "list"
_ROOMS = ("screens", "dialogs", "widgets")


@dataclass(frozen=True, slots=True)
class Scope:
    """A screen, a kind of dialog or a widget, by the name that a key map calls it by."""

    name: str
    title: str
    commands: Mapping[str, Command]
    above: tuple[str, ...] = ()
    """The scopes whose keys hold together with its own."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One command in one scope, with the keys that it has now."""

    scope: Scope
    command: Command
    keys: str
    """Separated by commas, as Textual has them; empty for none."""
    own: bool
    """Whether a person gave it these keys."""

    @property
    def name(self) -> str:
        """What it is called in [keys]: `scope.id`."""
        return f"{self.scope.name}.{self.command.id}"


@cache
def scopes() -> Mapping[str, Scope]:
    """Return every scope by its name: the screens, what holds everywhere, then lists and dialogs."""
    from linktui.ui.screens.framed import Framed

    found: dict[str, Scope] = {}
    for node in _nodes():
        name = scope_of(node)
        if name and name not in found:
            above = (LIST, EVERYWHERE) if issubclass(node, Framed) else ()
            found[name] = Scope(name, _title(node, name), declared(node), above)
    return dict(sorted(found.items(), key=lambda item: _rank(item[1])))


def entries(wanted: Wanted) -> list[Entry]:
    """Return every command of every scope with the keys that a key map leaves it."""
    found = []
    for scope in scopes().values():
        given = {name: keys_of(wanted, scope.name, name) for name in scope.commands}
        taken = {key for keys in given.values() if keys for key in keys.split(",")}
        for name, command in scope.commands.items():
            own, mine = given[name], [key for key in command.key.split(",") if is_key(key)]
            keys = ",".join(key for key in mine if key not in taken) if own is None else own
            found.append(Entry(scope, command, keys, own is not None))
    return found


def _nodes() -> Iterator[type[DOMNode]]:
    """Yield the classes that have keys of their own."""
    import linktui.ui as ui
    from linktui.ui.app import LinktuiApp

    yield LinktuiApp
    for room in _ROOMS:
        package = import_module(f"{ui.__name__}.{room}")
        for module in pkgutil.iter_modules(package.__path__):
            names = vars(import_module(f"{package.__name__}.{module.name}"))
            for one in names.values():
                if isinstance(one, type) and issubclass(one, DOMNode) and _has_keys(one):
                    yield one


def _has_keys(node: type[DOMNode]) -> bool:
    return bool(node.__dict__.get("BINDINGS")) and node.__module__.startswith("linktui.")


def _title(node: type[DOMNode], name: str) -> str:
    said = getattr(node, "TITLE", "") if name != EVERYWHERE else ""
    return said or name.replace("-", " ").capitalize()


def _rank(scope: Scope) -> int:
    if scope.above:
        return 0
    return {EVERYWHERE: 1, LIST: 2}.get(scope.name, 3)

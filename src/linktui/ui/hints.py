"""Keys in sentences: `{expire}` in a text becomes the key that the command has now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from textual.dom import DOMNode

from linktui.ui.commands import declared, scope_of
from linktui.ui.key_names import is_key, key_text
from linktui.ui.keymap import NOTHING, Wanted, keys_of


@runtime_checkable
class HasKeys(Protocol):
    """An app with keys of a person's own."""

    @property
    def own_keys(self) -> Wanted:
        """The key map."""
        ...


class _Keys(Mapping[str, str]):
    """The first key of each command, of the nodes in turn, by its id."""

    def __init__(self, *nodes: DOMNode) -> None:
        self._nodes = nodes
        app = nodes[0].app
        self._wanted = app.own_keys if isinstance(app, HasKeys) else NOTHING

    def __getitem__(self, command_id: str) -> str:
        for node in self._nodes:
            command = declared(type(node)).get(command_id)
            if command is not None:
                given = keys_of(self._wanted, scope_of(type(node)), command_id)
                keys = (command.key if given is None else given).partition(",")[0]
                return key_text(keys) if keys and is_key(keys) else f":{command_id}"
        return f":{command_id}"  # it can be run from the palette where it holds

    def __iter__(self):  # type: ignore[no-untyped-def]  # a text asks by id alone
        return iter(())

    def __len__(self) -> int:
        return 0


def hint(node: DOMNode, text: str) -> str:
    """Return a text with the keys of a screen's commands in the place of their ids, such as `{expire}`."""
    return text.format_map(_Keys(node, node.app))

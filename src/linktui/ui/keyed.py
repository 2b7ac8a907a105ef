"""An app whose commands have the keys that a person gave them, on every screen and at once."""

from __future__ import annotations

import asyncio
from typing import Any

from textual import work
from textual.app import App
from textual.dom import DOMNode
from textual.widget import Widget

from linktui.services.house import Services
from linktui.ui.keymap import Wanted, lay_over


class KeyedApp(App[None]):
    """An app that lays `own_keys` over the keys of all that it shows."""

    def __init__(self, *given: Any, services: Services, **more: Any) -> None:
        super().__init__(*given, **more)
        self.services = services
        self._said_of_commands: set[str] = set()
        lay_over(self, self.own_keys)

    @property
    def own_keys(self) -> Wanted:
        """The keys that a person gave commands."""
        return self.services.keys.all()

    def _register_child(self, parent: DOMNode, child: Widget, before: int | None, after: int | None) -> None:
        if self.own_keys:
            lay_over(child, self.own_keys)
        super()._register_child(parent, child, before, after)

    def take_keys(self) -> None:
        """Have every screen that is open take the keys as they are now."""
        lay_over(self, self.own_keys)
        for screen in {one for stack in self._screen_stacks.values() for one in stack}:
            for node in screen.walk_children(with_self=True):
                lay_over(node, self.own_keys)
        self.screen.refresh_bindings()
        self._check_commands()

    def check_keys(self) -> None:
        """Say what is wrong with keys and commands of a person's own."""
        self._check_commands()
        if self.own_keys:
            self._check_keys()

    @work(exclusive=True, group="check-keys")
    async def _check_keys(self) -> None:
        """Say what is wrong with the keys; to know that, every screen is imported."""
        from linktui.ui.key_check import troubles

        for sentence in await asyncio.to_thread(troubles, self.own_keys):
            self.notify(sentence, severity="warning", timeout=15, markup=False)

    def _check_commands(self) -> None:
        """Say which keys a person's own commands cannot have, each once."""
        if not self.services.own_commands:
            return
        from linktui.ui.own_commands import troubles

        found = list(troubles(self.services.own_commands, self.own_keys))
        for sentence in found:
            if sentence not in self._said_of_commands:
                self.notify(sentence, severity="warning", timeout=12, markup=False)
        self._said_of_commands = set(found)

"""The command palette: every command of the screen and of the program, found by its words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from functools import partial

from textual.binding import Binding
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from linktui.ui.commands import key_text


class Commands(Provider):
    """The commands that hold on the screen the palette was opened from."""

    async def discover(self) -> Hits:
        """Show every command before anything is typed."""
        for binding in self._commands():
            yield DiscoveryHit(
                _words(binding), self._runner(binding), text=binding.description, help=binding.tooltip
            )

    async def search(self, query: str) -> Hits:
        """Show the commands whose title or sentence matches."""
        matcher = self.matcher(query)
        for binding in self._commands():
            score = matcher.match(f"{binding.description} {binding.tooltip}")
            if score > 0:
                yield Hit(
                    score,
                    _words(binding),
                    self._runner(binding),
                    text=binding.description,
                    help=binding.tooltip,
                )

    def _commands(self) -> Iterator[Binding]:
        """Yield each command once, the screen's before the program's."""
        seen: set[str] = set()
        for active in self.screen.active_bindings.values():
            binding = active.binding
            # What a screen has on a key of its own may be the program's too, on another.
            action = binding.action.removeprefix("app.")
            if binding.id and active.enabled and action not in seen:
                seen.add(action)
                yield binding

    def _runner(self, binding: Binding) -> Callable[[], Awaitable[bool]]:
        active = next(
            one for one in self.screen.active_bindings.values() if one.binding.action == binding.action
        )
        return partial(self.app.run_action, binding.action, active.node)


def _words(binding: Binding) -> Content:
    return Content.assemble(binding.description, "  ", (key_text(binding.key), "dim"))

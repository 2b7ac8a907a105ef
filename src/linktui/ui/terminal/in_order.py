"""An app that takes one key after the other: what a key opens is open before the next key is looked at.

Textual hands each key to what has the focus at that moment, while the key before it may still be on its way
to the command that opens a form: of `/report`, typed at once or pasted, the first letters would be taken for
commands. Here a key, or a paste, waits until the one before it is done with, and so is what that opened.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any

from textual.app import App
from textual.events import Event, Key, Paste
from textual.message_pump import MessagePump

LONGEST = 3.0
"""Seconds after which a key that is not done with is waited for no more."""
MOST_SCREENS = 8
"""Screens that one key may open one upon another."""


class InOrderApp(App[None]):
    """An app whose keys are done in the order in which they were pressed."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self._keys_waiting: deque[Event] = deque()
        self._key_under_way: Event | None = None
        self._key_given_up: asyncio.TimerHandle | None = None

    @property
    def keys_wait(self) -> bool:
        """Whether more was typed than is done with: what the next key changes again need not be shown."""
        return bool(self._keys_waiting)

    async def _process_messages(self, *given: Any, **more: Any) -> None:
        # From Python 3.12 on Textual has tasks begin at once, and so a field before its screen is there.
        asyncio.get_running_loop().set_task_factory(None)
        await super()._process_messages(*given, **more)

    async def on_event(self, event: Event) -> None:
        """Take a key once the one before it is done with."""
        typed = isinstance(event, (Key, Paste)) and not event.is_forwarded
        if not typed:
            await super().on_event(event)
        elif self._key_under_way is not None or self._keys_waiting:
            self._keys_waiting.append(event)
        else:
            await self._take_key(event)

    async def _take_key(self, event: Event) -> None:
        self._key_under_way = event
        loop = asyncio.get_running_loop()
        self._key_given_up = loop.call_later(LONGEST, self._key_done, event)
        first = self.focused or self.screen
        await super().on_event(event)

        def done() -> None:  # and what it had its widget say is still on its way, by the same stairs
            self._climb(first, partial(self._see_what_key_opened, event, MOST_SCREENS))

        self._climb(first, done, unless_stopped=event)

    def _climb(
        self, pump: MessagePump, then: Callable[[], None], *, unless_stopped: Event | None = None
    ) -> None:
        """Wait until all that was sent to a widget is done with, and so on up to the app."""

        def rested() -> None:
            parent = pump._parent
            stopped = unless_stopped is not None and unless_stopped._stop_propagation
            if parent is None or stopped:
                then()
            else:
                self._climb(parent, then, unless_stopped=unless_stopped)

        if not pump.call_later(rested):  # it is being closed
            then() if pump is self else self.call_later(then)

    def _see_what_key_opened(self, event: Event, more: int) -> None:
        """Wait until the screen is up that is there now, and has given the focus, and none came upon it."""
        screen = self.screen_stack[-1] if self.screen_stack else None

        def seen() -> None:
            if more and self.screen_stack and self.screen_stack[-1] is not screen:
                self._see_what_key_opened(event, more - 1)
            else:
                self._key_done(event)

        if screen is None:
            self._key_done(event)
        else:
            # A form gives the focus to its first field by way of the app.
            self._climb(screen, lambda: self._climb(self, seen))

    def _key_done(self, event: Event) -> None:
        """Take the next key that waits."""
        if event is not self._key_under_way:
            return
        self._key_under_way = None
        if self._key_given_up is not None:
            self._key_given_up.cancel()
        if self._keys_waiting:
            self.call_later(self._next_key)

    async def _next_key(self) -> None:
        if self._keys_waiting and self._key_under_way is None:
            await self._take_key(self._keys_waiting.popleft())

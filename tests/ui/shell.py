"""A bare app around one screen, with a real house over the fake service."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from textual.pilot import Pilot
from textual.screen import Screen

from linktui.config.locations import Locations
from linktui.services.house import House, Services
from linktui.ui.messages import OpenLink
from linktui.wiring import build
from tests.fakes import Clock, FakeProbes, FakeProvider
from tests.ui.bare import BareApp

Make = Callable[[Services], Screen[None]]
Seed = Callable[[House], Awaitable[None]]


class Shell(BareApp):
    """Shows one screen and keeps the links it asks to open."""

    ENABLE_COMMAND_PALETTE = False

    def __init__(self, house: House, make: Make, *, seed: Seed | None = None) -> None:
        super().__init__()
        self.seed = seed
        self.house = house
        self.make = make
        self.opened: list[tuple[str, str]] = []

    async def on_mount(self) -> None:
        if self.seed is not None:
            await self.seed(self.house)
        self.push_screen(self.make(self.house.services))

    def on_open_link(self, message: OpenLink) -> None:
        self.opened.append((message.account, message.link_id))

    @property
    def toasts(self) -> list[str]:
        """What was said so far."""
        return [str(notification.message) for notification in self._notifications]


def open_house(
    root: Path, provider: FakeProvider, clock: Clock, *, probes: FakeProbes | None = None
) -> House:
    probes = probes or FakeProbes()
    return build(
        Locations.below(root),
        clock=clock,
        connect_provider=lambda account: provider,
        connect_prober=lambda account: probes,
    )


@asynccontextmanager
async def running(
    house: House, make: Make, *, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[Any, Pilot[None], Shell]]:
    """Run a screen; gives the screen, its pilot and the shell."""
    shell = Shell(house, make)
    async with shell.run_test(size=size) as pilot:
        await settle(pilot)
        yield shell.screen, pilot, shell


async def settle(pilot: Pilot[None]) -> None:
    """Wait for every worker that can end, and for what it posted."""
    await pilot.pause()
    staying = ETERNAL_GROUPS | (DIALOG_GROUPS if pilot.app.screen.is_modal else set())
    ending = [worker for worker in pilot.app.workers if worker.group not in staying]
    if ending:
        await pilot.app.workers.wait_for_complete(ending)
    await pilot.pause()


DIALOG_GROUPS = {
    "delete-file",
    "cancel-uploads",
    "settle-conflict",
    "expire-links",
    "take-links-back",
    "change-versions",
    "remove-file",
    "change-accounts",
    "fetch-file",
    "change-tab",
    "apply-plan",
    "own-command",
    "give-key",
}
"""Workers that wait for a person's answer while a dialog is up."""
ETERNAL_GROUPS = {"relay", "terminal"}
"""Workers that live as long as the program."""


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys and let what they began come to its end."""
    for key in keys:
        await pilot.press(key)
        await settle(pilot)

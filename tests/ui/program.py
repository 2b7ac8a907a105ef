"""The whole program over the fake service, with links that its database and the service both hold."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from linktui.config.settings import ScreenSettings
from linktui.model.link import Link
from linktui.services.house import House
from linktui.storage.accounts import Accounts
from linktui.storage.links import Links
from linktui.ui.app import LinktuiApp
from tests.fakes import NOON, Clock, FakeProbes, FakeProvider
from tests.ui.shell import open_house, settle

DAY = timedelta(days=1)


@dataclass(frozen=True)
class World:
    """One data directory, the service behind it, and the clock of both."""

    house: House
    provider: FakeProvider
    clock: Clock
    probes: FakeProbes

    def app(self, **settings: Any) -> LinktuiApp:
        """Return the program on this directory."""
        files = {name: settings.pop(name, None) for name in ("themes", "settings_file")}
        return LinktuiApp(self.house.services, screen_settings=ScreenSettings(**settings), **files)

    async def keep(self, *links: Link, raw: str = "{}") -> None:
        """Write links into the database, as a look at the service does."""
        await Links(self.house.database).save([(link, raw) for link in links], seen=NOON)

    async def seed(self, *names: str, **fields: Any) -> list[Link]:
        """Have links at the service and in the database; the first is the newest."""
        links = [
            self.provider.seed_link(
                **{"name": name, "created_at": NOON - number * DAY, "expires_at": NOON + 3 * DAY} | fields
            )
            for number, name in enumerate(names)
        ]
        await self.keep(*links)
        return links

    async def look(self) -> None:
        """Note that the service was looked at."""
        await Accounts(self.house.database).synced("local", at=NOON, cursor="1", clock_offset=timedelta(0))

    def link(self, link_id: str) -> Link:
        """Return a link as the service has it."""
        return self.provider.links[link_id]


def open_world(root: Path) -> World:
    """Make an empty data directory and its service."""
    clock = Clock()
    provider, probes = FakeProvider(clock), FakeProbes()
    return World(open_house(root, provider, clock, probes=probes), provider, clock, probes)


@asynccontextmanager
async def program(
    world: World, *, size: tuple[int, int] = (80, 24), **settings: Any
) -> AsyncIterator[tuple[LinktuiApp, Pilot[None]]]:
    """Run the program; gives it and its pilot."""
    app = world.app(**settings)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        yield app, pilot


def shown(app: LinktuiApp) -> list[str]:
    """Return the names in the list of links, from the top."""
    return [link.name for link in links_of(app).table.rows]


def links_of(app: LinktuiApp) -> Any:
    """Return the list of links."""
    from linktui.ui.widgets.link_list import LinkList

    return app.screen.query_one(LinkList)


def toasts(app: LinktuiApp) -> list[str]:
    """Return what was said so far."""
    return [str(notification.message) for notification in app._notifications]


def drawn(app: LinktuiApp) -> list[str]:
    """Return the lines of the terminal as they are drawn."""
    strips: Sequence[Any] = app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip) for strip in strips]

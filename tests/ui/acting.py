"""What the tests of acts on links share: accounts of different abilities, and the plan that is shown."""

from __future__ import annotations

from typing import Any

from textual.pilot import Pilot

from linktui.config.account import AccountSettings
from linktui.model.change import Change
from linktui.model.file import File
from linktui.model.link import Link
from linktui.model.plan import Plan
from linktui.ui.app import LinktuiApp
from linktui.ui.screens.plan import PlanScreen
from tests.fakes import NOON
from tests.ui.program import DAY, World
from tests.ui.shell import settle


async def add_account(world: World, name: str, provider: str) -> None:
    """Configure an account of a service that can do less than the embedded one."""
    settings = {"username": "USx"} if provider == "finix" else {}
    table = AccountSettings(
        provider=provider,
        base_url="https://files.example.org" if provider == "liquidfiles" else "",
        secret="env:NO_SUCH_KEY",
        settings=settings,
    )
    await world.house.services.book.add(name, table)


async def seed_at(world: World, account: str, *names: str, **fields: Any) -> list[Link]:
    """Have links of one account, older than all others."""
    found: list[Link] = []
    for number, name in enumerate(names, 20):
        values = {"name": name, "created_at": NOON - number * DAY, "expires_at": NOON + 3 * DAY} | fields
        found.append(world.provider.seed_link(account=account, **values))
    await world.keep(*found)
    return found


def keep_file(world: World, number: int, name: str) -> File:
    """Have a stored file at the service."""
    file = File(account="local", id=f"f_{number}", name=name, size=number * 1000, created_at=NOON)
    world.provider.files[file.id] = file
    return file


async def plan_shown(app: LinktuiApp, pilot: Pilot[None]) -> Plan:
    """Return the plan on the screen."""
    await settle(pilot)
    assert isinstance(app.screen, PlanScreen)
    return app.screen.plan


def changes_of(world: World, plan: Plan) -> list[Change]:
    """Return the changes of a plan."""
    return world.house.services.plans.changes(plan.id)

"""Each screen in each of its states looks as it should, in the smallest terminal and in a wide one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType

import pytest
from textual.pilot import Pilot

from linktui.config.account import AccountSettings
from linktui.model.call import Call
from linktui.model.file import File
from linktui.model.finding import Seen, Served
from linktui.model.identity import Identity
from linktui.model.link import Download, LinkedFile, LinkKind
from linktui.storage.accounts import Accounts
from linktui.storage.calls import Calls
from tests.fakes import NOON
from tests.ui.program import DAY, World, open_world
from tests.ui.samples import HOSTILE
from tests.ui.shell import press, settle

Snap = Callable[..., bool]
Seed = Callable[[World], Coroutine[None, None, None]]
SMALL, WIDE = (80, 24), (200, 50)


async def nothing(world: World) -> None:
    """Leave the house as a first start finds it."""


async def looked(world: World) -> None:
    await world.look()


async def failing(world: World) -> None:
    await Accounts(world.house.database).failed("local", error="The service does not answer.")


async def full(world: World) -> None:
    await world.seed("quarterly report.pdf", "build-2026.11.21-amd64.deb", "photos.zip", *HOSTILE[:-1])
    [first] = await world.seed(
        "contract.pdf",
        has_password=True,
        download_limit=5,
        downloads=2,
        expires_at=NOON + timedelta(hours=3),
        files=(LinkedFile("f_1", "contract.pdf", 123_456, "application/pdf", "signed"),),
        metadata=MappingProxyType({"order": "4410"}),
        facts=MappingProxyType({"Purpose": "dispute_evidence"}),
        options=MappingProxyType({"display_mode": "gallery"}),
    )
    await world.seed("inbox", kind=LinkKind.UPLOAD, expires_at=None, downloads=1)
    await world.seed("over.txt", expires_at=NOON - DAY)
    await world.seed("revoked.txt", revoked_at=NOON - DAY)
    world.provider.downloads[first.id] = (
        Download(id="1", at=NOON - DAY, state="complete", size=123_456, agent="curl/8", address="192.0.2.7"),
    )
    await world.look()


async def tabbed(world: World) -> None:
    await full(world)
    for name in ("Ends soon", "Never fetched", "[/nope]", "Q3 reports of the house", "Legal", "Uploads"):
        world.house.services.filters.save(name, "expires<24h")


async def accounts(world: World) -> None:
    await full(world)
    book = world.house.services.book
    await book.add("work", AccountSettings(provider="local", read_only=True, longest_expires="30d"))
    await book.remember("work", Identity(who="Acme GmbH", live=True, version="4.3"))
    await Calls(world.house.database).add(
        [
            Call(
                at=NOON,
                account="work",
                method="POST",
                path="/v1/files",
                seconds=1.2,
                status=200,
                request_id="r_1",
            ),
            Call(
                at=NOON, account="local", method="GET", path="/api/links", seconds=0.01, error="no connection"
            ),
        ]
    )


async def ailing(world: World) -> None:
    """Have links that are dead, do not answer, never end, and hold one file twice."""
    file = LinkedFile("f_1", "contract.pdf", 123_456, "application/pdf", "signed")
    dead, *_ = await world.seed("dead.pdf", "contract.pdf", "contract.pdf, again", files=(file,))
    far, *_ = await world.seed("far.pdf", files=(LinkedFile("f_2", "far.pdf", 9),))
    await world.seed(HOSTILE[0], kind=LinkKind.UPLOAD, expires_at=None)
    await world.seed("guarded.pdf", files=(LinkedFile("f_3", "g.pdf", 9),), download_limit=2)
    for number in (1, 2, 3):
        world.provider.files[f"f_{number}"] = File(
            account="local", id=f"f_{number}", name="a", size=1, created_at=NOON, sha256=""
        )
    world.probes.seen[dead.url] = Seen(Served.NOTHING, "410")
    world.probes.seen[far.url] = Seen(Served.UNSURE, "no connection")


STATES: dict[str, tuple[tuple[int, int], Seed, list[str]]] = {
    "links_first": (SMALL, nothing, []),
    "links_empty": (SMALL, looked, []),
    "links_failing": (SMALL, failing, []),
    "links_full": (SMALL, full, ["down", "space"]),
    "links_wide": (WIDE, full, ["full_stop"]),
    "links_filtered": (SMALL, full, ["slash", *"pdf", "enter"]),
    "links_nothing_found": (SMALL, full, ["slash", *"nowhere"]),
    "links_wrong_filter": (SMALL, full, ["slash", *"pdf stat:active"]),
    "links_tabs": (SMALL, tabbed, ["tab", "space", "slash", *"zzz", "enter"]),
    "links_tabs_last": (SMALL, tabbed, ["shift+tab"]),
    "links_save_filter": (SMALL, tabbed, ["slash", *"kind:view", "enter", "S"]),
    "links_saved_filter": (SMALL, tabbed, ["tab", "S"]),
    "links_sort": (SMALL, full, ["s"]),
    "links_expire": (SMALL, full, ["X"]),
    "links_take_back": (SMALL, full, ["d"]),
    "links_help": (SMALL, full, ["question_mark"]),
    "links_accounts": (SMALL, accounts, ["w"]),
    "detail": (SMALL, full, ["slash", *"contract", "enter", "enter"]),
    "detail_wide": (WIDE, full, ["slash", *"contract", "enter", "enter"]),
    "accounts": (SMALL, accounts, ["4", "G"]),
    "accounts_wide": (WIDE, accounts, ["4", "G"]),
    "accounts_add": (SMALL, looked, ["4", "n"]),
    "accounts_remove": (SMALL, accounts, ["4", "G", "d"]),
    "timeline": (SMALL, full, ["5"]),
    "timeline_wide": (WIDE, full, ["5"]),
    "check": (SMALL, ailing, ["exclamation_mark"]),
    "check_wide": (WIDE, ailing, ["exclamation_mark"]),
    "calls": (SMALL, accounts, ["at"]),
    "calls_wide": (WIDE, accounts, ["at"]),
}


@pytest.mark.parametrize("state", STATES)
def test_a_screen_looks_as_it_should(
    state: str, tmp_path: Path, snap_compare: Snap, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("linktui.config.secrets.has_keyring", lambda: False)
    size, seed, keys = STATES[state]
    world = open_world(tmp_path / "home")
    asyncio.run(seed(world))

    async def before(pilot: Pilot[None]) -> None:
        await settle(pilot)
        await press(pilot, *keys)

    assert snap_compare(world.app(), terminal_size=size, run_before=before)

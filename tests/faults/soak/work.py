"""What goes on all the while: uploads, downloads, strangers, plans, and kills."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from linktui.model.errors import DigestMismatch
from linktui.model.link import LinkKind, LinkSpec
from linktui.model.option import with_defaults
from linktui.model.transfer import OnConflict, TransferState
from linktui.services.transfers import Order
from linktui.wiring import system_clock
from tests.faults.soak.cargo import DOWNLOADERS, Cargo, pack
from tests.faults.soak.plans import Planning
from tests.faults.soak.processes import Sample
from tests.faults.soak.scene import FAR, Scene, look
from tests.faults.soak.visitors import download, hand_in

AT_ONCE = 50
STRANGERS = 34
"""So many of them send through an upload link; the daemon sends 16, the most that may be set."""
ENTRANCES = 50
"""Upload links that the strangers share, so that none of them gets more files than a link usually has."""
LIFE = (2.0, 6.0)
"""Seconds that a daemon lives once it is ready."""
STILLBORN = 0.2
"""The share of daemons that are killed before they are ready."""
OPTIONS = {"stripe": {"purpose": "dispute_evidence"}}
LARGEST_FAR = 4 << 20
VISITED = 16
"""Links that are fetched at once, each by three: so many at the end as at the beginning."""
UNAWARES = 0.2
"""The share of links that end while they are being fetched."""
LOOK = 0.25
"""Seconds between two looks at an upload, as a screen has them."""


@dataclass
class Work:
    """Everything under way, until `over`."""

    scene: Scene
    over: asyncio.Event = field(default_factory=asyncio.Event)
    cargoes: list[Cargo] = field(default_factory=list)
    handed_in: dict[str, str] = field(default_factory=dict)
    """The digest of each file of a stranger that the server has, by name."""
    retried: int = 0
    """Uploads that were spoiled three times over, and sent once more as a person would have it."""
    server: list[Sample] = field(default_factory=list)
    _numbers: itertools.count[int] = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        self.planning = Planning(self.scene.house.services)
        self._visits = asyncio.Semaphore(VISITED)

    async def run(self, seconds: float) -> None:
        """Do all of it for so long, and until what was begun is done and the last daemon is ready."""
        entrances = [await self._upload_link() for _ in range(ENTRANCES)]
        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE - STRANGERS):
                group.create_task(self._send(group))
            for _ in range(STRANGERS):
                group.create_task(self._stranger(entrances))
            planning = group.create_task(self.planning.run(self.over))
            killing = group.create_task(self._kill())
            watching = group.create_task(self._watch())
            await asyncio.sleep(seconds)
            self.over.set()
            await asyncio.gather(planning, killing, watching)
            self.scene.lines.tell("heal")
            await self._soon_retried()

    async def _send(self, group: asyncio.TaskGroup) -> None:
        """Have one upload after the other under way; those who fetch them are others."""
        while not self.over.is_set():
            cargo = await self._enqueued()
            await self._done(cargo)
            cargo.path.unlink()
            group.create_task(self._downloaded(cargo))

    async def _enqueued(self) -> Cargo:
        account = random.choice(("local", "local", *FAR))
        most = LARGEST_FAR if account in FAR else 1 << 40
        name = f"{next(self._numbers):05}.pdf"
        cargo = await asyncio.to_thread(pack, self.scene.work, name, account=account, most=most)
        limits = self.scene.house.services.accounts.get(account).limits
        kind = LinkKind.DOWNLOAD if LinkKind.DOWNLOAD in limits.kinds else limits.kinds[0]
        limit = random.choice((None, None, 1, DOWNLOADERS)) if account == "local" else None
        cargo.spec = LinkSpec(kind=kind, expires_at=system_clock() + timedelta(days=5), download_limit=limit)
        order = Order(
            account=account,
            paths=(cargo.path,),
            share=cargo.spec,
            on_conflict=OnConflict.KEEP_BOTH,
            options=with_defaults(limits.file_options, OPTIONS.get(account, {})),
        )
        [cargo.transfer] = await self.scene.house.services.transfers.enqueue(order)
        self.cargoes.append(cargo)
        return cargo

    async def _done(self, cargo: Cargo) -> None:
        transfers = self.scene.house.services.transfers
        while cargo.transfer and not cargo.transfer.state.settled:
            await asyncio.sleep(LOOK)
            cargo.transfer = transfers.get(cargo.transfer.id)
        assert cargo.transfer
        if cargo.transfer.error_kind == DigestMismatch.__name__:  # spoiled three times over, and given up
            self.retried += await transfers.retry([cargo.transfer.id])
            cargo.transfer = transfers.get(cargo.transfer.id)
            await self._done(cargo)
            return
        assert cargo.transfer.state is TransferState.DONE, cargo.transfer

    async def _downloaded(self, cargo: Cargo) -> None:
        url = self.url_of(cargo)
        if cargo.account == "local" and random.random() < UNAWARES:
            self.planning.add(cargo)
        async with self._visits, asyncio.TaskGroup() as group:
            for visitor in range(DOWNLOADERS):
                group.create_task(download(cargo, url, visitor=visitor))
        if cargo.account == "local":
            self.planning.add(cargo)

    def url_of(self, cargo: Cargo) -> str:
        """Return where the bytes of a cargo's first link are."""
        assert cargo.transfer
        if cargo.account not in FAR:
            return f"{cargo.transfer.url}/download"
        question = (
            "SELECT slug FROM link JOIN link_file ON link_id = link.id JOIN file ON file_id = file.id "
            "WHERE file.name = ?"
        )
        [(slug,)] = look(self.scene.far_catalogue, question, cargo.name)
        return f"{self.scene.far_url}/l/{slug}/download"

    async def _upload_link(self) -> str:
        """Have the link server's owner make a link through which strangers send files."""
        house = self.scene.house
        link = await house.services.links.create("local", (), LinkSpec(kind=LinkKind.UPLOAD))
        return link.url

    async def _stranger(self, entrances: Sequence[str]) -> None:
        await asyncio.sleep(random.uniform(0, 5))
        while not self.over.is_set():
            name = f"s{next(self._numbers):05}.bin"
            self.handed_in[name] = await hand_in(random.choice(entrances), name)

    async def _kill(self) -> None:
        daemon = self.scene.daemon
        while not self.over.is_set():
            if random.random() < STILLBORN:
                await asyncio.sleep(random.uniform(0, 1.5))
            else:
                await daemon.ready()
                await asyncio.sleep(random.uniform(*LIFE))
                daemon.lives.append(daemon.sample())
            await daemon.kill()
            await daemon.start()
        await daemon.ready()

    async def _watch(self) -> None:
        while not self.over.is_set():
            await asyncio.sleep(1)
            self.server.append(Sample.of(self.scene.server.pid))

    async def _soon_retried(self) -> None:
        """Have what waits for its next try be tried now, as somebody does who sees that all is well again."""
        transfers = self.scene.house.services.transfers
        waiting = [
            cargo.transfer.id for cargo in self.cargoes if cargo.transfer and not cargo.transfer.state.settled
        ]
        await transfers.retry(waiting)

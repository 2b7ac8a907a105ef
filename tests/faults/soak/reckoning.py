"""At the end, what the soak knows is held against what the program has."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import Counter, defaultdict
from pathlib import Path

import apsw

from linktui.model.change import ChangeState
from linktui.model.plan import Plan
from linktui.model.query import LinkQuery
from tests.faults.soak.cargo import DOWNLOADERS, Attempt, Cargo
from tests.faults.soak.processes import processes_of
from tests.faults.soak.scene import FAR, look
from tests.faults.soak.visitors import gives_nothing
from tests.faults.soak.work import ENTRANCES, Work

PATIENCE = 300.0
LOG = """
SELECT agent, download.state, bytes, link.id, link.downloads, link.in_flight, download_limit
FROM download JOIN link ON link.id = link_id
"""


class Reckoning:
    """What must hold after all of it."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._scene = work.scene
        self.plans: list[Plan] = []
        self.counted_though_cut = 0
        """Downloads whose last byte was sent and lost on the line."""

    async def settled(self) -> None:
        """Wait until plans are over, downloads have ended, and the last look saw it all."""
        self.plans = await self._work.planning.settled(patience=PATIENCE)
        end = time.monotonic() + PATIENCE
        services = self._scene.house.services
        while any(
            look(catalogue, "SELECT 1 FROM link WHERE in_flight <> 0")
            for catalogue in (self._scene.near_catalogue, self._scene.far_catalogue)
        ):
            assert time.monotonic() < end
            await asyncio.sleep(0.2)
        asked = services.clock()
        await services.links.ask_for_refresh()
        while (seen := services.links.as_of("local")) is None or seen <= asked:
            assert time.monotonic() < end, services.links.trouble("local")
            await asyncio.sleep(0.2)

    def every_upload_is_one_file_with_its_digest(self) -> None:
        wanted = Counter((one.account in FAR, one.name, one.sha256) for one in self._work.cargoes)
        wanted.update((False, name, digest) for name, digest in self._work.handed_in.items())
        found: Counter[tuple[bool, str, str]] = Counter()
        for far, catalogue in ((False, self._scene.near_catalogue), (True, self._scene.far_catalogue)):
            kept = _kept(catalogue)
            for name, digest, blob in look(catalogue, "SELECT name, sha256, blob FROM file"):
                with kept[blob].open("rb") as file:
                    assert hashlib.file_digest(file, "sha256").hexdigest() == digest, name
                found[far, name, digest] += 1
        assert found == wanted

    def every_link_has_its_exact_count(self) -> None:
        """Whoever has all bytes is counted, once; whoever's answer was cut, only if all of it was sent."""
        told: dict[str, list[tuple[str, int]]] = defaultdict(list)
        counts: Counter[str] = Counter()
        for catalogue in (self._scene.near_catalogue, self._scene.far_catalogue):
            for agent, state, sent, link, downloads, in_flight, limit in look(catalogue, LOG):
                told[agent].append((state, sent))
                counts[link] += state == "complete"
                assert in_flight == 0
                assert limit is None or downloads <= limit
            rows = look(catalogue, "SELECT id, downloads FROM link WHERE kind <> 'upload'")
            assert {link: counts[link] for link, _ in rows} == dict(rows)
        [(received,)] = look(
            self._scene.near_catalogue, "SELECT sum(downloads) FROM link WHERE kind = 'upload'"
        )
        assert received == len(self._work.handed_in)
        for cargo in self._work.cargoes:
            for attempt in cargo.attempts:
                self._is_counted_right(cargo, attempt, told.pop(attempt.agent, []))
            if not cargo.ended and (cargo.spec is None or cargo.spec.download_limit is None):
                assert cargo.arrived == DOWNLOADERS, cargo
        assert not told

    def _is_counted_right(self, cargo: Cargo, attempt: Attempt, rows: list[tuple[str, int]]) -> None:
        if attempt.whole:
            assert rows == [("complete", cargo.size)], (attempt, rows)
        elif rows:
            [(state, sent)] = rows
            assert state in {"complete", "partial"}, (attempt, rows)
            if state == "complete":
                self.counted_though_cut += 1
                assert sent == cargo.size

    def every_link_is_known_as_it_is(self) -> None:
        """One link for each upload and each that a plan made, and the list has them all, counts too."""
        made: Counter[str] = Counter()
        question = (
            "SELECT file.name FROM link JOIN link_file ON link_id = link.id JOIN file ON file_id = file.id "
            "WHERE kind <> 'upload'"
        )
        for catalogue in (self._scene.near_catalogue, self._scene.far_catalogue):
            made.update(name for (name,) in look(catalogue, question))
        assert made == {one.name: 1 + one.extra_links for one in self._work.cargoes}
        links = self._scene.house.services.links
        listed = links.window(LinkQuery(ended=True), offset=0, limit=1 << 30)
        there = dict(look(self._scene.near_catalogue, "SELECT id, downloads FROM link"))
        assert {one.id: one.downloads for one in listed if one.account == "local"} == there
        assert len({one.id for one in listed}) == len(listed) == sum(made.values()) + ENTRANCES

    def every_change_is_made(self) -> None:
        """None was left undone because of what only the daemon itself, or a visitor, did to its link."""
        for plan in self.plans:
            assert set(plan.counts) == {ChangeState.DONE}, plan

    async def what_was_ended_gives_nothing(self) -> None:
        for cargo in (one for one in self._work.cargoes if one.ended):
            end = time.monotonic() + 120  # some were told to end within a minute
            while not await gives_nothing(self._work.url_of(cargo)):
                assert time.monotonic() < end, cargo
                await asyncio.sleep(1)

    def nothing_is_left_over(self) -> None:
        """No file is there that the catalogue does not have, and no part of one that nobody sends."""
        for catalogue in (self._scene.near_catalogue, self._scene.far_catalogue):
            known = {blob for (blob,) in look(catalogue, "SELECT blob FROM file")}
            assert set(_kept(catalogue)) == known
            begun = {one for (one,) in look(catalogue, "SELECT id FROM upload WHERE file_id IS NULL")}
            parts = {path.name.removesuffix(".part") for path in (catalogue.parent / "tmp").glob("*.part")}
            assert parts <= begun

    def the_log_tells_of_no_fault_of_our_own(self) -> None:
        state = self._scene.program.locations.state
        said = "".join(path.read_text(errors="replace") for path in state.iterdir() if path.is_file())
        assert "Traceback" not in said
        assert " ERROR " not in said

    def every_database_is_whole(self) -> None:
        scene = self._scene
        for path in (scene.program.locations.database, scene.near_catalogue, scene.far_catalogue):
            connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
            assert connection.pragma("integrity_check") == "ok"
            assert not connection.execute("PRAGMA foreign_key_check").fetchall()
            connection.close()

    def no_process_is_left(self) -> None:
        """The processes beside the daemons, which open screens, ended with them."""
        ours = {self._scene.lines.pid, self._scene.server.pid}
        end = time.monotonic() + 60
        while left := processes_of(self._scene.program.home) - ours:
            assert time.monotonic() < end, left
            time.sleep(0.2)


def _kept(catalogue: Path) -> dict[str, Path]:
    """Return where the bytes of a link server are, by their ids."""
    return {path.name: path for path in (catalogue.parent / "blobs").rglob("*") if path.is_file()}

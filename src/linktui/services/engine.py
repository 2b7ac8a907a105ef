"""Run the queue: start what is due, stop what a person stopped, write progress out.

The engine and everybody else meet only in the database. It looks there when something changed, and
when the next waiting upload is due.
"""

from __future__ import annotations

import asyncio
import logging
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from datetime import datetime

from linktui.model.errors import InvalidInput, StorageError
from linktui.model.transfer import TransferState
from linktui.model.wording import explain
from linktui.providers.base import Provider, SendsParcels
from linktui.services.accounts import AccountService
from linktui.services.backoff import LONGEST_WAIT, is_due
from linktui.services.bandwidth import Bandwidth
from linktui.services.parcel import MOST_BYTES, Parcel
from linktui.services.pieces import SECONDS_PER_PIECE, SMALLEST_PIECE
from linktui.services.transfers import TransferService
from linktui.services.turns import Turn, Turns
from linktui.services.upload import Upload
from linktui.storage.arrivals import Arrivals
from linktui.storage.changes import Changes
from linktui.storage.damage import is_damage
from linktui.storage.database import Database
from linktui.storage.files import Files
from linktui.storage.links import Links
from linktui.storage.transfers import Transfers

LOOK = 0.1
"""Seconds between two looks at whether the database changed."""
PROGRESS = 0.2
"""Seconds between two writes of progress."""
STORAGE_REST = 5.0
"""Seconds to leave a full or failing disk alone."""
OWN_FAULT = "linktui met a fault of its own; `linktui daemon logs` has the details, and retry tries again."
log = logging.getLogger("linktui.engine")


class Engine:
    """The running queue of one data directory."""

    def __init__(
        self,
        *,
        database: Database,
        accounts: AccountService,
        queue: TransferService,
        concurrency: int,
        bandwidth_limit: int,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._transfers = Transfers(database)
        self._links = Links(database)
        self._files = Files(database)
        self._changes = Changes(database)
        self._arrivals = Arrivals(database)
        self._accounts = accounts
        self._queue = queue
        self._concurrency = concurrency
        self._bandwidth_limit = bandwidth_limit
        self._clock = clock
        self._bandwidth = Bandwidth(now=time.monotonic)
        self._works: dict[asyncio.Task[None], Upload | Parcel] = {}
        self._running: set[str] = set()
        self._alone: set[str] = set()
        """Uploads that were in a parcel, and have to go by themselves now."""
        self._ended = asyncio.Event()

    @property
    def busy(self) -> bool:
        """Whether any upload is being worked on."""
        return bool(self._works)

    async def run(self) -> None:
        """Work until cancelled; then every upload is left where the service confirmed it."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._write_progress())
                await self._work()
        finally:
            for task in self._works:
                task.cancel()
            await asyncio.gather(*self._works, return_exceptions=True)

    async def drain(self) -> None:
        """Work until nothing is left to do but wait (for tests, and for a queue run inline)."""
        while True:
            await self._reap()
            await self._step()
            if not self._works:
                return
            await asyncio.wait(self._works, return_when=asyncio.FIRST_COMPLETED)

    async def _work(self) -> None:
        version = -1
        while True:
            latest = self._database.version()
            due = self._transfers.next_wait()
            if latest != version or (due is not None and is_due(due, self._clock())) or self._has_ended():
                version = latest
                if not await self._reap():
                    await asyncio.sleep(STORAGE_REST)
                await self._step()
            await self._rest()

    async def _rest(self) -> None:
        """Wait for the next look, or less if something ends: its place is free for the next."""
        if not self._has_ended():
            self._ended.clear()
            # Not `wait_for`, which forgets a cancellation that comes together with what it waits for (3.11).
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK):
                    await self._ended.wait()

    def _has_ended(self) -> bool:
        return any(task.done() for task in self._works)

    async def _reap(self) -> bool:
        """Let go of what has ended; tell whether the disk took everything that was written to it."""
        well = True
        for task, work in list(self._works.items()):
            if not task.done():
                continue
            del self._works[task]
            self._running.difference_update(work.ids)
            if isinstance(work, Parcel):
                self._alone |= work.alone
            else:
                self._alone.difference_update(work.ids)
            error = None if task.cancelled() else task.exception()
            if error is not None and is_damage(error):
                raise error
            if isinstance(error, StorageError):
                well = False
                log.warning("%s", explain(error))
            elif error is not None:
                await self._give_up(work.ids, error)
        return well

    async def _give_up(self, transfer_ids: Sequence[str], error: BaseException) -> None:
        """Fail uploads that met a fault of linktui's own, and leave the others running."""
        # Without its words: what was fallen over may hold a share URL.
        where = "".join(traceback.format_tb(error.__traceback__))
        log.error("upload %s: %s\n%s", " ".join(transfer_ids), type(error).__name__, where)
        await self._transfers.set(
            transfer_ids,
            state=TransferState.FAILED,
            error=OWN_FAULT,
            error_kind="",
            finished_at=self._clock(),
        )

    async def _step(self) -> None:
        """Bring what runs in line with what the database wants."""
        set_rate = self._queue.bandwidth_limit
        self._bandwidth.rate = self._bandwidth_limit if set_rate is None else set_rate
        self._stop_interrupted()
        now = self._clock()
        turns = Turns(
            transfers=self._transfers,
            accounts=self._accounts,
            running=self._running,
            alone=self._alone,
            now=now,
        )
        slots = self._concurrency - len(self._works)
        # Closed at once: what is half read keeps this connection from seeing what is written meanwhile.
        with closing(self._transfers.due(now, latest=now + LONGEST_WAIT, besides=self._running)) as due:
            chosen = turns.choose(due, slots=slots, parcel=self._parcel_size())
        for turn in chosen:
            await self._start(turn)

    def _parcel_size(self) -> int:
        """Return how many bytes go in one request: of a slow line, a few seconds' worth."""
        rate = self._bandwidth.rate
        return MOST_BYTES if not rate else max(SMALLEST_PIECE, min(MOST_BYTES, int(rate * SECONDS_PER_PIECE)))

    def _stop_interrupted(self) -> None:
        if not self._works:
            return
        states = self._transfers.states(self._running)
        for task, work in self._works.items():
            if work.stopped(states):
                task.cancel()

    async def _start(self, turn: Turn) -> None:
        first = turn.uploads[0]
        if not self._accounts.knows(first.account):
            # Its account was taken out of the file, so that nothing can be removed there any more.
            await self._transfers.set(
                [first.id], only=[TransferState.CANCELLING], state=TransferState.CANCELLED
            )
            return
        try:
            provider = self._accounts.provider(first.account)
        except InvalidInput as error:  # what only opening it shows, such as a setting of its own
            await self._transfers.set(
                [first.id],
                only=[first.state],
                state=TransferState.FAILED,
                error=explain(error),
                error_kind=type(error).__name__,
                finished_at=self._clock(),
            )
            return
        work = self._work_on(turn, provider)
        task = asyncio.get_running_loop().create_task(work.run(), name=f"upload {first.id}")
        task.add_done_callback(lambda _: self._ended.set())
        self._works[task] = work
        self._running.update(work.ids)

    def _work_on(self, turn: Turn, provider: Provider) -> Upload | Parcel:
        if turn.is_parcel:
            assert isinstance(provider, SendsParcels)  # else it had not been chosen for one
            return Parcel(
                turn.uploads,
                provider=provider,
                transfers=self._transfers,
                arrivals=self._arrivals,
                bandwidth=self._bandwidth,
                clock=self._clock,
            )
        return Upload(
            turn.uploads[0],
            provider=provider,
            transfers=self._transfers,
            links=self._links,
            files=self._files,
            changes=self._changes,
            arrivals=self._arrivals,
            bandwidth=self._bandwidth,
            clock=self._clock,
        )

    async def _write_progress(self) -> None:
        written: dict[str, tuple[int, int, float]] = {}
        while True:
            await asyncio.sleep(PROGRESS)
            progress = {
                work.ids[0]: (work.progress.confirmed, work.progress.sent, work.progress.rate)
                for work in self._works.values()
                if isinstance(work, Upload)
            }
            changed = {key: value for key, value in progress.items() if written.get(key) != value}
            written = progress
            if changed:
                with suppress(StorageError):  # it is only for show, and the next one may go through
                    await self._transfers.set_progress(changed)

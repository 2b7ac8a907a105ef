"""Run the queue: start what is due, stop what a person stopped, write progress out.

The engine and everybody else meet only in the database. It looks there when something changed, and
when the next waiting upload is due.
"""

from __future__ import annotations

import asyncio
import logging
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from linktui.model.errors import InvalidInput, StorageError
from linktui.model.transfer import Transfer, TransferState
from linktui.model.wording import explain
from linktui.services.accounts import AccountService
from linktui.services.backoff import is_due
from linktui.services.bandwidth import Bandwidth
from linktui.services.transfers import TransferService
from linktui.services.upload import Upload, batch_is_there
from linktui.storage.changes import Changes
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
        self._accounts = accounts
        self._queue = queue
        self._concurrency = concurrency
        self._bandwidth_limit = bandwidth_limit
        self._clock = clock
        self._bandwidth = Bandwidth(now=time.monotonic)
        self._running: dict[str, tuple[Upload, asyncio.Task[None]]] = {}

    @property
    def busy(self) -> bool:
        """Whether any upload is being worked on."""
        return bool(self._running)

    async def run(self) -> None:
        """Work until cancelled; then every upload is left where the service confirmed it."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._write_progress())
                await self._work(group)
        finally:
            tasks = [task for _, task in self._running.values()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def drain(self) -> None:
        """Work until nothing is left to do but wait (for tests, and for a queue run inline)."""
        while True:
            await self._reap()
            await self._step()
            tasks = [task for _, task in self._running.values()]
            if not tasks:
                return
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)

    async def _work(self, group: asyncio.TaskGroup) -> None:
        version = -1
        while True:
            latest = self._database.version()
            due = self._transfers.next_wait()
            if latest != version or (due is not None and is_due(due, self._clock())) or self._has_ended():
                version = latest
                if not await self._reap():
                    await asyncio.sleep(STORAGE_REST)
                await self._step()
            await asyncio.sleep(LOOK)

    def _has_ended(self) -> bool:
        return any(task.done() for _, task in self._running.values())

    async def _reap(self) -> bool:
        """Let go of what has ended; tell whether the disk took everything that was written to it."""
        well = True
        for transfer_id, (_, task) in list(self._running.items()):
            if not task.done():
                continue
            del self._running[transfer_id]
            error = None if task.cancelled() else task.exception()
            if isinstance(error, StorageError):
                well = False
                log.warning("%s", explain(error))
            elif error is not None:
                await self._give_up(transfer_id, error)
        return well

    async def _give_up(self, transfer_id: str, error: BaseException) -> None:
        """Fail one upload that met a fault of linktui's own, and leave the others running."""
        # Without its words: what was fallen over may hold a share URL.
        where = "".join(traceback.format_tb(error.__traceback__))
        log.error("upload %s: %s\n%s", transfer_id, type(error).__name__, where)
        await self._transfers.set([transfer_id], state=TransferState.FAILED, error=OWN_FAULT, error_kind="")

    async def _step(self) -> None:
        """Bring what runs in line with what the database wants."""
        set_rate = self._queue.bandwidth_limit
        self._bandwidth.rate = self._bandwidth_limit if set_rate is None else set_rate
        self._stop_interrupted()
        now = self._clock()
        for transfer in self._transfers.runnable():
            if len(self._running) >= self._concurrency:
                break
            if transfer.id in self._running:
                continue
            if transfer.state is TransferState.CANCELLING and not self._accounts.knows(transfer.account):
                # Its account was taken out of the file, so that nothing can be removed there any more.
                await self._transfers.set(
                    [transfer.id], only=[TransferState.CANCELLING], state=TransferState.CANCELLED
                )
            elif self._wanted(transfer, now):
                await self._start(transfer)

    def _stop_interrupted(self) -> None:
        for transfer_id, (upload, task) in self._running.items():
            transfer = self._transfers.get(transfer_id)
            # One that was only just started is still in the state it was started from.
            going = transfer is not None and (transfer.state.active or transfer.state is upload.state)
            stopped = transfer is None or not (going or transfer.state.settled)
            cancelling = transfer is not None and transfer.state is TransferState.CANCELLING
            if stopped or (cancelling and not upload.cancelling):
                task.cancel()

    def _wanted(self, transfer: Transfer, now: datetime) -> bool:
        """Tell whether there is work on it, rather than only waiting for its batch or its time."""
        if transfer.next_at is not None and not is_due(transfer.next_at, now):
            return False
        # An account added a moment ago is not known here yet, and one that was taken out no longer.
        if not self._accounts.knows(transfer.account) or self._would_be_mixed_up(transfer):
            return False
        if transfer.state is not TransferState.LINKING or not transfer.one_link:
            return True
        batch = self._transfers.batch(transfer.batch)
        linking = [one for one in batch if one.state is TransferState.LINKING]
        return linking[:1] == [transfer] and batch_is_there(batch)

    def _would_be_mixed_up(self, transfer: Transfer) -> bool:
        """Tell whether another upload is under way that only its name, the same one, would tell apart."""
        if transfer.session or not self._accounts.get(transfer.account).limits.one_upload_per_name:
            return False
        return any(
            (one.account, one.name) == (transfer.account, transfer.name)
            and one.id != transfer.id
            and (one.id in self._running or (one.session and not one.file_id and not one.state.settled))
            for one in self._transfers.all()
        )

    async def _start(self, transfer: Transfer) -> None:
        try:
            provider = self._accounts.provider(transfer.account)
        except InvalidInput as error:  # what only opening it shows, such as a setting of its own
            await self._transfers.set(
                [transfer.id],
                only=[transfer.state],
                state=TransferState.FAILED,
                error=explain(error),
                error_kind=type(error).__name__,
            )
            return
        upload = Upload(
            transfer,
            provider=provider,
            transfers=self._transfers,
            links=self._links,
            files=self._files,
            changes=self._changes,
            bandwidth=self._bandwidth,
            clock=self._clock,
        )
        task = asyncio.get_running_loop().create_task(upload.run(), name=f"upload {transfer.id}")
        self._running[transfer.id] = (upload, task)

    async def _write_progress(self) -> None:
        written: dict[str, tuple[int, int, float]] = {}
        while True:
            await asyncio.sleep(PROGRESS)
            progress = {
                transfer_id: (upload.progress.confirmed, upload.progress.sent, upload.progress.rate)
                for transfer_id, (upload, _) in self._running.items()
            }
            changed = {key: value for key, value in progress.items() if written.get(key) != value}
            written = progress
            if changed:
                with suppress(StorageError):  # it is only for show, and the next one may go through
                    await self._transfers.set_progress(changed)

"""Carry many small uploads at once: one look at each file, one commit, one request, one commit.

Only what goes well is done here. An upload that meets anything of its own, such as a file that is gone, is
left as it is for `upload.py`, which takes it alone and says what is the matter.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from linktui.model.errors import (
    DaemonNotRunning,
    DigestMismatch,
    LinktuiError,
    RateLimited,
    SourceChanged,
    SourceUnreadable,
    StorageError,
    Unauthorized,
    Unavailable,
    Unintelligible,
)
from linktui.model.transfer import Transfer, TransferState
from linktui.providers.base import Packed, SendsParcels, UploadStatus
from linktui.services.backoff import delay
from linktui.services.bandwidth import Bandwidth
from linktui.services.source import read_small
from linktui.services.upload import hold_account, key_of, remove_spooled, told_of, with_upload
from linktui.storage.arrivals import Arrival, Arrivals
from linktui.storage.transfers import Transfers, Value

MOST_FILES = 200
MOST_BYTES = 4 * 1024 * 1024
"""What goes in one request at most; all of it is in memory meanwhile."""

_PASSING = (RateLimited, Unavailable, Unintelligible, DaemonNotRunning)


@dataclass(frozen=True, slots=True)
class _Item:
    transfer: Transfer
    packed: Packed


class Parcel:
    """Some uploads of one account at work."""

    def __init__(
        self,
        uploads: Sequence[Transfer],
        *,
        provider: SendsParcels,
        transfers: Transfers,
        arrivals: Arrivals,
        bandwidth: Bandwidth,
        clock: Callable[[], datetime],
    ) -> None:
        self._uploads = uploads
        self._provider = provider
        self._transfers = transfers
        self._arrivals = arrivals
        self._bandwidth = bandwidth
        self._clock = clock
        self.alone: set[str] = set()
        """The uploads that have to go by themselves."""

    @property
    def ids(self) -> tuple[str, ...]:
        """The uploads in it."""
        return tuple(one.id for one in self._uploads)

    def stopped(self, states: Mapping[str, TransferState]) -> bool:
        """Tell whether nobody wants any of it to go on; one that is cancelled is taken back afterwards."""
        over = {TransferState.PAUSED, TransferState.CANCELLING}
        return all(states.get(one) in over or one not in states for one in self.ids)

    async def run(self) -> None:
        """Send what can be sent together; ends with each row in a state that says how that ended."""
        items = await asyncio.to_thread(self._read)
        if not items:
            return
        begun = await self._begin(items)
        items = [item for item in items if item.transfer.id in begun]
        try:
            await self._send(items)
        except StorageError:
            raise
        except LinktuiError as error:
            await self._fail(items, error)

    def _read(self) -> list[_Item]:
        """Read the files, leaving those out that are not what they were; blocks."""
        items = []
        for one in self._uploads:
            try:
                data, digest = read_small(one.source)
            except (SourceChanged, SourceUnreadable):
                self.alone.add(one.id)
                continue
            share = None if one.one_link else one.share
            session = one.session or self._provider.pack(one.name, one.size, key=key_of(one), share=share)
            items.append(_Item(one, Packed(session, data, digest)))
        return items

    async def _begin(self, items: Sequence[_Item]) -> frozenset[str]:
        """Commit what is about to be sent; whoever takes over from a dead process finds it by its session."""
        wanted: dict[str, Mapping[str, Value]] = {
            item.transfer.id: {
                "state": TransferState.UPLOADING,
                "session": item.packed.session,
                "next_at": None,
            }
            for item in items
        }
        states = {item.transfer.state for item in items}
        return await self._transfers.set_each(wanted, only=states)

    async def _send(self, items: Sequence[_Item]) -> None:
        if not items:
            return
        await self._bandwidth.take(sum(item.transfer.size for item in items))
        told = await self._provider.send_parcel([item.packed for item in items])
        arrived = []
        for item, status in zip(items, told, strict=True):
            if status.file is None or status.file.sha256 not in {"", item.packed.sha256}:
                self.alone.add(item.transfer.id)  # it is sent again, found to be wrong again, and deleted
            else:
                arrived.append(_arrival(item, status))
        for one in await self._arrivals.commit(arrived, at=self._clock()):
            if one.state is TransferState.DONE:
                remove_spooled(one.transfer)

    async def _fail(self, items: Sequence[_Item], error: LinktuiError) -> None:
        if isinstance(error, Unauthorized):
            await self._set(items, state=TransferState.AUTH_NEEDED, **told_of(error))
            await hold_account(self._transfers, items[0].transfer.account, error)
        elif isinstance(error, _PASSING):
            attempts = 1 + max(item.transfer.attempts for item in items)
            seconds = delay(attempts, retry_after=getattr(error, "retry_after", None))
            next_at = self._clock() + timedelta(seconds=seconds)
            waiting = TransferState.WAITING
            await self._set(items, state=waiting, attempts=attempts, next_at=next_at, **told_of(error))
        elif len(items) > 1 or isinstance(error, DigestMismatch):  # which is sent again
            self.alone.update(item.transfer.id for item in items)
        else:  # it was its own that was refused
            await self._set(items, state=TransferState.FAILED, **told_of(error), finished_at=self._clock())

    async def _set(self, items: Sequence[_Item], **values: Value) -> None:
        await self._transfers.set(
            [item.transfer.id for item in items], only=[TransferState.UPLOADING], **values
        )


def _arrival(item: _Item, status: UploadStatus) -> Arrival:
    transfer, link = item.transfer, status.link
    assert status.file is not None  # its answer told it
    is_done = transfer.share is None or link is not None
    return Arrival(
        transfer=transfer,
        state=TransferState.DONE if is_done else TransferState.LINKING,
        sha256=item.packed.sha256,
        file_id=status.file.id,
        file=status.file,
        link=None if link is None else link.link,
        raw="" if link is None else link.raw,
        detail="" if link is None else with_upload(link, transfer),
    )

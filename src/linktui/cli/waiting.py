"""Wait for uploads that the daemon sends, showing how far they are."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Container, Sequence

from linktui.cli.desk import Desk
from linktui.cli.meter import Meter, meter_line
from linktui.cli.output import say
from linktui.model.transfer import Transfer, TransferState

LOOK = 0.2
DAEMON_LOOK = 1.0
"""Seconds between two looks at the queue, and at whether the daemon still lives."""
_OVER = {
    TransferState.DONE,
    TransferState.FAILED,
    TransferState.CANCELLED,
    TransferState.AUTH_NEEDED,
    TransferState.SOURCE_CHANGED,
    TransferState.CONFLICT,
}


async def wait_for(desk: Desk, queued: Sequence[Transfer]) -> list[Transfer]:
    """Return the uploads once none of them will go on by itself; a daemon that died is started again."""
    meter = Meter() if sys.stderr.isatty() else None
    if meter is None:
        say(f"Uploading {len(queued)} file{'s' if len(queued) > 1 else ''}.")
    try:
        uploads = await _until_over(desk, queued, meter)
    except asyncio.CancelledError:
        ids = " ".join(upload.id for upload in queued)
        say(f"The upload goes on in the daemon; cancel it with `linktui uploads cancel {ids}`.")
        raise
    if meter is None:
        done = sum(upload.state is TransferState.DONE for upload in uploads)
        say(f"{done} of {len(uploads)} done.")
    return uploads


async def _until_over(desk: Desk, queued: Sequence[Transfer], meter: Meter | None) -> list[Transfer]:
    known = {upload.id: upload for upload in queued}
    daemon_seen = time.monotonic()
    try:
        while True:
            # Somebody may have cleared a finished one out of the list: what was last seen of it holds.
            queue = {one.id: one for one in desk.services.transfers.snapshot()}
            known |= {one: queue[one] for one in known if one in queue}
            uploads = list(known.values())
            if _over(uploads) or _forgotten(uploads, queue):
                return uploads
            if meter is not None:
                meter.show(meter_line(uploads))
            if time.monotonic() - daemon_seen > DAEMON_LOOK:
                await desk.ensure_running()
                daemon_seen = time.monotonic()
            await asyncio.sleep(LOOK)
    finally:
        if meter is not None:
            meter.clear()


def _forgotten(uploads: Sequence[Transfer], queue: Container[str]) -> bool:
    """Tell whether nothing of what is left is in the queue any more."""
    return all(upload.state in _OVER or upload.id not in queue for upload in uploads)


def _over(uploads: Sequence[Transfer]) -> bool:
    """Tell whether all is over: a file that shares a link with one that failed waits for ever."""
    over = [upload for upload in uploads if upload.state in _OVER]
    if len(over) == len(uploads):
        return True
    failed = any(upload.state not in {TransferState.DONE, TransferState.CANCELLED} for upload in over)
    rest = [upload for upload in uploads if upload.state not in _OVER]
    return failed and all(upload.one_link and upload.state is TransferState.LINKING for upload in rest)

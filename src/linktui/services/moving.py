"""Move a link to another account: fetch its files, upload and link them there, and perhaps end the old link.

Each step leaves a trace that the next try finds: a file that was fetched, uploads in the queue under a batch
of the change's own, the new link. So a move goes on where somebody died, and makes one link.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from linktui.model.change import Change, ChangeState, Intent, Verb
from linktui.model.differences import is_applied
from linktui.model.errors import NotFound, StorageUnusable
from linktui.model.link import Link, LinkedFile, LinkEdit
from linktui.model.option import with_defaults
from linktui.model.transfer import OnConflict, Transfer, TransferState
from linktui.providers.base import ReadsFiles, Told
from linktui.services.accounts import AccountService
from linktui.services.acts import perform
from linktui.services.transfers import Order, TransferService
from linktui.storage.links import Links
from linktui.storage.plans import Ended

AT_ONCE = 3
"""Moves under way: each takes room in the spool."""
LOOK = 0.2
"""Seconds between two looks at how far the uploads are."""
_FAILED = {
    TransferState.FAILED,
    TransferState.CANCELLED,
    TransferState.AUTH_NEEDED,
    TransferState.SOURCE_CHANGED,
}


class Mover:
    """Moves links, a few at once."""

    def __init__(
        self,
        *,
        accounts: AccountService,
        transfers: TransferService,
        links: Links,
        spool: Path,
        now: Callable[[str], datetime],
        clock: Callable[[], datetime],
    ) -> None:
        """`now` returns the moment by the clock of an account's service."""
        self._accounts = accounts
        self._transfers = transfers
        self._links = links
        self._spool = spool
        self._now = now
        self._clock = clock
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def move(self, change: Change) -> Ended:
        """Make a move, or go on with one, and return how it ended; raises the errors of providers."""
        intent = change.intent
        assert intent is not None  # whoever planned it has seen to both
        assert intent.link is not None
        async with self._turns:
            uploads = await self._uploads(change.key, intent, intent.link)
            failed = next((one for one in uploads if one.state in _FAILED), None)
            if failed is not None:
                why = failed.error or f"its upload is {failed.state.value}"
                return Ended(change_id=change.id, state=ChangeState.FAILED, error=f"“{failed.name}”: {why}")
            after = self._links.get(intent.account, uploads[0].link_id)
            if intent.edit is not None:
                await self._end(intent.link, intent.edit)
        return Ended(change_id=change.id, state=ChangeState.DONE, after=after)

    async def _uploads(self, key: str, intent: Intent, link: Link) -> Sequence[Transfer]:
        """Have the files uploaded and linked, and return the uploads once they are over."""
        batch = f"move-{key}"
        uploads: Sequence[Transfer] = self._transfers.batch(batch)
        if uploads:
            await self._transfers.retry(one.id for one in uploads if one.state in _FAILED)
        else:
            sources = [
                (await self._fetched(link, file, f"{batch}-{number}"), file.name or link.name)
                for number, file in enumerate(link.files)
            ]
            options = with_defaults(self._accounts.get(intent.account).limits.file_options, {})
            order = Order(
                account=intent.account,
                paths=(),
                share=intent.spec,
                one_link=len(sources) > 1,
                on_conflict=OnConflict.KEEP_BOTH,
                options=options,
            )
            uploads = await self._transfers.enqueue_spooled(sources, order, batch=batch)
        while True:
            # Somebody may clear what is done out of the queue at any moment.
            uploads = self._transfers.batch(batch) or uploads
            states = {one.state for one in uploads}
            if states == {TransferState.DONE} or states & _FAILED:
                return uploads
            await asyncio.sleep(LOOK)

    async def _fetched(self, link: Link, file: LinkedFile, name: str) -> Path:
        """Return a copy of one of the link's files, fetched unless that was done before."""
        final = self._spool / name
        if final.exists():
            return final
        provider = self._accounts.provider(link.account)
        assert isinstance(provider, ReadsFiles)  # its limits claim so
        part = final.with_suffix(".part")
        try:
            with part.open("wb") as out:
                os.fchmod(out.fileno(), 0o600)
                await _write(provider.read_file(file.id), out)
            await asyncio.to_thread(part.replace, final)
        except OSError as error:
            raise StorageUnusable(self._spool, error.strerror or str(error)) from error
        finally:
            part.unlink(missing_ok=True)
        return final

    async def _end(self, link: Link, edit: LinkEdit) -> None:
        """End the old link, unless it has ended or gone: perhaps by whoever died after doing it."""
        provider = self._accounts.provider(link.account)
        try:
            told = await provider.get_link(link.id, file_id=link.files[0].id)
        except NotFound:
            return
        if is_applied(told.link, edit, now=self._now(link.account)):
            ended: Told | None = told
        else:
            ended = await perform(
                provider, Intent(account=link.account, verb=Verb.EXPIRE, link=told.link, edit=edit)
            )
        if ended is not None:
            await self._links.save([(ended.link, ended.raw)], seen=self._clock())


async def _write(pieces: AsyncIterator[bytes], out: BinaryIO) -> None:
    async for piece in pieces:
        await asyncio.to_thread(out.write, piece)
    out.flush()
    await asyncio.to_thread(os.fsync, out.fileno())

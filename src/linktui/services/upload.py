"""Carry one upload from queued to done, each step committed before it is taken.

Nothing is believed that the service did not confirm: after any doubt it is asked how far it is. A
process that dies at any point leaves a row from which the next one goes on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta

from linktui.model.capability import Ability
from linktui.model.errors import (
    BegunAnew,
    Conflict,
    DaemonNotRunning,
    DigestMismatch,
    LinktuiError,
    NotFound,
    ProviderError,
    RateLimited,
    SourceChanged,
    SourceUnreadable,
    StorageError,
    Unauthorized,
    Unavailable,
    Unintelligible,
    Unsupported,
)
from linktui.model.file import File
from linktui.model.transfer import MOST_SESSIONS, OnConflict, Transfer, TransferState
from linktui.model.wording import explain
from linktui.providers.base import DeletesFiles, KeepsFiles, Provider, Told, UploadsResumably, UploadStatus
from linktui.services.backoff import delay
from linktui.services.bandwidth import Bandwidth
from linktui.services.pieces import Pieces
from linktui.services.progress import Progress
from linktui.services.source import SourceReader
from linktui.storage.arrivals import Arrival, Arrivals
from linktui.storage.changes import Changes
from linktui.storage.files import Files
from linktui.storage.links import Links
from linktui.storage.transfers import Transfers, Value

RETRIED = (RateLimited, Unavailable, Unintelligible, Conflict, DaemonNotRunning)


class Interrupted(Exception):
    """The row is no longer in the state this step left it in."""


class Upload:
    """One upload at work."""

    def __init__(
        self,
        transfer: Transfer,
        *,
        provider: Provider,
        transfers: Transfers,
        links: Links,
        files: Files,
        changes: Changes,
        arrivals: Arrivals,
        bandwidth: Bandwidth,
        clock: Callable[[], datetime],
    ) -> None:
        self._transfer = transfer
        self._provider = provider
        self._transfers = transfers
        self._links = links
        self._files = files
        self._changes = changes
        self._arrivals = arrivals
        self._bandwidth = bandwidth
        self._clock = clock
        self._state = transfer.state
        self.progress = Progress(confirmed=transfer.offset, now=time.monotonic)

    @property
    def ids(self) -> tuple[str, ...]:
        """The one upload it is."""
        return (self._transfer.id,)

    def stopped(self, states: Mapping[str, TransferState]) -> bool:
        """Tell whether somebody paused, cancelled or removed it, unless this run is the one that cancels."""
        state = states.get(self._transfer.id)
        if state is TransferState.CANCELLING:
            return self._transfer.state is not TransferState.CANCELLING
        # The state it was started in is no stop: it may have much to read before it enters the next one.
        return state is None or not (state.active or state.settled or state is self._state)

    async def run(self) -> None:
        """Take every step that is left; ends with the row in a state that says how it ended."""
        try:
            if self._state is TransferState.CANCELLING:
                await self._cancel()
            elif self._transfer.file_id:
                await self._enter(TransferState.LINKING)
                await self._link(again=True)
            elif not await self._settle_conflict():
                await self._send()
        except Interrupted:
            return
        except StorageError:
            raise
        except LinktuiError as error:
            with suppress(Interrupted):
                await self._fail(error)

    async def _send(self) -> None:
        transfer = self._transfer
        provider = self._provider
        if not isinstance(provider, UploadsResumably):
            raise Unsupported(Ability.RESUME_UPLOAD.value, "it takes no uploads here")
        try:
            async with SourceReader(transfer.source) as reader:
                sent = await self._send_all(provider, reader)
                digest = await reader.sha256()
                reader.check()
        except (SourceChanged, SourceUnreadable):
            await self._abort()
            raise
        assert sent.file_id is not None  # it was sent whole
        file = await self._verified(sent.file_id, digest, told=sent.file)
        await self._arrive(sent.file_id, digest, file=file, link=sent.link)
        if sent.link is None:
            await self._link()

    async def _send_all(self, provider: UploadsResumably, reader: SourceReader) -> UploadStatus:
        """Send what the service does not have yet and return what it says of the whole."""
        session = await self._session(provider)
        await self._enter(TransferState.UPLOADING)
        status = await provider.upload_status(session, confirmed=self._transfer.offset)
        pieces = Pieces(
            provider,
            session,
            size=self._transfer.size,
            reader=reader,
            bandwidth=self._bandwidth,
            progress=self.progress,
        )
        status = await pieces.send(status)
        await self._enter(TransferState.COMPLETING, confirmed=self._transfer.size, sent=self._transfer.size)
        return status

    async def _session(self, provider: UploadsResumably) -> str:
        if self._transfer.session:
            return self._transfer.session
        await self._enter(TransferState.CREATING)
        lost = self._transfers.sessions_lost(self._transfer.id)
        session = await provider.begin_upload(
            self._transfer.name,
            self._transfer.size,
            key=key_of(self._transfer, lost=lost),
            options=self._transfer.options,
            share=None if self._transfer.one_link else self._transfer.share,
        )
        await self._enter(TransferState.UPLOADING, session=session)
        return session

    async def _verified(self, file_id: str, digest: str, *, told: File | None) -> File | None:
        """Compare what arrived with what was on disk, and return the file where the service tells of it."""
        await self._enter(TransferState.VERIFYING, sha256=digest)
        provider = self._provider
        if not isinstance(provider, KeepsFiles):
            return None
        file = told or await provider.get_file(file_id)
        if file.sha256 and file.sha256 != digest:
            if isinstance(provider, DeletesFiles):
                await provider.delete_file(file_id)
            raise DigestMismatch
        return file

    async def _arrive(self, file_id: str, digest: str, *, file: File | None, link: Told | None) -> None:
        """Commit that the file is there, and with it the link that the service made along with it."""
        arrival = Arrival(
            transfer=self._transfer,
            state=TransferState.LINKING if link is None else TransferState.DONE,
            sha256=digest,
            file_id=file_id,
            file=file,
            link=None if link is None else link.link,
            raw="" if link is None else link.raw,
            detail="" if link is None else with_upload(link, self._transfer),
        )
        if not await self._arrivals.commit([arrival], at=self._clock(), only=self._state):
            raise Interrupted
        self._state = arrival.state
        if link is not None:
            remove_spooled(self._transfer)

    async def _link(self, *, again: bool = False) -> None:
        """Make the link the upload is for, once for a whole batch that shares one."""
        transfer = self._transfers.get(self._transfer.id)
        if transfer is None:
            raise Interrupted
        if transfer.share is None:
            await self._finish([transfer])
            return
        members = [transfer]
        if transfer.one_link:
            batch = self._transfers.batch(transfer.batch)
            members = [one for one in batch if one.state is TransferState.LINKING]
            if members[:1] != [transfer] or not batch_is_there(batch):
                return
        key = f"link-{transfer.batch if transfer.one_link else transfer.id}"
        detail = f"kind: {transfer.share.kind.value}, for upload {transfer.id}"
        entry = await self._changes.intend(
            "create", account=transfer.account, subject="", detail=detail, at=self._clock()
        )
        try:
            told = await self._provider.create_link(
                tuple(one.file_id for one in members), transfer.share, key=key, again=again
            )
        except LinktuiError as error:
            await self._changes.finish(entry, error=explain(error))
            raise
        await self._changes.finish(entry, subject=told.link.id)
        await self._keep(told, members)

    async def _keep(self, told: Told, members: list[Transfer]) -> None:
        await self._links.save([(told.link, told.raw)], seen=self._clock())
        await self._finish(members, link_id=told.link.id, url=told.link.url)

    async def _finish(self, members: list[Transfer], *, link_id: str = "", url: str = "") -> None:
        await self._transfers.set(
            [one.id for one in members],
            state=TransferState.DONE,
            finished_at=self._clock(),
            error="",
            error_kind="",
            next_at=None,
            link_id=link_id,
            url=url,
        )
        for one in members:
            remove_spooled(one)

    async def _settle_conflict(self) -> bool:
        """Do what was chosen about a stored file of the same name; tell whether that was all."""
        transfer = self._transfer
        if transfer.session or transfer.on_conflict not in {OnConflict.REUSE, OnConflict.SKIP}:
            return False
        same = [
            file
            for file in self._files.same_name(transfer.account, transfer.name)
            if file.size == transfer.size
        ]
        if not same:
            return False
        if transfer.on_conflict is OnConflict.SKIP:
            await self._enter(TransferState.CANCELLED, error="Skipped: a file of that name is there already.")
            remove_spooled(transfer)
            return True
        async with SourceReader(transfer.source) as reader:
            digest = await reader.sha256()
        for file in same:
            if file.sha256 == digest:
                await self._enter(
                    TransferState.LINKING, file_id=file.id, sha256=digest, confirmed=transfer.size
                )
                await self._link()
                return True
        return False

    async def _cancel(self) -> None:
        await self._abort()
        if self._transfer.file_id and isinstance(self._provider, DeletesFiles):
            with suppress(Conflict, NotFound):
                await self._provider.delete_file(self._transfer.file_id)
        await self._enter(TransferState.CANCELLED, session="", file_id="", finished_at=self._clock())
        remove_spooled(self._transfer)

    async def _abort(self) -> None:
        current = self._transfers.get(self._transfer.id) or self._transfer
        if current.session and isinstance(self._provider, UploadsResumably):
            await self._provider.abort_upload(current.session)

    async def _enter(self, state: TransferState, **values: Value) -> None:
        """Commit the next state; raises Interrupted if somebody paused or cancelled meanwhile."""
        changed = await self._transfers.set(
            [self._transfer.id], only=[self._state], state=state, next_at=None, **values
        )
        if not changed:
            raise Interrupted
        self._state = state

    async def _fail(self, error: LinktuiError) -> None:
        match error:
            case Unauthorized():
                await self._enter(TransferState.AUTH_NEEDED, **told_of(error))
                await hold_account(self._transfers, self._transfer.account, error)
            case SourceChanged():
                await self._enter(
                    TransferState.SOURCE_CHANGED, **told_of(error), session="", confirmed=0, sent=0
                )
            case BegunAnew():
                await self._begin_anew(error)
            case _ if self._state is TransferState.CANCELLING:
                await self._wait(error, state=TransferState.CANCELLING)
            case Conflict() if self._state is TransferState.LINKING:
                await self._enter(TransferState.FAILED, **told_of(error), finished_at=self._clock())
            case ProviderError() | DaemonNotRunning() if isinstance(error, RETRIED):
                await self._wait(error, state=TransferState.WAITING)
            case _:
                await self._enter(TransferState.FAILED, **told_of(error), finished_at=self._clock())

    async def _begin_anew(self, error: BegunAnew) -> None:
        lost = self._transfers.sessions_lost(self._transfer.id) + 1
        given_up = lost % MOST_SESSIONS == 0
        changed = await self._transfers.set(
            [self._transfer.id],
            only=[self._state],
            state=TransferState.FAILED if given_up else TransferState.WAITING,
            next_at=None if given_up else self._clock(),
            finished_at=self._clock() if given_up else None,
            **told_of(type(error)(given_up=given_up)),
            session="",
            sessions_lost=lost,
            confirmed=0,
            sent=0,
        )
        if not changed:
            raise Interrupted

    async def _wait(self, error: LinktuiError, *, state: TransferState) -> None:
        attempts = 1 if self.progress.grew else self._transfer.attempts + 1
        seconds = delay(attempts, retry_after=getattr(error, "retry_after", None))
        changed = await self._transfers.set(
            [self._transfer.id],
            only=[self._state],
            state=state,
            attempts=attempts,
            next_at=self._clock() + timedelta(seconds=seconds),
            **told_of(error),
            confirmed=self.progress.confirmed,
            sent=self.progress.confirmed,
            rate=0.0,
        )
        if not changed:
            raise Interrupted


def key_of(transfer: Transfer, *, lost: int = 0) -> str:
    """Return the key of what is sent: of a file that changed it is another than before."""
    return f"{transfer.id}-{lost}-{transfer.source.mtime_ns}"


def with_upload(told: Told, transfer: Transfer) -> str:
    """Return what the journal says of a link that was made together with its file."""
    return f"kind: {told.link.kind.value}, with upload {transfer.id}"


def batch_is_there(batch: Iterable[Transfer]) -> bool:
    """Tell whether every upload of a batch that is still wanted has its file at the service."""
    given_up = {TransferState.CANCELLED, TransferState.CANCELLING}
    return all(one.state is TransferState.LINKING for one in batch if one.state not in given_up)


def told_of(error: LinktuiError) -> dict[str, str]:
    """Return the columns that keep an error: its sentence, and its kind for the exit code."""
    return {"error": explain(error), "error_kind": type(error).__name__}


def remove_spooled(transfer: Transfer) -> None:
    """Remove a file that linktui had made only to send it."""
    if transfer.source.spooled:
        transfer.source.path.unlink(missing_ok=True)


async def hold_account(transfers: Transfers, account: str, error: Unauthorized) -> None:
    """Keep an account's other uploads from the same refusal: too many of them lock some accounts."""
    others = [one.id for one in transfers.all() if one.account == account]
    only = (TransferState.QUEUED, TransferState.WAITING)
    await transfers.set(others, only=only, state=TransferState.AUTH_NEEDED, next_at=None, **told_of(error))

"""The upload queue as people and scripts handle it; the daemon does the work."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

from linktui.model.errors import InvalidInput, SecretMissing, SourceUnreadable
from linktui.model.ids import random_id
from linktui.model.link import LinkSpec
from linktui.model.natural import natural_key
from linktui.model.option import check_options
from linktui.model.text import clean
from linktui.model.transfer import MOST_SESSIONS, OnConflict, Source, Transfer, TransferState
from linktui.services.accounts import AccountService
from linktui.services.rules import check_new, with_tags
from linktui.storage.choices import Choices
from linktui.storage.files import Files
from linktui.storage.transfers import Transfers, Value

BANDWIDTH = "bandwidth_limit"
_PAUSABLE = (
    TransferState.QUEUED,
    TransferState.CREATING,
    TransferState.UPLOADING,
    TransferState.WAITING,
    TransferState.COMPLETING,
    TransferState.VERIFYING,
)
_RETRYABLE = (
    TransferState.FAILED,
    TransferState.WAITING,
    TransferState.AUTH_NEEDED,
    TransferState.SOURCE_CHANGED,
    TransferState.CANCELLED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to upload and what to make of it."""

    account: str
    paths: tuple[Path, ...]
    share: LinkSpec | None = None
    """The link to make; None uploads only."""
    one_link: bool = False
    """One link for all files instead of one each."""
    zip_folders: bool = False
    """A folder becomes one ZIP instead of each of its files."""
    on_conflict: OnConflict = OnConflict.ASK
    follow_symlinks: bool = False
    options: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """What the service wants to know of each file, as `Limits.file_options` describes it."""


class TransferService:
    """The queue: what goes in, and what can be done to what is in it."""

    def __init__(
        self,
        *,
        transfers: Transfers,
        files: Files,
        choices: Choices,
        accounts: AccountService,
        spool: Path,
        clock: Callable[[], datetime],
    ) -> None:
        self._transfers = transfers
        self._files = files
        self._choices = choices
        self._accounts = accounts
        self._spool = spool
        self._clock = clock

    def snapshot(self) -> tuple[Transfer, ...]:
        """Return the whole queue in its order."""
        return self._transfers.all()

    def get(self, transfer_id: str) -> Transfer | None:
        """Return one upload."""
        return self._transfers.get(transfer_id)

    def resolve(self, transfer_id: str) -> Transfer:
        """Return the upload whose id alone begins with `transfer_id`; raises InvalidInput."""
        found = self._transfers.find(transfer_id) if transfer_id else []
        if len(found) == 1:
            return found[0]
        many = "begins the ids of several uploads; write more of it"
        none = "is the id of no upload; see `linktui uploads list`"
        raise InvalidInput("upload", f"“{transfer_id}” {many if found else none}")

    async def enqueue(self, order: Order) -> tuple[Transfer, ...]:
        """Queue files and folders; durable when this returns.

        Raises SourceUnreadable or InvalidInput before anything is queued if any of it cannot be sent.
        """
        import asyncio  # here, so that a plain list does without its 50 ms

        sources = await asyncio.to_thread(self._all_sources, order)
        if not sources:
            raise InvalidInput("files", "there is nothing in it to upload")
        return await self._queue(order, sources)

    async def enqueue_stream(self, stream: BinaryIO, name: str, order: Order) -> tuple[Transfer, ...]:
        """Queue what a stream (stdin) gives until its end, under `name`; it is spooled to disk first."""
        from linktui.services.spool import spool_stream

        path = await spool_stream(stream, self._spool)
        return await self._queue(order, [(source_of(path, spooled=True), name)])

    async def enqueue_spooled(
        self, files: Sequence[tuple[Path, str]], order: Order, *, batch: str
    ) -> tuple[Transfer, ...]:
        """Queue files that linktui made itself, each under a name, as the one batch of that name."""
        sources = [(source_of(path, spooled=True), name) for path, name in files]
        return await self._queue(order, sources, batch=batch)

    def batch(self, batch: str) -> Sequence[Transfer]:
        """Return the uploads that were queued together."""
        return self._transfers.batch(batch)

    async def pause(self, ids: Iterable[str]) -> int:
        """Pause uploads and return how many; what is confirmed stays at the service."""
        return await self._transfers.set(ids, only=_PAUSABLE, state=TransferState.PAUSED, next_at=None)

    async def resume(self, ids: Iterable[str]) -> int:
        """Let paused uploads go on and return how many."""
        return await self._transfers.set(ids, only=[TransferState.PAUSED], state=TransferState.QUEUED)

    async def cancel(self, ids: Iterable[str]) -> int:
        """Cancel uploads that are not done and return how many; the daemon has the service forget them."""
        over = {TransferState.DONE, TransferState.CANCELLED, TransferState.CANCELLING}
        states = [state for state in TransferState if state not in over]
        return await self._transfers.set(ids, only=states, state=TransferState.CANCELLING, next_at=None)

    async def retry(self, ids: Iterable[str]) -> int:
        """Have stopped uploads tried again and return how many; a changed source is taken as it is."""
        found = [one for one in map(self._transfers.get, ids) if one is not None and one.state in _RETRYABLE]
        wanted = {one.id: self._again(one) for one in found}
        return len(await self._transfers.set_each(wanted, only=_RETRYABLE))

    async def retry_without_secret(self) -> int:
        """Have the uploads tried again for which no secret was found, and return how many.

        Not those whose secret was refused: the same one too often locks some accounts.
        """
        held = (one for one in self.snapshot() if one.state is TransferState.AUTH_NEEDED)
        return await self.retry([one.id for one in held if one.error_kind == SecretMissing.__name__])

    async def decide(self, ids: Iterable[str], choice: OnConflict) -> int:
        """Answer the question about files of the same name and return for how many."""
        return await self._transfers.set(
            ids,
            only=[TransferState.CONFLICT],
            state=TransferState.QUEUED,
            on_conflict=choice,
            error="",
            error_kind="",
        )

    async def move(self, transfer_id: str, *, steps: int) -> None:
        """Move an upload up (negative) or down the line."""
        await self._transfers.move(transfer_id, steps=steps)

    async def clear(self) -> int:
        """Take finished and cancelled uploads out of the list and return how many."""
        gone = {TransferState.DONE, TransferState.CANCELLED}
        ids = [transfer.id for transfer in self._transfers.all() if transfer.state in gone]
        await self._transfers.forget(ids)
        return len(ids)

    @property
    def bandwidth_limit(self) -> int | None:
        """Bytes a second for all uploads together, as set at run time; 0 is no limit, None is not set."""
        value = self._choices.get(BANDWIDTH)
        return None if value is None else int(value)

    async def limit_bandwidth(self, rate: int) -> None:
        """Limit all uploads together to `rate` bytes a second from now on; 0 lifts the limit."""
        await self._choices.set(BANDWIDTH, str(rate))

    def _all_sources(self, order: Order) -> list[tuple[Source, str]]:
        """Return what is to be sent and its names; slow for large folders, so it runs in a thread."""
        return [source for path in order.paths for source in self._sources(path, order)]

    def _sources(self, path: Path, order: Order) -> list[tuple[Source, str]]:
        # resolve() would follow symlinks, and expanduser() raises for the name of nobody.
        path = Path(os.path.abspath(os.path.expanduser(path)))  # noqa: PTH100, PTH111
        if not order.follow_symlinks and path.is_symlink():
            raise SourceUnreadable(path, "it is a symbolic link; name its target, or use --follow")
        if not os.path.isdir(path):  # noqa: PTH112 - which raises nothing
            return [(source_of(path), path.name)]
        if order.zip_folders:
            from linktui.services.spool import spool_zip

            archive = spool_zip(path, self._spool)
            return [(source_of(archive, spooled=True), f"{path.name}.zip")]
        return [(source_of(file), file.name) for file in files_below(path)]

    async def _queue(
        self, order: Order, sources: Sequence[tuple[Source, str]], *, batch: str = ""
    ) -> tuple[Transfer, ...]:
        account = self._accounts.get(order.account)
        check_options(account.limits.file_options, order.options)
        if order.share is not None:
            held = len(sources) if order.one_link else 1
            order = replace(order, share=with_tags(account, order.share))
            assert order.share is not None
            check_new(account, order.share, now=self._clock(), files=held)
            if order.share.slug and len(sources) > 1 and not order.one_link:
                raise InvalidInput("address", "only one link can have it; make one link for all files")
        largest = account.limits.largest_file
        for source, name in sources:
            if largest is not None and source.size > largest:
                raise InvalidInput("file", f"“{name}” is larger than the {largest} bytes allowed here")
        batch = batch or random_id(8)
        queued = tuple(
            Transfer(
                id=random_id(6),
                account=order.account,
                source=source,
                name=clean(name, limit=255),
                state=self._first_state(order, name, source.size),
                created_at=self._clock(),
                position=0,
                batch=batch,
                share=order.share,
                one_link=order.one_link,
                on_conflict=order.on_conflict,
                options=order.options,
            )
            for source, name in sources
        )
        await self._transfers.add(queued)
        return queued

    def _first_state(self, order: Order, name: str, size: int) -> TransferState:
        if order.on_conflict is not OnConflict.ASK:
            return TransferState.QUEUED
        kept = self._files.same_name(order.account, clean(name, limit=255))
        return TransferState.CONFLICT if any(file.size == size for file in kept) else TransferState.QUEUED

    def _again(self, transfer: Transfer) -> dict[str, Value]:
        """Return the columns of an upload that is tried again, from where it is if it can go on there."""
        goes_on = transfer.file_id or transfer.state in {TransferState.WAITING, TransferState.AUTH_NEEDED}
        again: dict[str, Value] = {} if goes_on else self._afresh(transfer)
        lost = self._transfers.sessions_lost(transfer.id)
        return again | {
            "state": TransferState.QUEUED,
            "next_at": None,
            "error": "",
            "error_kind": "",
            "attempts": 0,
            # Counted on, as each is begun with a key of its own; and as often again before it is given up.
            "sessions_lost": lost + -lost % MOST_SESSIONS,
        }

    def _afresh(self, transfer: Transfer) -> dict[str, Value]:
        """Return the columns of an upload that begins anew with the file as it is now."""
        source = source_of(transfer.source.path, spooled=transfer.source.spooled)
        return {
            "device": source.device,
            "inode": source.inode,
            "size": source.size,
            "mtime_ns": source.mtime_ns,
            "session": "",
            "confirmed": 0,
            "sent": 0,
            "sha256": "",
            "file_id": "",
        }


def source_of(path: Path, *, spooled: bool = False) -> Source:
    """Return a readable regular file's identity; raises SourceUnreadable."""
    try:
        facts = path.stat()
        if not stat.S_ISREG(facts.st_mode):
            raise SourceUnreadable(path, "it is neither a file nor a folder")
        with path.open("rb"):
            pass
    except (OSError, ValueError) as error:
        raise SourceUnreadable(path, reason_of(error)) from error
    return Source(
        path=path,
        device=facts.st_dev,
        inode=facts.st_ino,
        size=facts.st_size,
        mtime_ns=facts.st_mtime_ns,
        spooled=spooled,
    )


def reason_of(error: OSError | ValueError) -> str:
    """Return the system's own word for what went wrong, in lower case."""
    text = getattr(error, "strerror", None) or str(error)
    return text[:1].lower() + text[1:]


def files_below(directory: Path) -> list[Path]:
    """Return the regular files below a folder, by name, not following symbolic links."""
    found: list[Path] = []

    def fail(error: OSError) -> None:
        raise SourceUnreadable(Path(error.filename or directory), reason_of(error)) from error

    for parent, folders, names in os.walk(directory, onerror=fail):
        folders.sort(key=natural_key)
        here = [Path(parent, name) for name in sorted(names, key=natural_key)]
        found += [path for path in here if path.is_file() and not path.is_symlink()]
    return found

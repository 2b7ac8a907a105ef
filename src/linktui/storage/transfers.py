"""The upload queue: every intent is a row before it is an act."""

from __future__ import annotations

import os
from collections.abc import Container, Generator, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from operator import attrgetter
from pathlib import Path

import apsw

from linktui.model.transfer import OnConflict, Source, Transfer, TransferState
from linktui.storage.columns import (
    compact,
    from_ms,
    metadata_from_json,
    metadata_to_json,
    spec_from_json,
    spec_to_json,
    to_ms,
)
from linktui.storage.database import TRANSFERS, Database

_COLUMNS = (
    "id, account, path, device, inode, size, mtime_ns, spooled, name, state, created_at, position, batch,"
    " share, one_link, on_conflict, options, attempts, next_at, error, error_kind, session, sha256,"
    " file_id, link_id, url, confirmed, sent, rate, finished_at"
)
_SETTABLE = {
    "state", "attempts", "next_at", "error", "error_kind", "session", "sessions_lost", "sha256", "file_id",
    "link_id", "url", "confirmed", "sent", "rate", "finished_at", "on_conflict", "device", "inode", "size",
    "mtime_ns",
}  # fmt: skip
_RUNNABLE = (
    TransferState.QUEUED,
    TransferState.CREATING,
    TransferState.UPLOADING,
    TransferState.COMPLETING,
    TransferState.VERIFYING,
    TransferState.LINKING,
    TransferState.CANCELLING,
)
_OPEN = "state NOT IN ('done', 'failed', 'cancelled')"
"""As the index of what is not over has it."""
_NOW = "(SELECT n FROM tick WHERE topic = 'transfers')"
"""The count of changes before the one at hand, by which `all` knows what it has not read yet."""
_SLICE = 25
"""Rows of a long queue that are read in one go: half a millisecond, as a key waits for several of them."""
# All files of an order say the same of their links: it is read, and held in memory, once.
_share = lru_cache(64)(spec_from_json)
_options = lru_cache(64)(metadata_from_json)
Value = str | int | float | datetime | TransferState | OnConflict | None


class Transfers:
    """The upload queue in the local database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept = _Kept()

    def all(self) -> tuple[Transfer, ...]:
        """Return the whole queue in its order; reads only what was changed since it was asked for last."""
        for _ in self._kept.refresh(self._database.read):
            pass
        return self._kept.queue

    async def catch_up(self) -> tuple[Transfer, ...]:
        """Return what `all` does, with a breath for others between the rows of a long queue."""
        import asyncio  # here, so that a plain list does without its 50 ms

        for _ in self._kept.refresh(self._database.read):
            await asyncio.sleep(0)
        return self._kept.queue

    def get(self, transfer_id: str) -> Transfer | None:
        """Return one upload, or None if it is not known."""
        row = self._database.read.execute(
            f"SELECT {_COLUMNS} FROM transfer WHERE id = ?", (transfer_id,)
        ).fetchone()
        return None if row is None else _transfer(row)

    def find(self, prefix: str) -> list[Transfer]:
        """Return the uploads whose id begins with `prefix`."""
        return [transfer for transfer in self.all() if transfer.id.startswith(prefix)]

    def states(self, transfer_ids: Iterable[str]) -> dict[str, TransferState]:
        """Return the states of those of some uploads that are still known."""
        rows = self._database.read.execute(
            "SELECT id, state FROM transfer WHERE id IN (SELECT value FROM json_each(?))",
            (compact(list(transfer_ids)),),
        )
        return {str(transfer_id): TransferState(str(state)) for transfer_id, state in rows}

    def same_name(self, account: str, name: str) -> list[Transfer]:
        """Return an account's uploads of one name that are not over."""
        rows = self._database.read.execute(
            f"SELECT {_COLUMNS} FROM transfer WHERE {_OPEN} AND account = ? AND name = ?", (account, name)
        )
        return [_transfer(row) for row in rows]

    def batch(self, batch: str) -> tuple[Transfer, ...]:
        """Return the uploads that were queued together, in their order."""
        rows = self._database.read.execute(
            f"SELECT {_COLUMNS} FROM transfer WHERE batch = ? ORDER BY position", (batch,)
        )
        return tuple(_transfer(row) for row in rows)

    def due(self, now: datetime, *, latest: datetime, besides: Container[str] = ()) -> Generator[Transfer]:
        """Yield the uploads that want work at `now`, first in line first, each read as it is asked for.

        One that waits for a moment after `latest` wants it too: the clock was set back. Those in `besides`
        are left out.
        """
        states = ", ".join(f"'{state.value}'" for state in _RUNNABLE)
        rows = self._database.read.execute(
            f"SELECT {_COLUMNS} FROM transfer WHERE {_OPEN}"
            f" AND (state IN ({states}) OR (state = 'waiting' AND (next_at <= ? OR next_at > ?)))"
            " ORDER BY position",
            (to_ms(now), to_ms(latest)),
        )
        for row in rows:
            if row[0] not in besides:
                yield _transfer(row)

    def next_wait(self) -> datetime | None:
        """Return when the next waiting upload wants its next try."""
        row = self._database.read.execute(
            "SELECT min(next_at) FROM transfer"
            " WHERE next_at IS NOT NULL AND state IN ('waiting', 'cancelling')"
        )
        ms: int | None = row.get
        return from_ms(ms)

    def sessions_lost(self, transfer_id: str) -> int:
        """Return how often the service forgot this upload."""
        return int(
            self._database.read.execute("SELECT sessions_lost FROM transfer WHERE id = ?", (transfer_id,)).get
        )

    def shared_paths(self, directory: Path) -> dict[Path, tuple[str, ...]]:
        """Return the link ids made from each file right below `directory`."""
        prefix = os.fsencode(directory).rstrip(b"/") + b"/"
        rows = self._database.read.execute(
            "SELECT path, link_id FROM transfer WHERE path >= ? AND path < ? AND link_id <> ''",
            (prefix, prefix[:-1] + b"0"),
        )
        found: dict[Path, tuple[str, ...]] = {}
        for path, link_id in rows:
            shared = Path(os.fsdecode(path))
            if shared.parent == directory:
                found[shared] = (*found.get(shared, ()), str(link_id))
        return found

    async def add(self, transfers: Iterable[Transfer]) -> None:
        """Queue uploads behind all others; durable when this returns."""
        rows = [_row(transfer) for transfer in transfers]

        def act(connection: apsw.Connection) -> None:
            last = int(connection.execute("SELECT ifnull(max(position), 0) FROM transfer").get)
            for number, row in enumerate(rows, last + 1):
                connection.execute(
                    f"INSERT INTO transfer ({_COLUMNS}, touched) VALUES ({', '.join('?' * 30)}, {_NOW})",
                    (*row[:11], number, *row[12:]),
                )

        await self._database.write(act, topics=[TRANSFERS])

    async def set(
        self, transfer_ids: Iterable[str], *, only: Iterable[TransferState] | None = None, **values: Value
    ) -> int:
        """Set columns of some uploads and return how many changed.

        `only` leaves alone those in any other state, decided and done in one transaction: it is how two
        processes never act on an upload against each other.
        """
        return len(await self.set_each(dict.fromkeys(transfer_ids, values), only=only))

    async def set_each(
        self, wanted: Mapping[str, Mapping[str, Value]], *, only: Iterable[TransferState] | None = None
    ) -> frozenset[str]:
        """Set columns of some uploads, of each its own, and return the ids of those that changed."""
        states = None if only is None else list(only)

        def act(connection: apsw.Connection) -> frozenset[str]:
            changed = (one for one, values in wanted.items() if update(connection, one, values, only=states))
            return frozenset(changed)

        return await self._database.write(act, topics=[TRANSFERS])

    async def set_progress(self, progress: Mapping[str, tuple[int, int, float]]) -> None:
        """Note (confirmed, sent, rate) of running uploads; a power cut may lose it."""
        rows = [(*numbers, transfer_id) for transfer_id, numbers in progress.items()]

        def act(connection: apsw.Connection) -> None:
            connection.executemany(
                f"UPDATE transfer SET confirmed = ?, sent = ?, rate = ?, touched = {_NOW}"
                " WHERE id = ? AND state = 'uploading'",
                rows,
            )

        await self._database.write_progress(act, topics=[TRANSFERS])

    async def move(self, transfer_id: str, *, steps: int) -> None:
        """Move an upload up (negative) or down the line, past its neighbours."""

        def act(connection: apsw.Connection) -> None:
            order = [str(row[0]) for row in connection.execute("SELECT id FROM transfer ORDER BY position")]
            if transfer_id not in order:
                return
            at = order.index(transfer_id)
            order.insert(max(0, min(len(order) - 1, at + steps)), order.pop(at))
            connection.executemany(
                f"UPDATE transfer SET position = ?1, touched = {_NOW} WHERE id = ?2 AND position <> ?1",
                [(number, moved) for number, moved in enumerate(order, 1)],
            )

        await self._database.write(act, topics=[TRANSFERS])

    async def forget(self, transfer_ids: Iterable[str]) -> None:
        """Take settled uploads out of the list; files and links stay."""
        rows = [(transfer_id,) for transfer_id in transfer_ids]

        def act(connection: apsw.Connection) -> None:
            connection.executemany(
                "DELETE FROM transfer WHERE id = ? AND state IN ('done', 'failed', 'cancelled')", rows
            )

        await self._database.write(act, topics=[TRANSFERS])


class _Kept:
    """The queue as it was read last, so that a long one is not read whole at each change."""

    def __init__(self) -> None:
        self.queue: tuple[Transfer, ...] = ()
        self._by_id: dict[str, Transfer] = {}
        self._tick = -1

    def refresh(self, read: apsw.Connection) -> Iterator[None]:
        """Read what was touched since the last time, yielding after every few rows."""
        tick = int(read.execute(f"SELECT {_NOW}").get)
        if tick == self._tick:
            return
        # What is touched from here on is read now or next time, or both.
        rows = read.execute("SELECT rowid FROM transfer WHERE touched >= ?", (self._tick,)).fetchall()
        touched = [row[0] for row in rows]
        by_id = dict(self._by_id)
        for first in range(0, len(touched), _SLICE):
            by_id |= self._some(read, touched[first : first + _SLICE])
            yield
        if int(read.execute("SELECT count(*) FROM transfer").get) != len(by_id):  # some were taken out
            left = {str(row[0]) for row in read.execute("SELECT id FROM transfer")}
            by_id = {one: transfer for one, transfer in by_id.items() if one in left}
        self._by_id, self._tick = by_id, tick
        self.queue = tuple(sorted(by_id.values(), key=attrgetter("position")))

    def _some(self, read: apsw.Connection, numbers: list[apsw.SQLiteValue]) -> dict[str, Transfer]:
        rows = read.execute(
            f"SELECT {_COLUMNS} FROM transfer WHERE rowid IN (SELECT value FROM json_each(?))",
            (compact(numbers),),
        )
        return {one.id: one for one in map(_transfer, rows)}


def update(
    connection: apsw.Connection,
    transfer_id: str,
    values: Mapping[str, Value],
    *,
    only: Sequence[TransferState] | None = None,
) -> bool:
    """Set columns of one upload, in an open transaction; tell whether it was in a state of `only`."""
    sets, parameters = _assignments(values)
    sql = f"UPDATE transfer SET {sets}, touched = {_NOW} WHERE id = ?"
    if only is not None:
        sql += f" AND state IN ({', '.join('?' * len(only))})"
    connection.execute(sql, (*parameters, transfer_id, *(state.value for state in only or ())))
    return connection.changes() > 0


def _assignments(values: Mapping[str, Value]) -> tuple[str, list[str | int | float | None]]:
    unknown = values.keys() - _SETTABLE
    assert not unknown, unknown
    parameters = [to_ms(value) if isinstance(value, datetime) else value for value in values.values()]
    return ", ".join(f"{name} = ?" for name in values), parameters


def _row(transfer: Transfer) -> tuple[str | int | float | bytes | None, ...]:
    source = transfer.source
    return (
        transfer.id,
        transfer.account,
        os.fsencode(source.path),
        source.device,
        source.inode,
        source.size,
        source.mtime_ns,
        int(source.spooled),
        transfer.name,
        transfer.state.value,
        to_ms(transfer.created_at),
        transfer.position,
        transfer.batch,
        spec_to_json(transfer.share),
        int(transfer.one_link),
        transfer.on_conflict.value,
        metadata_to_json(transfer.options),
        transfer.attempts,
        to_ms(transfer.next_at),
        transfer.error,
        transfer.error_kind,
        transfer.session,
        transfer.sha256,
        transfer.file_id,
        transfer.link_id,
        transfer.url,
        transfer.offset,
        transfer.sent,
        transfer.rate,
        to_ms(transfer.finished_at),
    )


def _transfer(row: tuple[apsw.SQLiteValue, ...]) -> Transfer:
    (id_, account, path, device, inode, size, mtime_ns, spooled, name, state, created, position, batch, share,
     one_link, on_conflict, options, attempts, next_at, error, error_kind, session, sha256, file_id, link_id,
     url, confirmed, sent, rate, finished) = row  # fmt: skip
    assert isinstance(path, bytes)
    return Transfer(
        id=str(id_),
        account=str(account),
        source=Source(
            path=Path(os.fsdecode(path)),
            device=_int(device),
            inode=_int(inode),
            size=_int(size),
            mtime_ns=_int(mtime_ns),
            spooled=bool(spooled),
        ),
        name=str(name),
        state=TransferState(str(state)),
        created_at=from_ms(_int(created)),
        position=_int(position),
        batch=str(batch),
        share=_share(None if share is None else str(share)),
        one_link=bool(one_link),
        on_conflict=OnConflict(str(on_conflict)),
        options=_options(str(options)),
        attempts=_int(attempts),
        next_at=None if next_at is None else from_ms(_int(next_at)),
        error=str(error),
        error_kind=str(error_kind),
        session=str(session),
        sha256=str(sha256),
        file_id=str(file_id),
        link_id=str(link_id),
        url=str(url),
        offset=_int(confirmed),
        sent=_int(sent),
        rate=float(rate) if isinstance(rate, int | float) else 0.0,
        finished_at=None if finished is None else from_ms(_int(finished)),
    )


def _int(value: apsw.SQLiteValue) -> int:
    assert isinstance(value, int)
    return value

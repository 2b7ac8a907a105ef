"""What happened that hooks are to be run for: found in the other tables, kept until it is done, and after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import apsw

from linktui.model.happening import Errand, ErrandState, Event
from linktui.storage.columns import from_ms, to_ms
from linktui.storage.database import NOTICES, TRANSFERS, Database

KEPT = 2_000
"""Errands that are over and kept as a log."""
REMEMBERED = timedelta(days=8)
"""How long it is remembered what was told, after the moment that it was about."""
LATEST = timedelta(days=7)
"""An end that is longer ago than this is told to nobody any more."""
AT_ONCE = 500
"""Rows that are found in one go; the rest is found next time."""
TRIGGER = "errand_of_downloads"
_TRIGGER = f"""
CREATE TRIGGER IF NOT EXISTS {TRIGGER} AFTER UPDATE OF downloads ON link
WHEN new.downloads > ifnull(old.downloads, 0) BEGIN
    INSERT INTO errand (at, hook, event, account, subject, detail)
    SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER), hook.name, hook.event, new.account, new.id,
        CAST(new.downloads - ifnull(old.downloads, 0) AS TEXT)
    FROM hook WHERE hook.event = '{Event.LINK_DOWNLOADED}';
END
"""
"""There only while somebody asks for downloads: it makes the writing of a link take twice as long."""
_INSERT = "INSERT INTO errand (at, hook, event, account, subject, detail) VALUES (?, ?, ?, ?, ?, ?)"
_COLUMNS = "id, at, hook, event, account, subject, detail, state, ended_at, trouble"
_ENDING = """
SELECT account, id, expiry FROM link WHERE expiry > :after AND expiry <= :upto AND expiry > :now
AND ends_at = expiry AND created_at < expiry - :before AND NOT EXISTS (
    SELECT 1 FROM told WHERE told.hook = :hook AND told.event = :event AND told.account = link.account
    AND told.subject = link.id AND told.mark = link.expiry AND told.before <= :before
) ORDER BY expiry LIMIT :most
"""
_ENDED = """
SELECT account, id, expiry FROM link WHERE expiry > :since AND expiry <= :now
AND ends_at = expiry AND NOT EXISTS (
    SELECT 1 FROM told WHERE told.hook = :hook AND told.event = :event AND told.account = link.account
    AND told.subject = link.id AND told.mark = link.expiry
) ORDER BY expiry LIMIT :most
"""
_OVER = """
SELECT account, id, finished_at, touched FROM transfer
WHERE touched >= :cursor AND state = :state AND finished_at >= :since
AND finished_at - created_at >= :shortest AND NOT EXISTS (
    SELECT 1 FROM told WHERE told.hook = :hook AND told.event = :event AND told.account = transfer.account
    AND told.subject = transfer.id AND told.mark = finished_at
) ORDER BY touched LIMIT :most
"""
_SETTLED = """
SELECT '', CAST(id AS TEXT), ended_at FROM plan WHERE state = 'settled' AND ended_at >= :since
AND NOT (began_at = at AND ended_at = at) AND NOT EXISTS (
    SELECT 1 FROM told WHERE told.hook = :hook AND told.event = :event AND told.account = ''
    AND told.subject = CAST(plan.id AS TEXT) AND told.mark = plan.ended_at
) ORDER BY ended_at LIMIT :most
"""
"""A single change is a plan that began and ended as it was made; it is no event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One event that one hook wants to hear of."""

    hook: str
    """Empty for notifications."""
    event: Event
    since: datetime
    """What happened before is not told."""
    cursor: int
    """How far the table that the event is found in has been read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One thing that happened, for one hook."""

    hook: str
    event: Event
    account: str
    subject: str
    mark: int
    """What tells it from the same happening to the same thing at another time."""
    detail: str = ""
    before: int = 0
    """Milliseconds before a link's end; what was told with fewer need not be told with more."""


class Errands:
    """Hooks' errands in the local database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def subscribe(self, wanted: Iterable[tuple[str, Event]], *, at: datetime) -> list[Subscription]:
        """Have these events found for these hooks from now on and no others; return all with their places."""
        keys = set(wanted)

        def act(connection: apsw.Connection) -> None:
            known = {
                (str(name), str(event)) for name, event in connection.execute("SELECT name, event FROM hook")
            }
            for name, event in known - {(name, event.value) for name, event in keys}:
                connection.execute("DELETE FROM hook WHERE name = ? AND event = ?", (name, event))
                connection.execute(
                    "DELETE FROM errand WHERE hook = ? AND event = ? AND state = 'waiting'", (name, event)
                )
            for name, event in keys:
                if (name, event.value) not in known:
                    row = (name, event.value, to_ms(at), _place(connection, event))
                    connection.execute("INSERT INTO hook VALUES (?, ?, ?, ?)", row)
            downloads = any(event is Event.LINK_DOWNLOADED for _, event in keys)
            connection.execute(_TRIGGER if downloads else f"DROP TRIGGER IF EXISTS {TRIGGER}")

        if keys != {(one.hook, one.event) for one in self.subscriptions()}:
            await self._database.write(act)
        return self.subscriptions()

    def subscriptions(self) -> list[Subscription]:
        """Return what is wanted, by whom, and since when."""
        rows = self._database.read.execute("SELECT name, event, since, cursor FROM hook ORDER BY name, event")
        return [
            Subscription(
                hook=str(name), event=Event(str(event)), since=from_ms(_int(since)), cursor=_int(cursor)
            )
            for name, event, since, cursor in rows
        ]

    def created(self, one: Subscription) -> tuple[list[Found], int]:
        """Return links that are new, and how far the table is read now."""
        here = _place(self._database.read, one.event)
        rows = self._database.read.execute(
            "SELECT account, id, n FROM link WHERE n > ? AND created_at >= ? ORDER BY n LIMIT ?",
            (one.cursor, to_ms(one.since), AT_ONCE),
        ).fetchall()
        return _found(one, rows), _int(rows[-1][2]) if len(rows) == AT_ONCE else here

    def over(
        self, one: Subscription, *, now: datetime, shortest: timedelta = timedelta(0)
    ) -> tuple[list[Found], int]:
        """Return uploads that ended and took no less time than `shortest`, and how far the table is read."""
        state = "done" if one.event is Event.UPLOAD_DONE else "failed"
        least = round(shortest / timedelta(milliseconds=1))
        here = _place(self._database.read, one.event)
        asked = self._asked(one, now, cursor=one.cursor, state=state, shortest=least)
        rows = self._database.read.execute(_OVER, asked).fetchall()
        if len(rows) == AT_ONCE:
            here = _int(rows[-1][3])
        return _found(one, [row[:3] for row in rows]), here

    def settled(self, one: Subscription, *, now: datetime) -> list[Found]:
        """Return plans that are settled."""
        return _found(one, self._database.read.execute(_SETTLED, self._asked(one, now)).fetchall())

    async def ending(
        self, one: Subscription, *, now: datetime, before: timedelta, told: str, after: datetime | None = None
    ) -> list[Found]:
        """Return links that end less than `before` from now and had more time than that once.

        With `after` only those that end later than that. `told` is how the length is written.
        """
        length = round(before / timedelta(milliseconds=1))
        asked = self._asked(one, now, after=to_ms(after or now), upto=to_ms(now + before), before=length)
        rows = await self._database.read_aside(lambda read: read.execute(_ENDING, asked).fetchall())
        return _found(one, rows, detail=told, before=length)

    async def ended(self, one: Subscription, *, now: datetime) -> list[Found]:
        """Return links whose end is over."""
        asked = self._asked(one, now)
        rows = await self._database.read_aside(lambda read: read.execute(_ENDED, asked).fetchall())
        return _found(one, rows)

    async def add(
        self, found: Sequence[Found], *, at: datetime, cursors: Mapping[tuple[str, Event], int]
    ) -> None:
        """Keep what was found, each thing once, and how far the tables were read for it."""

        def act(connection: apsw.Connection) -> None:
            for one in found:
                key = (one.hook, one.event.value, one.account, one.subject, one.mark, one.before)
                connection.execute("INSERT OR IGNORE INTO told VALUES (?, ?, ?, ?, ?, ?)", key)
                if connection.changes():
                    row = (to_ms(at), one.hook, one.event.value, one.account, one.subject, one.detail)
                    connection.execute(_INSERT, row)
            for (name, event), cursor in cursors.items():
                connection.execute(
                    "UPDATE hook SET cursor = ? WHERE name = ? AND event = ?", (cursor, name, event.value)
                )

        topics = [NOTICES] if any(not one.hook for one in found) else []
        await self._database.write(act, topics=topics)

    def waiting(self, *, limit: int) -> list[Errand]:
        """Return what hooks are to be run for next, oldest first; notifications are not among it."""
        return self._some("state = 'waiting' AND hook <> '' ORDER BY id LIMIT ?", (limit,))

    def notices(self) -> list[Errand]:
        """Return what people are to be told."""
        return self._some("state = 'waiting' AND hook = '' ORDER BY id", ())

    async def take_notices(self, *, at: datetime) -> list[Errand]:
        """Return what people are to be told, and nobody else from now on."""

        def act(connection: apsw.Connection) -> list[Errand]:
            rows = connection.execute(
                "UPDATE errand SET state = 'done', ended_at = ? WHERE state = 'waiting' AND hook = ''"
                f" RETURNING {_COLUMNS}",
                (to_ms(at),),
            ).fetchall()
            return sorted(map(_errand, rows), key=lambda errand: errand.id)

        return await self._database.write(act)

    async def begin(self, errand_ids: Iterable[int]) -> None:
        """Commit that errands are run from now on: they are not run again, whatever comes."""
        rows = [(one,) for one in errand_ids]

        def act(connection: apsw.Connection) -> None:
            connection.executemany("UPDATE errand SET state = 'running' WHERE id = ?", rows)

        await self._database.write(act)

    async def end(self, errand_id: int, *, at: datetime, trouble: str) -> None:
        """Keep how an errand ended, and let go of the oldest."""
        state = ErrandState.FAILED if trouble else ErrandState.DONE

        def act(connection: apsw.Connection) -> None:
            connection.execute(
                "UPDATE errand SET state = ?, ended_at = ?, trouble = ? WHERE id = ?",
                (state.value, to_ms(at), trouble, errand_id),
            )
            connection.execute(
                "DELETE FROM errand WHERE state NOT IN ('waiting', 'running')"
                " AND id <= (SELECT max(id) FROM errand) - ?",
                (KEPT,),
            )
            connection.execute("DELETE FROM told WHERE mark < ?", (to_ms(at - REMEMBERED),))

        await self._database.write(act)

    async def lose_running(self, *, at: datetime, trouble: str) -> int:
        """Note what a daemon that ended was running, and return how many that were."""

        def act(connection: apsw.Connection) -> int:
            connection.execute(
                "UPDATE errand SET state = 'lost', ended_at = ?, trouble = ? WHERE state = 'running'",
                (to_ms(at), trouble),
            )
            return connection.changes()

        return await self._database.write(act) if self._some("state = 'running' LIMIT 1", ()) else 0

    def log(self, *, hook: str | None = None, limit: int) -> list[Errand]:
        """Return the latest errands of hooks, newest first."""
        where, parameters = ("hook <> ''", ()) if hook is None else ("hook = ?", (hook,))
        return self._some(f"{where} ORDER BY id DESC LIMIT ?", (*parameters, limit))

    def _some(self, where: str, parameters: tuple[apsw.SQLiteValue, ...]) -> list[Errand]:
        rows = self._database.read.execute(f"SELECT {_COLUMNS} FROM errand WHERE {where}", parameters)
        return [_errand(row) for row in rows]

    def _asked(
        self, one: Subscription, now: datetime, **more: apsw.SQLiteValue
    ) -> dict[str, apsw.SQLiteValue]:
        """Return what every search is told: what is older than `since` is of no interest."""
        since = to_ms(max(one.since, now - LATEST))
        own = {"hook": one.hook, "event": one.event.value, "since": since, "now": to_ms(now), "most": AT_ONCE}
        return own | more


def _place(connection: apsw.Connection, event: Event) -> int:
    """Return how far the table that an event is found in goes now."""
    match event:
        case Event.LINK_CREATED:
            rows = connection.execute("SELECT max(n) FROM link")
        case Event.UPLOAD_DONE | Event.UPLOAD_FAILED:
            rows = connection.execute("SELECT n FROM tick WHERE topic = ?", (TRANSFERS,))
        case _:
            return 0
    return int(rows.get or 0)


def _found(
    one: Subscription, rows: Iterable[tuple[apsw.SQLiteValue, ...]], *, detail: str = "", before: int = 0
) -> list[Found]:
    def each() -> Iterator[Found]:
        for account, subject, mark in rows:
            yield Found(
                hook=one.hook,
                event=one.event,
                account=str(account),
                subject=str(subject),
                mark=_int(mark),
                detail=detail,
                before=before,
            )

    return list(each())


def _errand(row: tuple[apsw.SQLiteValue, ...]) -> Errand:
    number, at, hook, event, account, subject, detail, state, ended_at, trouble = row
    return Errand(
        id=_int(number),
        at=from_ms(_int(at)),
        hook=str(hook),
        event=Event(str(event)),
        account=str(account),
        subject=str(subject),
        detail=str(detail),
        state=ErrandState(str(state)),
        ended_at=None if ended_at is None else from_ms(_int(ended_at)),
        trouble=str(trouble),
    )


def _int(value: apsw.SQLiteValue) -> int:
    assert isinstance(value, int)
    return value

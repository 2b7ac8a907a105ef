"""Plans and their changes: written whole when a plan is made, then change by change as it is applied."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

import apsw

from linktui.model.change import Change, ChangeState, Intent, Verb
from linktui.model.ids import random_id
from linktui.model.link import Link
from linktui.model.plan import Plan, PlanState
from linktui.storage.changes import COLUMNS, INSERT, change_of, forget_passwords, row_of
from linktui.storage.columns import from_ms, to_ms
from linktui.storage.database import LINKS, PLANS, Database
from linktui.storage.links import mark_gone, write_links
from linktui.storage.records import link_to_json

_PLAN = "id, at, title, state, hold_until, began_at, ended_at, trouble, undo_of, undone_by"
_GROUP = (
    f"CASE WHEN state = '{ChangeState.CANNOT}' THEN 3 WHEN verb = '{Verb.CREATE}' THEN 0"
    f" WHEN verb IN ('{Verb.UPDATE}', '{Verb.MOVE}') THEN 1 ELSE 2 END"
)
_RUNNING = f"('{PlanState.APPLYING}', '{PlanState.STOPPING}')"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How one change ended."""

    change_id: int
    state: ChangeState
    error: str = ""
    after: Link | None = None
    raw: str = ""
    """The service's answer about `after`, as it came."""
    gone: tuple[str, str] | None = None
    """The account and id of a link that is not there any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many changes of a plan are of one kind."""

    account: str
    verb: Verb
    state: ChangeState
    final: bool
    renewable: bool
    changes: int
    calls: int


class Plans:
    """The plans in the local database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def make(
        self,
        title: str,
        intent: Sequence[Intent],
        *,
        at: datetime,
        describe: Callable[[Intent], str],
        undo_of: int | None = None,
    ) -> int:
        """Keep a plan and return its number; `describe` says what a change is, without secrets."""

        def act(connection: apsw.Connection) -> int:
            connection.execute(
                "INSERT INTO plan (at, title, state, undo_of) VALUES (?, ?, ?, ?)",
                (to_ms(at), title, PlanState.DRAFT.value, undo_of),
            )
            plan = connection.last_insert_rowid()
            connection.executemany(
                INSERT, (_planned(one, plan=plan, at=at, detail=describe(one)) for one in intent)
            )
            return plan

        return await self._database.write(act, topics=[PLANS])

    def get(self, plan_id: int) -> Plan | None:
        """Return one plan."""
        row = self._database.read.execute(f"SELECT {_PLAN} FROM plan WHERE id = ?", (plan_id,)).fetchone()
        return None if row is None else self._plan(row)

    def standing(self, plan_id: int) -> tuple[PlanState, datetime | None]:
        """Return a plan's state and until when it holds back what is final, without counting its changes."""
        query = "SELECT state, hold_until FROM plan WHERE id = ?"
        [(state, hold_until)] = self._database.read.execute(query, (plan_id,))
        return PlanState(state), from_ms(hold_until)

    def all(self, *, limit: int, offset: int = 0) -> list[Plan]:
        """Return plans, newest first."""
        return self._select("ORDER BY id DESC LIMIT ? OFFSET ?", (limit, offset))

    def number(self) -> int:
        """Return how many plans there are."""
        return int(self._database.read.execute("SELECT count(*) FROM plan").get)

    def running(self) -> list[Plan]:
        """Return the plans that the daemon works on, oldest first."""
        return self._select(f"WHERE state IN {_RUNNING} ORDER BY id", ())

    def unfinished(self) -> list[Plan]:
        """Return the plans that were begun and are not over, oldest first."""
        return self._select("WHERE state IN ('applying', 'stopping', 'paused') ORDER BY id", ())

    def held(self, *, now: datetime) -> list[Plan]:
        """Return the plans that wait before they send what nothing can undo, oldest first."""
        return self._select(
            "WHERE state = 'applying' AND hold_until > ? AND EXISTS (SELECT 1 FROM change"
            " WHERE plan = plan.id AND state = 'planned' AND final) ORDER BY id",
            (to_ms(now),),
        )

    def undoable(self) -> Plan | None:
        """Return the latest plan that did something and was not taken back."""
        return self._latest(odd=False)

    def redoable(self) -> Plan | None:
        """Return the latest plan that took another back, unless something else was done since."""
        undo, done = self._latest(odd=True), self._latest(odd=False, originals=True)
        return undo if undo is not None and (done is None or done.id < undo.id) else None

    def size(self, plan_id: int) -> int:
        """Return how many changes a plan has."""
        return int(self._database.read.execute("SELECT count(*) FROM change WHERE plan = ?", (plan_id,)).get)

    def changes(self, plan_id: int, *, offset: int = 0, limit: int = 1 << 40) -> list[Change]:
        """Return a plan's changes: what is new, what changes, what ends, what cannot be."""
        rows = self._database.read.execute(
            f"SELECT {COLUMNS} FROM change WHERE plan = ? ORDER BY {_GROUP}, id LIMIT ? OFFSET ?",
            (plan_id, limit, offset),
        )
        return [change_of(row) for row in rows]

    def order(self, plan_id: int, *, states: Iterable[ChangeState] = ChangeState) -> list[int]:
        """Return the numbers of a plan's changes at some states, in the order of `changes`."""
        wanted = [state.value for state in states]
        rows = self._database.read.execute(
            f"SELECT id FROM change WHERE plan = ? AND state IN ({', '.join('?' * len(wanted))})"
            f" ORDER BY {_GROUP}, id",
            (plan_id, *wanted),
        )
        return [int(change_id) for (change_id,) in rows]

    def some(self, change_ids: Iterable[int]) -> list[Change]:
        """Return those of some changes that there still are, in the order asked for."""
        ids = [int(one) for one in change_ids]
        rows = self._database.read.execute(
            f"SELECT {COLUMNS} FROM change WHERE id IN ({', '.join(str(one) for one in ids)})"
        )
        found = {change.id: change for change in map(change_of, rows)}
        return [found[one] for one in ids if one in found]

    def at(
        self,
        plan_id: int,
        state: ChangeState,
        *,
        limit: int,
        account: str | None = None,
        final: bool | None = None,
    ) -> list[Change]:
        """Return a plan's changes that stand at one state, in the order in which they are to be made."""
        rows = self._database.read.execute(
            f"SELECT {COLUMNS} FROM change WHERE plan = :plan AND state = :state"
            " AND account = ifnull(:account, account) AND final = ifnull(:final, final)"
            " ORDER BY phase, id LIMIT :limit",
            {
                "plan": plan_id,
                "state": state.value,
                "account": account,
                "final": None if final is None else int(final),
                "limit": limit,
            },
        )
        return [change_of(row) for row in rows]

    def unsent(self, plan_id: int) -> int:
        """Return how many changes that nothing can undo are not sent yet."""
        query = "SELECT count(*) FROM change WHERE plan = ? AND state = 'planned' AND final"
        return int(self._database.read.execute(query, (plan_id,)).get)

    def accounts(self, plan_id: int) -> list[str]:
        """Return the accounts at which something of a plan is still to be done."""
        rows = self._database.read.execute(
            "SELECT DISTINCT account FROM change WHERE plan = ? AND state IN ('planned', 'intended')",
            (plan_id,),
        )
        return [str(account) for (account,) in rows]

    def left_between(self, plan_id: int) -> list[Link]:
        """Return links as a plan's earlier phases left them for its later ones."""
        rows = self._database.read.execute(
            f"SELECT {COLUMNS} FROM change WHERE plan = :plan AND state = 'done'"
            " AND phase < (SELECT max(phase) FROM change WHERE plan = :plan)",
            {"plan": plan_id},
        )
        return [after for after in (change_of(row).after for row in rows) if after is not None]

    def tallies(self, plan_id: int) -> list[Tally]:
        """Return how many changes of a plan are of which kind."""
        renewable = "ifnull(state = 'cannot' AND json_extract(intent, '$.renewable'), 0)"
        rows = self._database.read.execute(
            f"SELECT account, verb, state, final, {renewable}, count(*), sum(calls) FROM change"
            " WHERE plan = ? GROUP BY 1, 2, 3, 4, 5",
            (plan_id,),
        )
        return [
            Tally(
                account=account,
                verb=Verb(verb),
                state=ChangeState(state),
                final=bool(final),
                renewable=bool(renewable),
                changes=changes,
                calls=calls,
            )
            for account, verb, state, final, renewable, changes, calls in rows
        ]

    async def set_state(
        self,
        plan_id: int,
        state: PlanState,
        *,
        at: datetime,
        hold_until: datetime | None = None,
        trouble: str = "",
    ) -> None:
        """Have a plan go on, pause or end."""
        begins, ends = state is PlanState.APPLYING, state is PlanState.SETTLED

        def act(connection: apsw.Connection) -> None:
            connection.execute(
                "UPDATE plan SET state = ?, trouble = ?, hold_until = ifnull(?, hold_until),"
                " began_at = CASE WHEN ? THEN ifnull(began_at, ?) ELSE began_at END,"
                " ended_at = CASE WHEN ? THEN ? ELSE NULL END WHERE id = ?",
                (state.value, trouble, to_ms(hold_until), begins, to_ms(at), ends, to_ms(at), plan_id),
            )
            if begins:
                connection.execute(
                    "UPDATE plan SET undone_by = ? WHERE id = (SELECT undo_of FROM plan WHERE id = ?)",
                    (plan_id, plan_id),
                )

        await self._database.write(act, topics=[PLANS])

    async def move_changes(
        self,
        plan_id: int,
        before: Iterable[ChangeState],
        after: ChangeState,
        *,
        final: bool = False,
        change_ids: Iterable[int] | None = None,
    ) -> int:
        """Have changes of a plan that stand at one state stand at another, and return how many."""
        states = [state.value for state in before]
        places = ", ".join("?" * len(states))
        only = " AND final = 1" if final else ""
        ids = None if change_ids is None else list(change_ids)
        if ids is not None:
            only += f" AND id IN ({', '.join(str(int(one)) for one in ids)})"

        def act(connection: apsw.Connection) -> int:
            connection.execute(
                f"UPDATE change SET state = ?, error = '' WHERE plan = ? AND state IN ({places}){only}",
                (after.value, plan_id, *states),
            )
            return connection.changes()

        return await self._database.write(act, topics=[PLANS])

    async def replace(
        self, change: Change, intent: Intent, *, at: datetime, describe: Callable[[Intent], str]
    ) -> None:
        """Put another change in the place of one that cannot be made."""
        assert change.plan is not None
        plan = change.plan

        def act(connection: apsw.Connection) -> None:
            connection.execute("DELETE FROM change WHERE id = ?", (change.id,))
            connection.execute(INSERT, _planned(intent, plan=plan, at=at, detail=describe(intent)))

        await self._database.write(act, topics=[PLANS])

    async def discard(self, plan_id: int) -> None:
        """Forget a plan of which nothing was begun."""

        def act(connection: apsw.Connection) -> None:
            connection.execute("DELETE FROM change WHERE plan = ?", (plan_id,))
            connection.execute("DELETE FROM plan WHERE id = ?", (plan_id,))

        await self._database.write(act, topics=[PLANS])

    async def commit(self, begun: Sequence[int], ended: Sequence[Ended], *, at: datetime) -> None:
        """Write down in one transaction which changes were begun and how others ended."""
        now = to_ms(at)
        links = [(one.after, one.raw) for one in ended if one.after is not None]

        def act(connection: apsw.Connection) -> None:
            connection.executemany(
                f"UPDATE change SET state = '{ChangeState.INTENDED}', tried = 1, at = ? WHERE id = ?",
                [(now, change_id) for change_id in begun],
            )
            connection.executemany(
                "UPDATE change SET state = ?, error = ?, after = ?,"
                " subject = CASE WHEN subject = '' THEN ? ELSE subject END WHERE id = ?",
                [_ending(one) for one in ended],
            )
            forget_passwords(connection, [one.change_id for one in ended if one.state is ChangeState.DONE])
            write_links(connection, links, seen=at)
            mark_gone(connection, [one.gone for one in ended if one.gone is not None], at=at)

        topics = [PLANS, LINKS] if ended else [PLANS]
        await self._database.write(act, topics=topics)

    def _select(self, rest: str, parameters: tuple[apsw.SQLiteValue, ...]) -> list[Plan]:
        rows = self._database.read.execute(f"SELECT {_PLAN} FROM plan {rest}", parameters).fetchall()
        return [self._plan(row) for row in rows]

    def _latest(self, *, odd: bool, originals: bool = False) -> Plan | None:
        """Return the latest plan that did something: an undo (an odd number of steps away) or not."""
        rows = self._database.read.execute(
            "SELECT id, undo_of, undone_by FROM plan WHERE state <> 'draft' AND EXISTS"
            " (SELECT 1 FROM change WHERE plan = plan.id AND state = 'done') ORDER BY id DESC LIMIT 200"
        )
        for id_, undo_of, undone_by in rows:
            if originals and undo_of is not None:
                continue
            if (undone_by is None or originals) and self._depth(undo_of) % 2 == int(odd):
                return self.get(id_)
        return None

    def _depth(self, undo_of: int | None) -> int:
        depth = 0
        while undo_of is not None:
            depth += 1
            row = self._database.read.execute("SELECT undo_of FROM plan WHERE id = ?", (undo_of,)).fetchone()
            undo_of = None if row is None else row[0]
        return depth

    def _plan(self, row: tuple[apsw.SQLiteValue, ...]) -> Plan:
        id_, at, title, state, hold, began, ended, trouble, undo_of, undone_by = row
        assert isinstance(id_, int)
        assert isinstance(at, int)
        counts = {
            ChangeState(str(name)): int(number)
            for name, number in self._database.read.execute(
                "SELECT state, count(*) FROM change WHERE plan = ? GROUP BY state", (id_,)
            )
        }
        return Plan(
            id=id_,
            at=from_ms(at),
            title=str(title),
            state=PlanState(str(state)),
            counts=MappingProxyType(counts),
            hold_until=from_ms(_int(hold)),
            began_at=from_ms(_int(began)),
            ended_at=from_ms(_int(ended)),
            trouble=str(trouble),
            undo_of=_int(undo_of),
            undone_by=_int(undone_by),
        )


def _planned(intent: Intent, *, plan: int, at: datetime, detail: str) -> tuple[apsw.SQLiteValue, ...]:
    state = ChangeState.CANNOT if intent.reason else ChangeState.PLANNED
    key = random_id(16) if intent.verb in {Verb.CREATE, Verb.MOVE} else ""
    return row_of(intent, plan=plan, at=at, detail=detail, state=state, key=key)


def _ending(one: Ended) -> tuple[apsw.SQLiteValue, ...]:
    subject = one.after.id if one.after is not None else ""
    return (one.state.value, one.error, link_to_json(one.after), subject, one.change_id)


def _int(value: apsw.SQLiteValue) -> int | None:
    return value if isinstance(value, int) else None

"""Find what happened, run the hooks that asked for it, and keep how that went: the daemon's part.

Each event is found once, whether a daemon was there or not, and its run is committed before it starts: a
hook runs at most once for each event. What ran when a daemon died is kept as lost, and is not run again:
whoever posts to a chat or files a ticket would rather miss one than do it twice, and the log says which.
"""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Callable, Coroutine, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from linktui.config.extensions import HookSettings, NotifySettings
from linktui.model.errors import InvalidInput, LinktuiError, StorageError
from linktui.model.expiry import parse_duration
from linktui.model.happening import Errand, Event
from linktui.model.records import Record
from linktui.model.wording import explain
from linktui.services.happenings import Happenings
from linktui.services.shell import as_json, environment_of, run_shell
from linktui.storage.database import LINKS, PLANS, TRANSFERS, Database
from linktui.storage.errands import AT_ONCE, Errands, Found, Subscription

LOOK = 0.5
"""Seconds between two looks at whether anything happened."""
LOOK_AT_ENDS = timedelta(seconds=10)
"""Between two looks at which links end."""
MOST_AT_ONCE = 4
"""Hooks that run at the same time."""
REST = 5.0
"""Seconds to leave hooks alone after a fault."""
OWN_FAULT = "linktui met a fault of its own; `linktui daemon logs` has the details"
LOST = "the daemon ended while it ran"
FORGOTTEN = "it is not in the configuration any more"
NOBODY = ""
"""The name under which notifications are kept."""
log = logging.getLogger("linktui.hooks")

Wishes = tuple[Mapping[str, HookSettings], NotifySettings]
"""The hooks by name, and what is to be notified of."""
_TOPICS = {
    Event.UPLOAD_DONE: TRANSFERS,
    Event.UPLOAD_FAILED: TRANSFERS,
    Event.LINK_CREATED: LINKS,
    Event.PLAN_SETTLED: PLANS,
}
"""Where what is found at once is found; ends are looked for by the clock, downloads find themselves."""


class HookRunner:
    """The hooks of one data directory."""

    def __init__(
        self,
        *,
        database: Database,
        happenings: Happenings,
        wishes: Callable[[], Wishes],
        notify: Callable[[Errands], Coroutine[object, object, None]],
        guard: Callable[[], AbstractContextManager[None]],
        clock: Callable[[], datetime],
    ) -> None:
        """`wishes` returns the same object until the configuration changes; raises LinktuiError.

        `notify` tells people what is to be told them, if it can; `guard` lets a full disk pass.
        """
        self._database = database
        self._errands = Errands(database)
        self._happenings = happenings
        self._wishes = wishes
        self._notify = notify
        self._guard = guard
        self._clock = clock
        self._wished: Wishes | None = None
        self._subscriptions: dict[tuple[str, Event], Subscription] = {}
        self._ticks: dict[str, int] = {}
        self._looked_at_ends: datetime | None = None
        self._links_at_ends = -1
        self._running: set[asyncio.Task[None]] = set()
        self._telling: asyncio.Task[None] | None = None

    @property
    def busy(self) -> bool:
        """Whether a hook runs."""
        return bool(self._running)

    async def run(self) -> None:
        """Work until cancelled; hooks that run then are stopped, and lost."""
        with self._guard():
            await self._errands.lose_running(at=self._clock(), trouble=LOST)
        version = -1
        try:
            while True:
                latest = self._database.version()
                if latest != version or self._ends_are_due() or self._errands_wait():
                    version = latest
                    await self._look_with_care()
                await asyncio.sleep(LOOK)
        finally:
            tasks = [*self._running, *([self._telling] if self._telling else [])]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _look_with_care(self) -> None:
        """Look, and let no fault of hooks end the daemon, which has links to serve."""
        try:
            with self._guard():
                await self.look()
        except StorageError:
            raise
        except Exception as error:  # noqa: BLE001 - as above
            _log_fault(error)
            await asyncio.sleep(REST)

    async def drain(self) -> None:
        """Find and run until nothing is left to do (for tests)."""
        await self.look()
        while self._running:
            await asyncio.wait(self._running)
            await self.look()
        if self._telling is not None:
            await asyncio.wait([self._telling])

    async def look(self) -> None:
        """Find what happened, and start as many hooks as there is room for."""
        await self._heed_wishes()
        if self._subscriptions:
            await self._find()
        await self._start()
        self._tell()

    def _tell(self) -> None:
        """Have people told, and hold nothing up by it, as a desktop may take its time.

        Raises what the last time raised.
        """
        task = self._telling
        if task is not None and task.done():
            self._telling = None
            task.result()
        if self._telling is None and self._notified() and self._errands.notices():
            self._telling = asyncio.create_task(self._notify(self._errands), name="notify")

    async def _heed_wishes(self) -> None:
        """Take over the configuration where it changed."""
        try:
            wished = self._wishes()
        except LinktuiError as error:
            if self._wished is None:
                log.warning("hooks: %s", explain(error))
                self._wished = ({}, NotifySettings(before=(), uploads="never"))
            return
        if wished is self._wished:
            return
        subscriptions = await self._errands.subscribe(_wanted(wished), at=self._clock())
        self._wished = wished
        self._subscriptions = {(one.hook, one.event): one for one in subscriptions}
        self._ticks, self._looked_at_ends, self._links_at_ends = {}, None, -1

    def _notified(self) -> bool:
        return any(not hook for hook, _ in self._subscriptions)

    def _errands_wait(self) -> bool:
        return len(self._running) < MOST_AT_ONCE and bool(self._errands.waiting(limit=1))

    def _ends_are_due(self) -> bool:
        looked = self._looked_at_ends
        return looked is None or self._clock() - looked >= LOOK_AT_ENDS

    async def _find(self) -> None:
        now, ticks = self._clock(), self._database.ticks()
        found: list[Found] = []
        cursors: dict[tuple[str, Event], int] = {}
        for key, one in self._subscriptions.items():
            topic = _TOPICS.get(one.event)
            if topic is not None and ticks[topic] != self._ticks.get(topic):
                more, cursors[key] = self._found(one, now)
                found += more
        due = self._ends_are_due()
        ends = await self._find_ends(now, links=ticks[LINKS]) if due else []
        if found or ends:
            await self._errands.add([*found, *ends], at=now, cursors=cursors)
        # Only now, as what could not be kept has to be found again; where it was many, there may be more.
        self._ticks = ticks if len(found) < AT_ONCE else {}
        if due:
            self._looked_at_ends, self._links_at_ends = now, ticks[LINKS] if len(ends) < AT_ONCE else -1
        for key, here in cursors.items():
            self._subscriptions[key] = replace(self._subscriptions[key], cursor=here)

    def _found(self, one: Subscription, now: datetime) -> tuple[list[Found], int]:
        match one.event:
            case Event.LINK_CREATED:
                return self._errands.created(one)
            case Event.PLAN_SETTLED:
                return self._errands.settled(one, now=now), 0
            case _:
                return self._errands.over(one, now=now, shortest=self._shortest(one.hook))

    async def _find_ends(self, now: datetime, *, links: int) -> list[Found]:
        """Look for ends: of all links if any changed, else only of those that came nearer meanwhile."""
        looked = None if links != self._links_at_ends else self._looked_at_ends
        found: list[Found] = []
        for one in self._subscriptions.values():
            if one.event is Event.LINK_EXPIRED:
                found += await self._errands.ended(one, now=now)
            elif one.event is Event.LINK_EXPIRING:
                told: set[tuple[str, str]] = set()
                for words, before in self._befores(one.hook):
                    more = await self._errands.ending(
                        one, now=now, before=before, told=words, after=looked and looked + before
                    )
                    found += [each for each in more if (each.account, each.subject) not in told]
                    told |= {(each.account, each.subject) for each in more}
        return found

    def _befores(self, hook: str) -> list[tuple[str, timedelta]]:
        """Return how long before an end a hook wants to hear of it, the shortest first."""
        assert self._wished is not None
        hooks, notify = self._wished
        words = hooks[hook].before if hook else notify.before
        return sorted(((word, parse_duration(word)) for word in words), key=lambda one: one[1])

    def _shortest(self, hook: str) -> timedelta:
        assert self._wished is not None
        return timedelta(0) if hook else parse_duration(self._wished[1].uploads)

    async def _start(self) -> None:
        waiting = self._errands.waiting(limit=MOST_AT_ONCE - len(self._running))
        if not waiting:
            return
        await self._errands.begin(one.id for one in waiting)
        for errand in waiting:
            task = asyncio.create_task(self._run(errand), name=f"hook {errand.hook}")
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def _run(self, errand: Errand) -> None:
        assert self._wished is not None
        hook = self._wished[0].get(errand.hook)
        if hook is None:
            trouble = FORGOTTEN
        else:
            try:
                trouble = await run_hook(errand, hook, self._happenings.record_of(errand))
            except InvalidInput as error:
                trouble = explain(error)
            except Exception as error:  # noqa: BLE001 - the fault of one hook stops no other
                _log_fault(error)
                trouble = OWN_FAULT
        if trouble:
            log.warning("hook %s, %s: failed; `linktui hooks log` says how", errand.hook, errand.event.value)
        with self._guard():
            await self._errands.end(errand.id, at=self._clock(), trouble=trouble)


def _log_fault(error: BaseException) -> None:
    """Log where a fault happened, without its words, which may hold an address."""
    log.error("hooks: %s\n%s", type(error).__name__, "".join(traceback.format_tb(error.__traceback__)))


async def run_hook(errand: Errand, hook: HookSettings, told: Record) -> str:
    """Run a hook for one event and return why that failed, or an empty text; raises InvalidInput.

    What it writes is for nobody, as it may hold addresses; its last complaint is kept, without any.
    """
    thing = told[errand.event.of]
    assert isinstance(thing, dict)
    more = {key: str(value) for key, value in errand.more.items()}
    home = Path.home()
    outcome = await run_shell(
        hook.run,
        stdin=as_json(told),
        environment=environment_of(thing, event=errand.event.value, hook=errand.hook, **more),
        seconds=parse_duration(hook.timeout).total_seconds(),
        directory=home if home.is_dir() else None,
    )
    return outcome.trouble


def _wanted(wishes: Wishes) -> Iterable[tuple[str, Event]]:
    """Return which events are to be found, and for whom."""
    hooks, notify = wishes
    wanted = [(name, Event(event)) for name, hook in hooks.items() for event in hook.on]
    if notify.before:
        wanted.append((NOBODY, Event.LINK_EXPIRING))
    if notify.uploads != "never":
        wanted += [(NOBODY, Event.UPLOAD_DONE), (NOBODY, Event.UPLOAD_FAILED)]
    return wanted

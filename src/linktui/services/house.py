"""An open data directory and all services that work on it: what a door is handed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from linktui.config.extensions import CommandSettings, NotifySettings
from linktui.config.locations import Locations
from linktui.config.settings import DefaultSettings, Settings
from linktui.model.capability import Account
from linktui.providers.base import Provider
from linktui.services.account_book import AccountBook
from linktui.services.accounts import AccountService
from linktui.services.calls import CallLog
from linktui.services.links import LinkService
from linktui.services.own_keys import OwnKeys
from linktui.services.presence import Presence
from linktui.storage.accounts import Accounts
from linktui.storage.changes import Changes
from linktui.storage.database import Database
from linktui.storage.links import Links

if TYPE_CHECKING:  # these are imported when somebody first asks for them
    from linktui.model.capability import Account
    from linktui.services.checkup import Checkup, Probes
    from linktui.services.expiring import Expiring
    from linktui.services.files import FileService
    from linktui.services.first_minute import FirstMinute
    from linktui.services.folders import FolderService
    from linktui.services.happenings import Happenings
    from linktui.services.notices import Notices
    from linktui.services.plans import PlanService
    from linktui.services.rehearsal import Rehearsal
    from linktui.services.saved_filters import SavedFilters
    from linktui.services.sheets.service import SheetService
    from linktui.services.sync import Sync
    from linktui.services.timeline import TimelineService
    from linktui.services.transfers import TransferService
    from linktui.services.versions import VersionService
    from linktui.services.watch import Watch
    from linktui.storage.errands import Errands
    from linktui.storage.transfers import Transfers


class Services:
    """Every service of one data directory, made when first asked for: a list of links needs few of them."""

    def __init__(
        self,
        *,
        database: Database,
        memory: Accounts,
        accounts: AccountService,
        book: AccountBook,
        calls: CallLog,
        defaults: DefaultSettings,
        hold: timedelta,
        keep: timedelta | None,
        presence: Presence,
        saved_filters: Callable[[], SavedFilters],
        keys: OwnKeys,
        spool: Path,
        sheets: Path,
        prober: Callable[[Account], Probes],
        templates: Mapping[str, str],
        clock: Callable[[], datetime],
        own_commands: Mapping[str, CommandSettings],
        notify: NotifySettings,
    ) -> None:
        self.accounts = accounts
        self.book = book
        self.calls = calls
        self.defaults = defaults
        self.keys = keys
        self.presence = presence
        self.templates = templates
        self.clock = clock
        self.own_commands = own_commands
        self.notify = notify
        self._database = database
        self._memory = memory
        self._hold = hold
        self._keep = keep
        self._spool = spool
        self._sheets = sheets
        self._prober = prober
        self._saved_filters = saved_filters

    @cached_property
    def links(self) -> LinkService:
        """The links of every account."""
        return LinkService(
            links=Links(self._database),
            changes=Changes(self._database),
            memory=self._memory,
            accounts=self.accounts,
            clock=self.clock,
        )

    @cached_property
    def expiring(self) -> Expiring:
        """Which links end soon."""
        from linktui.services.expiring import Expiring

        return Expiring(links=self.links, accounts=self.accounts)

    @cached_property
    def timeline(self) -> TimelineService:
        """What ends when."""
        from linktui.services.timeline import TimelineService
        from linktui.storage.ahead import TimeAhead

        return TimelineService(ahead=TimeAhead(self._database), links=self.links, expiring=self.expiring)

    @cached_property
    def plans(self) -> PlanService:
        """Changes to many links, looked at before they are made and undone after."""
        from linktui.services.plans import PlanService
        from linktui.storage.plans import Plans

        return PlanService(
            plans=Plans(self._database),
            changes=Changes(self._database),
            links=Links(self._database),
            link_service=self.links,
            accounts=self.accounts,
            hold=self._hold,
            clock=self.clock,
        )

    @cached_property
    def checkup(self) -> Checkup:
        """Whether links are as their services say."""
        from linktui.services.checkup import Checkup
        from linktui.services.freshness import Freshness
        from linktui.storage.files import Files

        links = Links(self._database)
        return Checkup(
            links=self.links,
            plans=self.plans,
            files=Files(self._database),
            accounts=self.accounts,
            freshness=Freshness(accounts=self.accounts, links=links, sync=self.sync),
            prober=self._prober,
        )

    @cached_property
    def filters(self) -> SavedFilters:
        """The filters that have names."""
        return self._saved_filters()

    @cached_property
    def sheets(self) -> SheetService:
        """Links as text, TOML or CSV, and back as changes."""
        from linktui.services.sheets.service import SheetService
        from linktui.storage.exports import Exports
        from linktui.storage.files import Files

        return SheetService(
            exports=Exports(self._database),
            files=Files(self._database),
            links=self.links,
            accounts=self.accounts,
            plans=self.plans,
            defaults=self.defaults,
            drafts=self._sheets,
            clock=self.clock,
        )

    @cached_property
    def files(self) -> FileService:
        """The stored files of every account."""
        from linktui.services.files import FileService
        from linktui.storage.files import Files

        return FileService(
            files=Files(self._database),
            links=Links(self._database),
            transfers=self._queue,
            changes=Changes(self._database),
            memory=self._memory,
            accounts=self.accounts,
            clock=self.clock,
        )

    @cached_property
    def folders(self) -> FolderService:
        """The folders that some accounts keep their files in."""
        from linktui.services.folders import FolderService
        from linktui.storage.files import Files

        return FolderService(files=Files(self._database), accounts=self.accounts, clock=self.clock)

    @cached_property
    def versions(self) -> VersionService:
        """What stored files were before."""
        from linktui.services.versions import VersionService
        from linktui.storage.files import Files

        return VersionService(
            files=Files(self._database),
            changes=Changes(self._database),
            accounts=self.accounts,
            clock=self.clock,
        )

    @cached_property
    def transfers(self) -> TransferService:
        """The upload queue."""
        from linktui.services.transfers import TransferService
        from linktui.storage.choices import Choices
        from linktui.storage.files import Files

        return TransferService(
            transfers=self._queue,
            files=Files(self._database),
            choices=Choices(self._database),
            accounts=self.accounts,
            spool=self._spool,
            clock=self.clock,
        )

    @cached_property
    def first_minute(self) -> FirstMinute:
        """Whether there is nothing here yet."""
        from linktui.services.first_minute import FirstMinute
        from linktui.storage.choices import Choices

        return FirstMinute(links=self.links, accounts=self.accounts, choices=Choices(self._database))

    @cached_property
    def sync(self) -> Sync:
        """The looks at every account."""
        from linktui.services.sync import Sync
        from linktui.storage.sweeps import Sweeps

        return Sync(
            accounts=self.accounts,
            links=Links(self._database),
            sweeps=Sweeps(self._database),
            files=self.files,
            memory=self._memory,
            keep=self._keep,
            clock=self.clock,
        )

    @cached_property
    def watch(self) -> Watch:
        """What changes in the database, whoever changes it."""
        from linktui.services.watch import Watch

        return Watch(self._database, self._queue)

    @cached_property
    def happenings(self) -> Happenings:
        """What events were about."""
        from linktui.services.happenings import Happenings
        from linktui.storage.plans import Plans

        return Happenings(
            links=Links(self._database),
            transfers=self._queue,
            plans=Plans(self._database),
            now=self.links.now,
        )

    @cached_property
    def notices(self) -> Notices:
        """What the person before a screen is to be told."""
        from linktui.services.notices import Notices

        return Notices(errands=self.errands, happenings=self.happenings, clock=self.clock)

    @cached_property
    def errands(self) -> Errands:
        """What hooks were run for."""
        from linktui.storage.errands import Errands

        return Errands(self._database)

    @cached_property
    def rehearsal(self) -> Rehearsal:
        """Acts that send nothing."""
        from linktui.services.rehearsal import Rehearsal

        return Rehearsal(accounts=self.accounts, links=self.links)

    @cached_property
    def _queue(self) -> Transfers:
        from linktui.storage.transfers import Transfers

        return Transfers(self._database)


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """One open data directory: where it is, what is set, and everything that works on it."""

    locations: Locations
    settings: Settings
    database: Database
    services: Services
    connect: Callable[[Account], Provider]
    """Opens an account anew, whose calls are noted down nowhere."""

    async def close(self) -> None:
        """Let go of the services' connections and the database."""
        await self.services.accounts.close()
        await self.services.calls.close()
        self.database.close()

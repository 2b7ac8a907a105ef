"""An open data directory and all services that work on it: what a door is handed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from linktui.config.locations import Locations
from linktui.config.settings import DefaultSettings, Settings
from linktui.services.account_book import AccountBook
from linktui.services.accounts import AccountService
from linktui.services.calls import CallLog
from linktui.services.files import FileService
from linktui.services.links import LinkService
from linktui.services.rehearsal import Rehearsal
from linktui.services.transfers import TransferService
from linktui.services.watch import Watch
from linktui.storage.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Every service of one data directory."""

    accounts: AccountService
    book: AccountBook
    links: LinkService
    rehearsal: Rehearsal
    calls: CallLog
    files: FileService
    transfers: TransferService
    watch: Watch
    defaults: DefaultSettings
    clock: Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """One open data directory: where it is, what is set, and everything that works on it."""

    locations: Locations
    settings: Settings
    database: Database
    services: Services

    async def close(self) -> None:
        """Let go of the services' connections and the database."""
        await self.services.accounts.close()
        await self.services.calls.close()
        self.database.close()

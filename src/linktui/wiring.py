"""The one module that knows everybody: builds the services for a door."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from linktui.config.locations import Locations
from linktui.config.settings import load_settings
from linktui.model.capability import Account
from linktui.providers.base import Provider
from linktui.providers.registry import LOCAL, connect, limits_of
from linktui.services.accounts import AccountService
from linktui.services.files import FileService
from linktui.services.house import House, Services
from linktui.services.links import LinkService
from linktui.services.transfers import TransferService
from linktui.services.watch import Watch
from linktui.storage.accounts import Accounts
from linktui.storage.changes import Changes
from linktui.storage.choices import Choices
from linktui.storage.database import Database
from linktui.storage.files import Files
from linktui.storage.links import Links
from linktui.storage.transfers import Transfers


def system_clock() -> datetime:
    """Return this machine's time, in UTC."""
    return datetime.now(UTC)


def build(
    locations: Locations,
    *,
    clock: Callable[[], datetime] = system_clock,
    connect_provider: Callable[[Account], Provider] | None = None,
) -> House:
    """Open a data directory, making it if need be.

    Raises StorageError for a directory or database that cannot be used and InvalidInput for a
    configuration file that says what it may not.
    """
    locations.create()
    settings = load_settings(locations.settings_file)
    database = Database(locations.database)
    links, files, transfers = Links(database), Files(database), Transfers(database)
    changes, memory, choices = Changes(database), Accounts(database), Choices(database)
    accounts = AccountService(
        {LOCAL: Account(name=LOCAL, provider=LOCAL, limits=limits_of(LOCAL))},
        default=LOCAL,
        connect=connect_provider or (lambda account: connect(account, server=locations.server, clock=clock)),
    )
    services = Services(
        accounts=accounts,
        links=LinkService(links=links, changes=changes, memory=memory, accounts=accounts, clock=clock),
        files=FileService(
            files=files,
            links=links,
            transfers=transfers,
            changes=changes,
            memory=memory,
            accounts=accounts,
            clock=clock,
        ),
        transfers=TransferService(
            transfers=transfers,
            files=files,
            choices=choices,
            accounts=accounts,
            spool=locations.spool,
            clock=clock,
        ),
        watch=Watch(database, transfers),
        defaults=settings.defaults,
        clock=clock,
    )
    return House(locations=locations, settings=settings, database=database, services=services)

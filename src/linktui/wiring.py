"""The one module that knows everybody: builds the services for a door."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from linktui.config.loading import load_settings
from linktui.config.locations import Locations
from linktui.config.settings import Settings
from linktui.model.call import Call, Rehearsed
from linktui.model.capability import Account
from linktui.model.errors import InvalidInput, LinktuiError
from linktui.model.expiry import parse_duration
from linktui.model.identity import Identity
from linktui.providers.base import Provider
from linktui.providers.registry import LOCAL, kind_of
from linktui.services.account_book import AccountBook, account_of, accounts_of
from linktui.services.accounts import AccountService
from linktui.services.calls import CallLog
from linktui.services.house import House, Services
from linktui.services.own_keys import OwnKeys
from linktui.services.presence import Presence
from linktui.services.saved_filters import SavedFilters
from linktui.storage.accounts import Accounts
from linktui.storage.calls import Calls
from linktui.storage.database import Database

if TYPE_CHECKING:
    from linktui.services.checkup import Probes

VISITS_RATE = 2_000.0
"""Calls a second that a link server makes at a service."""


def system_clock() -> datetime:
    """Return this machine's time, in UTC."""
    return datetime.now(UTC)


def _secret(account: Account) -> str:
    from linktui.config.secrets import secret_of

    return secret_of(account.name, account.connection.secret)


def _open(
    account: Account,
    rehearsal: list[Rehearsed] | None = None,
    *,
    secret: str = "",
    clock: Callable[[], datetime],
    server: Path,
    note: Callable[[Call], None],
) -> Provider:
    from linktui.providers.context import Context

    context = Context(
        account=account,
        clock=clock,
        secret=(lambda: secret) if secret else partial(_secret, account),
        server=server,
        note=note,
        rehearsal=rehearsal,
    )
    try:
        return kind_of(account.provider).open(context)
    except LinktuiError:
        raise
    except Exception as error:  # whatever another package's provider falls over
        raise InvalidInput("provider", f"“{account.provider}” cannot be opened") from error


def _probe(
    account: Account,
    *,
    clock: Callable[[], datetime],
    note: Callable[[Call], None],
) -> Probes:
    from linktui.providers.context import Context
    from linktui.providers.probe import Prober

    return Prober(Context(account=account, clock=clock, secret=str, note=note))


def _hold(settings: Settings) -> timedelta:
    return timedelta(0) if settings.plans.hold == "none" else parse_duration(settings.plans.hold)


def _keep(settings: Settings) -> timedelta | None:
    match settings.sync.keep:
        case "none":
            return timedelta(0)
        case "forever":
            return None
        case length:
            return parse_duration(length)


def build(
    locations: Locations,
    *,
    clock: Callable[[], datetime] = system_clock,
    connect_provider: Callable[[Account], Provider] | None = None,
    connect_prober: Callable[[Account], Probes] | None = None,
) -> House:
    """Open a data directory, making it if need be.

    Raises StorageError for a directory or database that cannot be used and InvalidInput for a
    configuration file that says what it may not.
    """
    locations.create()
    settings = load_settings(locations.settings_file)
    database = Database(locations.database)
    memory, calls = Accounts(database), CallLog(Calls(database))
    opening = partial(_open, clock=clock, server=locations.server, note=calls.note)
    accounts = AccountService(
        accounts_of(settings, path=locations.settings_file, memory=memory),
        default=settings.defaults.account or LOCAL,
        connect=connect_provider or opening,
        rehearse=opening,
        with_secret=lambda account, secret: (
            connect_provider(account) if connect_provider else opening(account, secret=secret)
        ),
    )
    services = Services(
        database=database,
        memory=memory,
        accounts=accounts,
        book=AccountBook(locations.settings_file, memory=memory, accounts=accounts),
        calls=calls,
        defaults=settings.defaults,
        hold=_hold(settings),
        keep=_keep(settings),
        saved_filters=partial(SavedFilters, locations.settings_file, settings.filters),
        keys=OwnKeys(locations.settings_file, settings.keys),
        spool=locations.spool,
        presence=Presence(locations.presence),
        sheets=locations.sheets,
        prober=connect_prober or partial(_probe, clock=clock, note=calls.note),
        templates=settings.templates,
        clock=clock,
        own_commands=settings.commands,
        notify=settings.notify,
    )
    return House(
        locations=locations,
        settings=settings,
        database=database,
        services=services,
        connect=connect_provider or partial(open_unnoted, locations=locations, clock=clock),
    )


def configured(locations: Locations, name: str) -> Account:
    """Return an account as the configuration file alone has it, opening no data directory.

    Raises InvalidInput for one that is not there, and for a file that says what it may not.
    """
    accounts = load_settings(locations.settings_file).accounts
    if name not in accounts:
        there = ", ".join(accounts) or "none"
        raise InvalidInput(
            "account", f"“{name}” is not configured in {locations.settings_file}; there is {there}"
        )
    table = accounts[name]
    return account_of(name, table, kind=kind_of(table.provider), identity=Identity())


def open_unnoted(
    account: Account, *, locations: Locations, clock: Callable[[], datetime] = system_clock
) -> Provider:
    """Return a provider for what strangers ask of an account: its calls are many, and noted down nowhere.

    The rate that we allow ourselves is for one owner; one that the owner set holds here too.
    """
    rate = account.connection.rate or VISITS_RATE
    account = replace(account, connection=replace(account.connection, rate=rate))
    return _open(account, clock=clock, server=locations.server, note=lambda call: None)

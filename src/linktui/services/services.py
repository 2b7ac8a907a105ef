"""All services together: what a door is handed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from linktui.config.settings import DefaultSettings
from linktui.services.accounts import AccountService
from linktui.services.files import FileService
from linktui.services.links import LinkService
from linktui.services.transfers import TransferService
from linktui.services.watch import Watch


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Every service of one data directory."""

    accounts: AccountService
    links: LinkService
    files: FileService
    transfers: TransferService
    watch: Watch
    defaults: DefaultSettings
    clock: Callable[[], datetime]

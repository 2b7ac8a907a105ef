"""Look into one folder of an account: each page is in the local database before the next is asked for."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime

from linktui.providers.base import HasFolders
from linktui.providers.pages import Cursors
from linktui.services.accounts import AccountService
from linktui.storage.files import Files

PAGES = 100
"""Pages of one look: a longer folder is gone on with by another one."""


@dataclass(frozen=True, slots=True)
class Looked:
    """How far a look into a folder is."""

    cursor: str | None
    """Where the rest begins; None once all is known."""
    since: datetime
    """When it began."""


class FolderService:
    """The folders of the accounts that have some."""

    def __init__(self, *, files: Files, accounts: AccountService, clock: Callable[[], datetime]) -> None:
        self._files = files
        self._accounts = accounts
        self._clock = clock

    def has_folders(self, account: str) -> bool:
        """Tell whether an account keeps its files in folders."""
        return bool(self._accounts.get(account).limits.folder_option)

    def needs_one(self, account: str) -> bool:
        """Tell whether a file cannot be put above all folders of an account."""
        limits = self._accounts.get(account).limits
        return any(one.required for one in limits.file_options if one.key == limits.folder_option)

    async def look(
        self, account: str, path: str, *, beginning: str = "", after: Looked | None = None
    ) -> AsyncIterator[Looked]:
        """Fetch a folder, or only what begins so in it, or on from where an earlier look ended.

        Yields after each page, which is in the database by then. What a look at the whole did not tell is
        forgotten at its end. Raises ProviderError.
        """
        provider = self._accounts.provider(account)
        if not isinstance(provider, HasFolders):
            return
        since, cursor = (self._clock(), None) if after is None else (after.since, after.cursor)
        cursors = Cursors()
        for _ in range(PAGES):
            page = await provider.list_folder(path, beginning=beginning, cursor=cursor)
            await self._files.save_folder(page.folders, page.files, seen=since)
            cursor = page.next_cursor
            if cursor is None and not beginning:
                await self._files.remove_unseen_in(account, path, since=since)
            yield Looked(cursor, since)
            if cursor is None:
                return
            cursors.take(cursor)

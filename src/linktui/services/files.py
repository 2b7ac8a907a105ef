"""The files that accounts keep, and which local files already have links."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from linktui.model.capability import Ability
from linktui.model.errors import Conflict, InvalidInput, NotFound
from linktui.model.file import File, Folder
from linktui.model.link import Link
from linktui.model.option import YES
from linktui.model.query import Counts, FileQuery, LinkQuery
from linktui.providers.base import DeletesFiles, KeepsFiles, Page, ReadsFiles, Wanted
from linktui.providers.pages import all_pages
from linktui.services.accounts import AccountService
from linktui.services.journaled import journaled
from linktui.services.rules import check_wanted
from linktui.storage.accounts import Accounts
from linktui.storage.changes import Changes
from linktui.storage.files import Files
from linktui.storage.links import Links
from linktui.storage.transfers import Transfers

MOST_SWEPT = 100_000
"""Files in folders that a sweep goes through: of the others, those are known whose folder was looked into."""
MOST_LINKS = 1_000
"""Links to one file that are looked at before it is deleted."""


class FileService:
    """The stored files of all accounts."""

    def __init__(
        self,
        *,
        files: Files,
        links: Links,
        transfers: Transfers,
        changes: Changes,
        memory: Accounts,
        accounts: AccountService,
        clock: Callable[[], datetime],
    ) -> None:
        self._files = files
        self._links = links
        self._transfers = transfers
        self._changes = changes
        self._memory = memory
        self._accounts = accounts
        self._clock = clock

    def window(self, query: FileQuery, *, offset: int, limit: int) -> list[File]:
        """Return rows of the list from the local database."""
        return self._files.window(query, offset=offset, limit=limit, counting=self._counting(query.account))

    def folder_window(self, query: FileQuery, *, offset: int, limit: int) -> list[Folder | File]:
        """Return rows of one folder from the local database: its folders by name, then its files."""
        folders: list[Folder | File] = [*self._files.folders(query, offset=offset, limit=limit)]
        left = limit - len(folders)
        if not left:
            return folders
        behind = max(0, offset - self._files.folder_count(query))
        return [*folders, *self.window(query, offset=behind, limit=left)]

    def counts(self, query: FileQuery) -> Counts:
        """Return how many files the query shows, of how many there are."""
        return self._files.counts(query)

    def known(self, account: str, file_ids: Iterable[str]) -> set[str]:
        """Return those of some files that the account is still known to keep."""
        return self._files.known(account, file_ids)

    def resolve(self, file_id: str, *, account: str | None = None) -> File:
        """Return the file with that id, of one account where that is said; raises InvalidInput."""
        found = self._files.find(file_id, counting=self._counting(account))
        if account is not None:
            found = [file for file in found if file.account == account]
        if len(found) > 1:
            names = ", ".join(file.account for file in found)
            raise InvalidInput("file", f"“{file_id}” is at {names}: say which with --account")
        if not found:
            raise InvalidInput("file", f"“{file_id}” is the id of no stored file; see `linktui files list`")
        return found[0]

    def badges(self, directory: Path) -> dict[Path, int]:
        """Return how many live links each local file right below `directory` has been given."""
        now = self._clock()
        badges: dict[Path, int] = {}
        for path, link_ids in self._transfers.shared_paths(directory).items():
            links = [link for link_id in set(link_ids) for link in self._links.find(link_id)]
            alive = sum(link.state(now).alive for link in links)
            if alive:
                badges[path] = alive
        return badges

    def source_of(self, link: Link) -> Path | None:
        """Return the file of this machine that a link's first one was uploaded from, if it is still that."""
        for transfer in reversed(self._transfers.all()):
            if transfer.link_id == link.id and transfer.account == link.account:
                source = transfer.source
                try:
                    facts = source.path.stat()
                except OSError:
                    return None
                same = (facts.st_size, facts.st_mtime_ns) == (source.size, source.mtime_ns)
                return source.path if same else None
        return None

    async def refresh(self, account: str) -> None:
        """Fetch the account's file list, of a long one with folders only the first part."""
        provider = self._accounts.provider(account)
        if not isinstance(provider, KeepsFiles):
            return
        since, told, withheld = self._clock(), 0, set[str]()
        in_folders = bool(self._accounts.get(account).limits.folder_option)
        async for page in all_pages(lambda cursor: provider.list_files(cursor=cursor)):
            await self._files.save(page.rows, seen=since)
            told += len(page.rows)
            withheld.update(page.withheld)
            if in_folders and told >= MOST_SWEPT and page.rows and page.next_cursor is not None:
                up_to = page.rows[-1].id
                await self._files.remove_unseen(account, since=since, up_to=up_to, withheld=withheld)
                return
        await self._files.remove_unseen(account, since=since, withheld=withheld)

    async def fetch(self, file: File) -> File:
        """Ask the service what it knows of the file now and return it; raises NotFound if it is gone."""
        provider = self._accounts.provider(file.account)
        assert isinstance(provider, KeepsFiles)  # a file that is known here was listed
        try:
            told = await provider.get_file(file.id)
        except NotFound:
            await self._files.remove(file.account, file.id)
            raise
        await self._files.save([told], seen=self._clock())
        return told

    async def list_at_service(self, account: str, wanted: Wanted, *, cursor: str | None = None) -> Page[File]:
        """Ask the service itself for one page of its files; raises Unsupported for a filter it lacks."""
        limits = self._accounts.get(account).limits
        limits.require(Ability.LIST_FILES)
        check_wanted(wanted, limits.file_filters)
        provider = self._accounts.provider(account)
        assert isinstance(provider, KeepsFiles)  # its limits claim so
        page = await provider.list_files(cursor=cursor, wanted=wanted)
        await self._files.save(page.rows, seen=self._clock())
        return page

    async def download(
        self,
        file: File,
        target: Path,
        *,
        replacing: bool = False,
        arrived: Callable[[int], None] = lambda n: None,
    ) -> Path:
        """Fetch a stored file's bytes into `target` (a folder takes it under its own name) and return where.

        The file is there whole or not at all. `arrived` is told the bytes of each piece. Raises TargetTaken
        for a place that is (unless `replacing`), InvalidInput for one that cannot be written, DigestMismatch
        for bytes that are not the ones stored, and Unsupported where the service hands none back.
        """
        self._accounts.get(file.account).limits.require(Ability.DOWNLOAD_FILE)
        provider = self._accounts.provider(file.account)
        assert isinstance(provider, ReadsFiles)  # its limits claim so
        from linktui.services.download import save_bytes

        return await save_bytes(
            provider.read_file(file.id), file, target, replacing=replacing, arrived=arrived
        )

    async def delete(self, file: File, *, force: bool = False) -> None:
        """Delete a stored file; raises Conflict while active links hold it, unless `force`."""
        limits = self._accounts.get(file.account).limits
        limits.require(Ability.DELETE_FILE)
        if limits.copied_by and not force:
            self._require_unheld(file, limits.copied_by)
        provider = self._accounts.provider(file.account)
        assert isinstance(provider, DeletesFiles)  # its limits claim so
        async with journaled(
            self._changes,
            "delete_file",
            account=file.account,
            subject=file.id,
            detail=f"name: {file.name}",
            at=self._clock(),
        ):
            await provider.delete_file(file.id, force=force)
        await self._files.remove(file.account, file.id)
        await self._memory.ask(file.account, at=self._clock())

    def _require_unheld(self, file: File, copied_by: str) -> None:
        """Raise Conflict while links are alive that are lost with the file, of which no service warns."""
        query = LinkQuery(file_id=file.id, account=file.account)
        alive = self._links.window(query, now=self._clock(), offset=0, limit=MOST_LINKS)
        held = sum(link.options.get(copied_by) != YES for link in alive)
        if held:
            links = f"{held} live links are" if held > 1 else "a live link is"
            raise Conflict(f"{links} to this very file and not to a copy of it")

    def _counting(self, account: str | None) -> list[str]:
        """Return the accounts, or this one, of whose files the links have to be counted here."""
        accounts = self._accounts.all() if account is None else [self._accounts.get(account)]
        return [one.name for one in accounts if not one.limits.counts_links]

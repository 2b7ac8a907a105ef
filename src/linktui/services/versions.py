"""What a stored file was before, at services that keep it: fetched, deleted for good, or made the newest."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

from linktui.model.capability import Ability
from linktui.model.errors import InvalidInput, NotFound
from linktui.model.file import File, Version
from linktui.model.phrases import moment_text
from linktui.providers.base import KeepsFiles, KeepsVersions
from linktui.services.accounts import AccountService
from linktui.services.journaled import journaled
from linktui.storage.changes import Changes
from linktui.storage.files import Files


class VersionService:
    """The versions of the files of all accounts."""

    def __init__(
        self,
        *,
        files: Files,
        changes: Changes,
        accounts: AccountService,
        clock: Callable[[], datetime],
    ) -> None:
        self._files = files
        self._changes = changes
        self._accounts = accounts
        self._clock = clock

    async def list(self, account: str, file_id: str) -> tuple[Version, ...]:
        """Return every version, newest first; raises Unsupported, and NotFound where there never was one."""
        return await self._provider(account).list_versions(file_id)

    async def find(self, account: str, file_id: str, version: str) -> Version:
        """Return one version; raises InvalidInput where there is none of that id."""
        for one in await self.list(account, file_id):
            if one.id == version:
                return one
        raise InvalidInput(
            "version", f"“{version}” is none of this file; see `linktui files versions {file_id}`"
        )

    async def download(
        self,
        account: str,
        file_id: str,
        version: Version,
        target: Path,
        *,
        replacing: bool = False,
        arrived: Callable[[int], None] = lambda n: None,
    ) -> Path:
        """Fetch the bytes of one version into `target`; raises as `FileService.download` does."""
        require_bytes(version)
        provider = self._provider(account)
        self._accounts.get(account).limits.require(Ability.DOWNLOAD_FILE)
        from linktui.services.download import save_bytes

        file = await provider.get_version(file_id, version.id)
        return await save_bytes(
            provider.read_version(file_id, version.id),
            file,
            target,
            replacing=replacing,
            arrived=arrived,
        )

    async def delete(self, account: str, file_id: str, version: Version) -> None:
        """Delete one version for good; of the newest, the one before it is the newest then."""
        provider = self._provider(account)
        self._accounts.get(account).limits.require(Ability.DELETE_FILE)
        await self._journaled(
            "delete_version",
            account,
            file_id,
            version,
            lambda: provider.delete_version(file_id, version.id),
        )
        if version.is_newest:
            await self._look_again(account, file_id)

    async def restore(self, account: str, file_id: str, version: Version) -> None:
        """Have the file be what it was; raises InvalidInput for what it is already, and for a deletion."""
        require_bytes(version)
        if version.is_newest:
            raise InvalidInput("version", "is the newest already; there is nothing to restore")
        provider = self._provider(account)
        await self._journaled(
            "restore_version",
            account,
            file_id,
            version,
            lambda: provider.restore_version(file_id, version.id),
        )
        await self._look_again(account, file_id)

    async def file(self, account: str, file_id: str, version: Version) -> File:
        """Return the file as it was then, for a link to it; raises InvalidInput for a deletion."""
        require_bytes(version)
        return await self._provider(account).get_version(file_id, version.id)

    def _provider(self, account: str) -> KeepsVersions:
        self._accounts.get(account).limits.require(Ability.FILE_VERSIONS)
        provider = self._accounts.provider(account)
        assert isinstance(provider, KeepsVersions)  # its limits claim so
        return provider

    async def _journaled(
        self, verb: str, account: str, file_id: str, version: Version, act: Callable[[], Awaitable[None]]
    ) -> None:
        detail = f"version: {version.id} of {moment_text(version.created_at)}"
        async with journaled(
            self._changes, verb, account=account, subject=file_id, detail=detail, at=self._clock()
        ):
            await act()

    async def _look_again(self, account: str, file_id: str) -> None:
        """Have the local database know the file as it is now."""
        provider = self._accounts.provider(account)
        assert isinstance(provider, KeepsFiles)  # it keeps their versions
        try:
            file = await provider.get_file(file_id)
        except NotFound:
            await self._files.remove(account, file_id)
        else:
            await self._files.save([file], seen=self._clock())


def require_bytes(version: Version) -> None:
    """Raise InvalidInput for a version that is no more than a deletion."""
    if version.is_deletion:
        raise InvalidInput("version", "is the file's deletion, which has no bytes; take the one before it")

"""A fake service that keeps its files in folders, and what they were before."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from linktui.model.errors import NotFound
from linktui.model.file import File, Folder, Version
from linktui.model.option import Option
from linktui.providers.base import EVERYTHING, FolderPage, Page, Wanted
from linktui.providers.local.limits import LIMITS
from linktui.services.house import House
from tests.fakes import FakeProvider

STORE = replace(
    LIMITS,
    missing=MappingProxyType({}),
    folder_option="folder",
    version_option="version",
    copied_by="revocable",
    counts_links=False,
    file_options=(Option(key="folder", title="Folder"),),
    link_options=(Option(key="version", title="Version"), Option(key="revocable", title="Revocable")),
)


class FakeStore(FakeProvider):
    """Pages of two rows; each file's bytes are those of its newest version."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__(clock, limits=STORE)
        self.versions: dict[str, list[tuple[Version, bytes]]] = {}
        self.withheld: tuple[str, ...] = ()
        self.made: dict[str, datetime] = {}
        """When folders were made, by their paths."""

    def put(self, file_id: str, data: bytes = b"x") -> None:
        folder, slash, name = file_id.rpartition("/")
        self.files[file_id] = File(
            account=self.account,
            id=file_id,
            name=name,
            folder=folder + slash,
            size=len(data),
            created_at=self.clock(),
        )
        self.data[file_id] = data
        before = [(replace(one, is_newest=False), was) for one, was in self.versions.get(file_id, [])]
        version = Version(id=f"v{len(before) + 1}", created_at=self.clock(), size=len(data), is_newest=True)
        self.versions[file_id] = [(version, data), *before]

    async def list_files(self, *, cursor: str | None = None, wanted: Wanted = EVERYTHING) -> Page[File]:
        self._called("list_files")
        ids = sorted(one for one in self.files if one > (cursor or ""))
        ids = [one for one in ids if not one.startswith(self.withheld)]
        rows = tuple(self.files[one] for one in ids[:2])
        return Page(rows, ids[1] if len(ids) > 2 else None, self.withheld)

    async def list_folder(self, path: str, *, beginning: str = "", cursor: str | None = None) -> FolderPage:
        self._called(f"list_folder {path}{beginning}")
        below = [one.removeprefix(path) for one in self.files if one.startswith(path + beginning)]
        names = sorted({one.partition("/")[0] + one.partition("/")[1] for one in below})
        rest = [one for one in names if one > (cursor or "")]
        shown = rest[:2]
        return FolderPage(
            tuple(
                Folder(self.account, path + one, self.made.get(path + one))
                for one in shown
                if one.endswith("/")
            ),
            tuple(self.files[path + one] for one in shown if not one.endswith("/")),
            shown[-1] if len(rest) > 2 else None,
        )

    async def list_versions(self, file_id: str) -> tuple[Version, ...]:
        self._called("list_versions")
        if not self.versions.get(file_id):
            raise NotFound
        return tuple(version for version, _ in self.versions[file_id])

    async def get_version(self, file_id: str, version: str) -> File:
        return replace(self.files[file_id], size=len(self._bytes(file_id, version)))

    async def read_version(self, file_id: str, version: str) -> AsyncIterator[bytes]:
        yield self._bytes(file_id, version)

    async def delete_version(self, file_id: str, version: str) -> None:
        self._called("delete_version")
        self.versions[file_id] = [one for one in self.versions[file_id] if one[0].id != version]

    async def restore_version(self, file_id: str, version: str) -> None:
        self._called("restore_version")
        self.put(file_id, self._bytes(file_id, version))

    def _bytes(self, file_id: str, version: str) -> bytes:
        for one, data in self.versions[file_id]:
            if one.id == version:
                return data
        raise NotFound


def as_store(house: House) -> House:
    """Have the account of a house be at such a service."""
    object.__setattr__(house.services.accounts.get("local"), "limits", STORE)
    return house

"""What a file was before: in a bucket that keeps versions each of them is read, deleted or made the newest.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html,
https://docs.aws.amazon.com/AmazonS3/latest/userguide/RestoringPreviousVersions.html
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from linktui.model.errors import NotFound, Rejected, Unsupported
from linktui.model.file import Version
from linktui.providers.s3 import wire
from linktui.providers.s3.copying import LARGEST_COPY, Copies
from linktui.providers.s3.objects import Objects
from linktui.providers.s3.store import Store

MOST = 10_000
"""Versions of one file that are told at most."""


class Versions:
    """The versions of one account's files."""

    def __init__(self, store: Store, objects: Objects) -> None:
        self._store = store
        self._objects = objects
        self._copies = Copies(store, objects, largest=LARGEST_COPY)

    async def list(self, file_id: str) -> tuple[Version, ...]:
        """Return every version, newest first; raises NotFound, and Unsupported by a store that has none."""
        key, found = self._objects.key_of(file_id), list[Version]()
        query = {"versions": "", "prefix": key, "encoding-type": "url"}
        while file_id:
            try:
                page = wire.versions_from(await self._store.call("GET", query=query))
            except Rejected as error:
                if error.status != 501:
                    raise
                raise Unsupported("list versions", "the store keeps one of each file") from error
            # Keys that only begin so come after it.
            found += [version for one, version in page.rows if one == key]
            if page.markers is None or page.markers[0] != key or len(found) >= MOST:
                break
            query["key-marker"], query["version-id-marker"] = page.markers
        if not found:
            raise NotFound
        # Some stores tell all deletions behind everything else.
        found.sort(key=lambda version: (version.is_newest, version.created_at), reverse=True)
        return tuple(found)

    def read(self, file_id: str, version: str) -> AsyncIterator[bytes]:
        """Yield the bytes of one version; raises NotFound."""
        return self._store.read(self._objects.key_of(file_id), version=version)

    async def delete(self, file_id: str, version: str) -> None:
        """Delete one version for good; one that is gone already is no error."""
        key = self._objects.key_of(file_id)
        await self._store.call("DELETE", key, query={"versionId": version}, allow=frozenset({404}))

    async def restore(self, file_id: str, version: str) -> None:
        """Have the store copy one version over the file; raises NotFound."""
        key, file = self._objects.key_of(file_id), await self._objects.get(file_id, version=version)
        await self._copies.make(key, key, size=file.size or 0, media_type=file.media_type, version=version)

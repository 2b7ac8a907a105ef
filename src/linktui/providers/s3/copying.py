"""Copies of objects made by the store itself: in one call up to 5 GB, in parts above.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html,
https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html
"""

from __future__ import annotations

import asyncio

from linktui.providers.s3 import wire
from linktui.providers.s3.address import escaped, query_of
from linktui.providers.s3.objects import OURS, Objects
from linktui.providers.s3.store import Store

LARGEST_COPY = 5 * 1024**3
"""Bytes that are copied in one call."""
PART = 1024**3
AT_ONCE = 8


class Copies:
    """The copies that revocable links are to."""

    def __init__(self, store: Store, objects: Objects, *, largest: int, part: int = PART) -> None:
        """`largest` is the bytes copied in one call, `part` those of each call above that."""
        self._store = store
        self._objects = objects
        self._largest = largest
        self._part = part

    def key_for(self, link_id: str, name: str, *, turn: str) -> str:
        """Return where the copy for a link goes; another `turn` is another address."""
        return f"{self._store.prefix}{OURS}copies/{link_id}/{turn}/{name}"

    async def make(self, source: str, target: str, *, size: int, media_type: str, version: str = "") -> None:
        """Copy an object of `size` bytes, or one version of it; raises NotFound where it is not there."""
        origin = self._from(source, version)
        if size <= self._largest:
            await self._store.long_call("PUT", target, headers=origin | self._store.encryption)
        else:
            await self._in_parts(origin, target, size, media_type)

    async def is_there(self, key: str) -> bool:
        """Tell whether a copy is there."""
        return await self._objects.head(key) is not None

    async def delete(self, key: str) -> None:
        """Delete a copy; one that is gone already is no error."""
        await self._store.call("DELETE", key, allow=frozenset({404}))

    async def _in_parts(self, origin: dict[str, str], target: str, size: int, media_type: str) -> None:
        begun = await self._store.call(
            "POST",
            target,
            query={"uploads": ""},
            headers={"Content-Type": media_type, **self._store.encryption},
        )
        upload = wire.upload_id_from(begun)
        turns = asyncio.Semaphore(AT_ONCE)

        async def one(number: int) -> wire.Part:
            first = (number - 1) * self._part
            last = min(first + self._part, size) - 1
            headers = {**origin, "x-amz-copy-source-range": f"bytes={first}-{last}"}
            query = {"partNumber": str(number), "uploadId": upload}
            async with turns:
                answer = await self._store.long_call("PUT", target, query=query, headers=headers)
            return wire.Part(number, last - first + 1, wire.copied_etag(answer))

        numbers = range(1, -(-size // self._part) + 1)
        try:
            parts = await asyncio.gather(*(one(number) for number in numbers))
            await self._store.long_call(
                "POST", target, query={"uploadId": upload}, content=wire.completion(parts)
            )
        except BaseException:
            await self._store.call("DELETE", target, query={"uploadId": upload}, allow=frozenset({404}))
            raise

    def _from(self, source: str, version: str) -> dict[str, str]:
        asked = f"?{query_of({'versionId': version})}" if version else ""
        return {"x-amz-copy-source": f"/{self._store.bucket}/{escaped(source)}{asked}"}

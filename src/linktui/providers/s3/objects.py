"""The objects of a bucket as files: what is listed and told of them, and what is kept beside them.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html,
https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as BadBase64
from collections.abc import AsyncIterator
from mimetypes import guess_type
from types import MappingProxyType

from linktui.model.errors import NotFound, Unintelligible
from linktui.model.file import File, Folder
from linktui.model.text import clean
from linktui.providers.answers import Answer, moment_of
from linktui.providers.base import FolderPage, Page, Wanted
from linktui.providers.s3 import wire
from linktui.providers.s3.store import Store
from linktui.providers.shapes import in_utc

OURS = ".linktui/"
"""What linktui keeps in a bucket for itself, below the account's prefix."""
INBOX = "inbox/"
"""Where strangers' files arrive, in a folder for each link."""
MARK = "x-amz-meta-linktui-upload"
"""The key of the upload that an object came by, by which a lost answer is told from somebody else's file."""
PAGE = 1_000
"""Rows that a store gives at most."""
_AFTER = ".linktui0"
"""The first key that no key of ours comes after."""


class Objects:
    """One account's files."""

    def __init__(self, store: Store, *, account: str) -> None:
        self._store = store
        self._account = account

    def key_of(self, file_id: str) -> str:
        """Return the key of a file, whose id is what follows the account's prefix."""
        return self._store.prefix + file_id

    async def page(self, cursor: str | None, wanted: Wanted) -> Page[File]:
        """Return one page, in the order of the keys; a cursor is the last key before it."""
        if wanted.ids:
            return Page(tuple([file for one in wanted.ids if (file := await self._known(one))]), None)
        asked = {
            "prefix": self._store.prefix + wanted.name,
            "max-keys": str(min(wanted.limit or PAGE, PAGE)),
        }
        if cursor:
            asked["start-after"] = self._store.prefix + cursor
        listing = await self.list(asked)
        ids = [one.key.removeprefix(self._store.prefix) for one in listing.objects]
        rows = tuple(
            self._file(file_id, one)
            for file_id, one in zip(ids, listing.objects, strict=True)
            if file_id and not file_id.endswith("/") and not file_id.startswith(OURS)
        )
        if not listing.more or not ids:
            return Page(rows, None)
        # However much is kept there, it is passed over by one step.
        return Page(rows, _AFTER if ids[-1].startswith(OURS) else ids[-1])

    async def folder(self, path: str, beginning: str, cursor: str | None) -> FolderPage:
        """Return one page of what is right in a folder; a cursor is the store's own."""
        above = self._store.prefix + path
        asked = {"prefix": above + beginning, "delimiter": "/", "max-keys": str(PAGE)}
        if cursor:
            asked["continuation-token"] = cursor
        listing = await self.list(asked)
        folders = (one.removeprefix(self._store.prefix) for one in listing.folders)
        return FolderPage(
            tuple(Folder(self._account, one) for one in folders if one not in {OURS, path}),
            tuple(
                self._file(one.key.removeprefix(self._store.prefix), one)
                for one in listing.objects
                if one.key != above  # stands for an empty folder
            ),
            listing.token if listing.more and listing.token else None,
        )

    async def list(self, asked: dict[str, str]) -> wire.Listing:
        """Return one page of the bucket's objects; raises ProviderError."""
        query = {"list-type": "2", "encoding-type": "url", **asked}
        return wire.listing_from(await self._store.call("GET", query=query))

    async def all_below(self, prefix: str) -> AsyncIterator[wire.Listed]:
        """Yield every object whose key begins so."""
        asked = {"prefix": prefix}
        while True:
            listing = await self.list(asked)
            for one in listing.objects:
                yield one
            if not listing.more or not listing.objects:
                return
            asked["start-after"] = listing.objects[-1].key

    async def head(self, key: str, *, version: str = "") -> Answer | None:
        """Return what the store tells of an object, or of one of its versions; None where there is none."""
        answer = await self._store.call(
            "HEAD",
            key,
            query={"versionId": version} if version else None,
            headers={"Accept-Encoding": "identity"},
            wished={"x-amz-checksum-mode": "ENABLED"},
            # Of a version's id that is none, and of a deletion, a store says that it is asked wrongly.
            allow=frozenset({400, 404, 405}) if version else frozenset({404}),
        )
        return answer if answer.is_success else None

    async def get(self, file_id: str, *, version: str = "") -> File:
        """Return one file, as it is or as it was; raises NotFound."""
        answer = await self.head(self.key_of(file_id), version=version) if file_id else None
        if answer is None:
            raise NotFound
        return self.told(file_id, answer)

    async def delete(self, file_id: str) -> None:
        """Delete a file; one that is gone already is no error."""
        await self._store.call("DELETE", self.key_of(file_id), allow=frozenset({404}))

    def told(self, file_id: str, answer: Answer) -> File:
        """Return the file that an answer tells of; raises Unintelligible."""
        changed_at = moment_of(answer.headers.get("last-modified", ""))
        if changed_at is None:
            raise Unintelligible("Last-Modified: missing")
        size = answer.headers.get("content-length", "")
        facts = {
            "Storage class": answer.headers.get("x-amz-storage-class", ""),
            "Version": answer.headers.get("x-amz-version-id", ""),
            "Encryption": answer.headers.get("x-amz-server-side-encryption", ""),
        }
        return File(
            account=self._account,
            id=file_id,
            name=name_of(file_id),
            folder=_folder(file_id),
            size=int(size) if size.isdigit() else None,
            created_at=in_utc(changed_at),
            media_type=clean(answer.headers.get("content-type", "")),
            sha256=_sha256(answer),
            from_link=_link_of(file_id),
            facts=MappingProxyType({title: clean(text) for title, text in facts.items() if text}),
        )

    async def _known(self, file_id: str) -> File | None:
        try:
            return await self.get(file_id)
        except NotFound:
            return None

    def _file(self, file_id: str, one: wire.Listed) -> File:
        return File(
            account=self._account,
            id=file_id,
            name=name_of(file_id),
            folder=_folder(file_id),
            size=one.size,
            created_at=one.changed_at,
            media_type=guess_type(file_id)[0] or "",
            from_link=_link_of(file_id),
        )


def name_of(key: str) -> str:
    """Return what a key is called: what follows its last slash."""
    return clean(key.rpartition("/")[2] or key)


def inbox_of(prefix: str, link_id: str) -> str:
    """Return how the keys begin of what arrives through a link; `prefix` is the account's."""
    return f"{prefix}{INBOX}{link_id}/"


def _folder(file_id: str) -> str:
    above, slash, _ = file_id.rpartition("/")
    return above + slash


def _link_of(file_id: str) -> str | None:
    parts = file_id.split("/", 2)
    return parts[1] if file_id.startswith(INBOX) and len(parts) > 2 else None


def _sha256(answer: Answer) -> str:
    """Return the digest of the whole in hex, where the store keeps it; one made of parts' is no such one."""
    told = answer.headers.get("x-amz-checksum-sha256", "")
    if "-" in told or "-" in answer.headers.get("etag", ""):
        return ""
    try:
        return b64decode(told, validate=True).hex()
    except (BadBase64, ValueError):
        return ""

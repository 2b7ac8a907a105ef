"""An S3-compatible bucket as a provider: its objects are files, and its links are kept in it.

https://docs.aws.amazon.com/AmazonS3/latest/API/Welcome.html
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from datetime import timedelta

from linktui.model.file import File, Version
from linktui.model.identity import Identity
from linktui.model.link import Link, LinkEdit, LinkSpec
from linktui.model.option import check_options
from linktui.providers.base import (
    EVERYTHING,
    NO_OPTIONS,
    FolderPage,
    Page,
    Told,
    UploadStatus,
    Wanted,
)
from linktui.providers.context import Context
from linktui.providers.here import LinksAt
from linktui.providers.s3.catalogue import Catalogue
from linktui.providers.s3.limits import FOLDER
from linktui.providers.s3.links import Links
from linktui.providers.s3.objects import Objects
from linktui.providers.s3.serving import Serving
from linktui.providers.s3.slugs import Slugs
from linktui.providers.s3.store import Store
from linktui.providers.s3.tidying import Tidying
from linktui.providers.s3.uploads import Uploads
from linktui.providers.s3.versions import Versions
from linktui.providers.s3.visits import Visits
from linktui.providers.served import Form, Served


class S3Provider:
    """One account at one bucket."""

    def __init__(self, context: Context, *, beside: Store | None = None) -> None:
        """`beside` is a store of the same keys, whose line, allowance and clock are taken."""
        account = context.account
        self.limits = account.limits
        self._store = Store(context, beside=beside)
        self._objects = Objects(self._store, account=account.name)
        self._versions = Versions(self._store, self._objects)
        catalogue = Catalogue(self._store, self._objects)
        slugs = Slugs(self._store, catalogue)
        self.links = Links(
            self._store,
            self._objects,
            catalogue,
            slugs,
            account=account.name,
            links_at=LinksAt(account.limits.links_at, context.server),
        )
        self._serving = Serving(
            self._store,
            self._objects,
            catalogue,
            slugs=slugs,
            visits=Visits(self._store, catalogue, sleep=context.sleep),
            account=account.name,
        )
        self._tidying = Tidying(self._store, self._objects, catalogue)
        self._uploads = Uploads(self._store, self._objects, account=account.name, limits=account.limits)

    @property
    def clock_offset(self) -> timedelta:
        """Add to this machine's clock to get the store's."""
        return self._store.clock_offset

    async def close(self) -> None:
        """Let go of every connection."""
        await self._store.close()

    async def identify(self) -> Identity:
        """List one object and return whose keys that took; raises NotFound for a bucket that is not there."""
        await self._objects.list({"prefix": self._store.prefix, "max-keys": "1"})
        facts = {
            "Bucket": self._store.bucket,
            "Region": self._store.region,
            "Credentials end": await self._store.keys_end(),
        }
        return Identity(
            who=f"{self._store.bucket}/{self._store.prefix}",
            facts={title: text for title, text in facts.items() if text},
        )

    async def list_links(self, *, cursor: str | None = None, wanted: Wanted = EVERYTHING) -> Page[Told]:
        """Return one page of the links, newest first."""
        return await self.links.page(cursor, wanted)

    async def get_link(self, link_id: str, *, file_id: str = "") -> Told:
        """Return one link; raises NotFound."""
        return await self.links.get(link_id)

    async def create_link(
        self, file_ids: tuple[str, ...], spec: LinkSpec, *, key: str, again: bool = False
    ) -> Told:
        """Make a link; the same `key` again makes no second one."""
        await self._tidying.run(self._uploads.abort)
        return await self.links.create(file_ids, spec, key=key, again=again)

    async def update_link(self, link: Link, edit: LinkEdit) -> Told:
        """Apply `edit`; raises Conflict if the link is no longer the revision given."""
        return await self.links.update(link, edit)

    async def revoke_link(self, link_id: str) -> Told:
        """Take a link back; raises Unsupported for one that was made without a copy of its own."""
        return await self.links.revoke(link_id)

    async def delete_link(self, link_id: str) -> None:
        """Remove a link; raises Unsupported for one whose address would stay good."""
        await self.links.delete(link_id)

    async def find_served(self, slug: str) -> Served | None:
        """Return the evergreen link at an address as it is now; None where there is none."""
        return await self._serving.find(slug)

    async def hand_out(self, link_id: str, *, inline: bool) -> str:
        """Count a visit and return where the file is for some minutes; raises NotFound when all is over."""
        return await self._serving.hand_out(link_id, inline=inline)

    async def form_for(self, link_id: str, *, back: str) -> Form:
        """Return what one file is sent by; raises NotFound when the link is over."""
        return await self._serving.form_for(link_id, back=back)

    async def list_files(self, *, cursor: str | None = None, wanted: Wanted = EVERYTHING) -> Page[File]:
        """Return one page of the files, in the order of their keys; `wanted.name` is how a key begins."""
        return await self._objects.page(cursor, wanted)

    async def get_file(self, file_id: str) -> File:
        """Return one file; raises NotFound."""
        return await self._objects.get(file_id)

    async def delete_file(self, file_id: str, *, force: bool = False) -> None:
        """Delete a file; a link with a copy of its own goes on, any other gives nothing then."""
        await self._objects.delete(file_id)

    def read_file(self, file_id: str) -> AsyncIterator[bytes]:
        """Yield the file's bytes; raises NotFound."""
        return self._store.read(self._objects.key_of(file_id))

    async def list_folder(self, path: str, *, beginning: str = "", cursor: str | None = None) -> FolderPage:
        """Return one page of a folder, in the order of the keys."""
        return await self._objects.folder(path, beginning, cursor)

    async def list_versions(self, file_id: str) -> tuple[Version, ...]:
        """Return every version of a file, newest first; raises NotFound."""
        return await self._versions.list(file_id)

    async def get_version(self, file_id: str, version: str) -> File:
        """Return the file as it was then; raises NotFound."""
        return await self._objects.get(file_id, version=version)

    def read_version(self, file_id: str, version: str) -> AsyncIterator[bytes]:
        """Yield the bytes that it had then; raises NotFound."""
        return self._versions.read(file_id, version)

    async def delete_version(self, file_id: str, version: str) -> None:
        """Delete one version for good."""
        await self._versions.delete(file_id, version)

    async def restore_version(self, file_id: str, version: str) -> None:
        """Have the file be again what it was then."""
        await self._versions.restore(file_id, version)

    async def begin_upload(
        self,
        name: str,
        size: int,
        *,
        key: str,
        options: Mapping[str, str] = NO_OPTIONS,
        share: LinkSpec | None = None,
    ) -> str:
        """Return the session of an upload, the same one for the same key; raises InvalidInput."""
        check_options(self.limits.file_options, options)
        await self._tidying.run(self._uploads.abort)
        return await self._uploads.begin(name, size, key=key, folder=options.get(FOLDER, ""))

    async def upload_status(self, session: str, *, confirmed: int = 0) -> UploadStatus:
        """Return how far the upload is; raises SessionLost if the store no longer knows it."""
        return await self._uploads.status(session)

    async def send_piece(
        self, session: str, offset: int, length: int, read: Callable[[], AsyncIterator[bytes]]
    ) -> UploadStatus:
        """Send one part, in any order but for the last; raises Conflict, SessionLost and DigestMismatch."""
        return await self._uploads.send(session, offset, length, read)

    async def abort_upload(self, session: str) -> None:
        """Have the store forget an unfinished upload."""
        await self._uploads.abort(session)

"""An account that names no bucket: every bucket that its keys see is a folder at the top.

Each bucket is an `S3Provider` of its own, opened when it is first needed; what it tells has ids that begin
with its name here. Its links are kept in it, so that whoever has an account at that bucket sees the same.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from linktui.model.errors import InvalidInput, NotFound, ProviderError, SessionLost
from linktui.model.file import File, Version
from linktui.model.identity import Identity
from linktui.model.link import Link, LinkEdit, LinkKind, LinkSpec
from linktui.model.option import check_options
from linktui.providers.base import EVERYTHING, NO_OPTIONS, FolderPage, Page, Told, UploadStatus, Wanted
from linktui.providers.context import Context
from linktui.providers.s3.address import is_aws, is_bucket
from linktui.providers.s3.all_files import AllFiles
from linktui.providers.s3.all_links import AllLinks
from linktui.providers.s3.bucket_list import BucketList
from linktui.providers.s3.limits import FOLDER, LIMITS
from linktui.providers.s3.places import below, file_in, split, status_in, told_in
from linktui.providers.s3.provider import S3Provider
from linktui.providers.s3.round import ask_each, is_gone, named
from linktui.providers.s3.settings import BUCKET, REGION
from linktui.providers.s3.store import Store

MOST_TRIED = 50
"""Buckets that are each asked whether they refuse, when somebody wants to know who the account is."""
MOST_TOLD = 8
"""Names in one fact."""


class Buckets:
    """One account at all the buckets of its keys."""

    def __init__(self, context: Context) -> None:
        self.limits = context.account.limits
        self._context = context
        self._store = Store(context)
        self._list = BucketList(self._store)
        self._opened: dict[str, S3Provider] = {}
        self._met: set[str] = set()
        """Buckets that something can be put into, as far as is known."""
        self._links = AllLinks(self._list, lambda name: self._bucket(name).links, now=lambda: self._store.now)
        self._files = AllFiles(self._list, self._bucket, account=context.account.name)

    @property
    def clock_offset(self) -> timedelta:
        """Add to this machine's clock to get the store's."""
        return self._store.clock_offset

    async def close(self) -> None:
        """Let go of every connection: those to the buckets are the same."""
        await self._store.close()

    async def identify(self) -> Identity:
        """Return which buckets the keys see, and which of them refuse to be looked into."""
        names = tuple(sorted(await self._list.names()))
        one = Wanted(limit=1)
        tried = await ask_each(names[:MOST_TRIED], lambda name: self._bucket(name).list_files(wanted=one))
        facts = {
            "Buckets": _some(names),
            "Refuse": _some(tried.refused),
            "Region": self._store.region,
            "Credentials end": await self._store.keys_end(),
        }
        return Identity(
            who="one bucket" if len(names) == 1 else f"{len(names):,} buckets",
            facts={title: text for title, text in facts.items() if text},
        )

    async def list_links(self, *, cursor: str | None = None, wanted: Wanted = EVERYTHING) -> Page[Told]:
        """Return one page of the links of all buckets, newest first; what refuses is withheld."""
        return await self._links.page(cursor, wanted)

    async def get_link(self, link_id: str, *, file_id: str = "") -> Told:
        """Return one link; raises NotFound."""
        bucket, inner = split(link_id)
        return told_in(bucket, await self._bucket(bucket).get_link(inner))

    async def create_link(
        self, file_ids: tuple[str, ...], spec: LinkSpec, *, key: str, again: bool = False
    ) -> Told:
        """Make a link in the bucket of its file, or in the one said; the same `key` makes no second one."""
        said = spec.options.get(BUCKET, "")
        if spec.kind is LinkKind.UPLOAD:
            if not said:
                raise InvalidInput(BUCKET, "has to be said of a link for uploads: the files go there")
            bucket, provider, inner = said, await self._ready(said, BUCKET), file_ids
        else:
            bucket, file_id = split(file_ids[0])
            if said not in {"", bucket}:
                raise InvalidInput(BUCKET, f"is “{bucket}” for a link to a file that is there; leave it out")
            provider, inner = self._bucket(bucket), (file_id,)
        options = {name: text for name, text in spec.options.items() if name != BUCKET}
        told = await provider.create_link(inner, replace(spec, options=options), key=key, again=again)
        self._links.made_in(bucket)
        return told_in(bucket, told)

    async def update_link(self, link: Link, edit: LinkEdit) -> Told:
        """Apply `edit`; raises Conflict if the link is no longer the revision given."""
        bucket, inner = split(link.id)
        return told_in(bucket, await self._bucket(bucket).update_link(replace(link, id=inner), edit))

    async def revoke_link(self, link_id: str) -> Told:
        """Take a link back; raises Unsupported for one that was made without a copy of its own."""
        bucket, inner = split(link_id)
        return told_in(bucket, await self._bucket(bucket).revoke_link(inner))

    async def delete_link(self, link_id: str) -> None:
        """Remove a link; raises Unsupported for one whose address would stay good."""
        bucket, inner = split(link_id)
        await self._bucket(bucket).delete_link(inner)

    async def list_files(self, *, cursor: str | None = None, wanted: Wanted = EVERYTHING) -> Page[File]:
        """Return one page of the files, bucket by bucket; `wanted.name` is how an id begins."""
        return await self._files.page(cursor, wanted)

    async def get_file(self, file_id: str) -> File:
        """Return one file; raises NotFound."""
        bucket, key = split(file_id)
        return file_in(bucket, await self._bucket(bucket).get_file(key))

    async def delete_file(self, file_id: str, *, force: bool = False) -> None:
        """Delete a file; a link with a copy of its own goes on, any other gives nothing then."""
        bucket, key = split(file_id)
        await self._bucket(bucket).delete_file(key, force=force)

    def read_file(self, file_id: str) -> AsyncIterator[bytes]:
        """Yield the file's bytes; raises NotFound."""
        bucket, key = split(file_id)
        return self._bucket(bucket).read_file(key)

    async def list_folder(self, path: str, *, beginning: str = "", cursor: str | None = None) -> FolderPage:
        """Return one page of the buckets, or of a folder in one; raises Rejected for one that refuses."""
        if not path:
            return await self._files.roots(beginning, cursor)
        bucket, inner = split(path)
        try:
            page = await self._bucket(bucket).list_folder(inner, beginning=beginning, cursor=cursor)
        except ProviderError as error:
            raise named(bucket, error) from error
        above = below(bucket)
        return FolderPage(
            tuple(replace(one, path=above + one.path) for one in page.folders),
            tuple(file_in(bucket, file) for file in page.files),
            page.next_cursor,
        )

    async def list_versions(self, file_id: str) -> tuple[Version, ...]:
        """Return every version of a file, newest first; raises NotFound."""
        bucket, key = split(file_id)
        return await self._bucket(bucket).list_versions(key)

    async def get_version(self, file_id: str, version: str) -> File:
        """Return the file as it was then; raises NotFound."""
        bucket, key = split(file_id)
        return file_in(bucket, await self._bucket(bucket).get_version(key, version))

    def read_version(self, file_id: str, version: str) -> AsyncIterator[bytes]:
        """Yield the bytes that it had then; raises NotFound."""
        bucket, key = split(file_id)
        return self._bucket(bucket).read_version(key, version)

    async def delete_version(self, file_id: str, version: str) -> None:
        """Delete one version for good."""
        bucket, key = split(file_id)
        await self._bucket(bucket).delete_version(key, version)

    async def restore_version(self, file_id: str, version: str) -> None:
        """Have the file be again what it was then."""
        bucket, key = split(file_id)
        await self._bucket(bucket).restore_version(key, version)

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
        bucket, _, folder = options[FOLDER].strip().strip("/").partition("/")
        provider = await self._ready(bucket, FOLDER)
        inside = {FOLDER: folder} if folder else {}
        return below(bucket) + await provider.begin_upload(name, size, key=key, options=inside)

    async def upload_status(self, session: str, *, confirmed: int = 0) -> UploadStatus:
        """Return how far the upload is; raises SessionLost if the store no longer knows it."""
        bucket, inner = _session(session)
        return status_in(bucket, await self._bucket(bucket).upload_status(inner, confirmed=confirmed))

    async def send_piece(
        self, session: str, offset: int, length: int, read: Callable[[], AsyncIterator[bytes]]
    ) -> UploadStatus:
        """Send one part, in any order but for the last; raises Conflict, SessionLost and DigestMismatch."""
        bucket, inner = _session(session)
        return status_in(bucket, await self._bucket(bucket).send_piece(inner, offset, length, read))

    async def abort_upload(self, session: str) -> None:
        """Have the store forget an unfinished upload."""
        bucket, inner = _session(session)
        await self._bucket(bucket).abort_upload(inner)

    async def _ready(self, bucket: str, option: str) -> S3Provider:
        """Return a bucket that something is to be put into.

        Raises InvalidInput, naming the option that said so, for one that is not there, and Rejected.
        """
        if not is_bucket(bucket):
            raise InvalidInput(option, f"has to name a bucket first, and “{bucket}” is no name of one")
        provider = self._bucket(bucket)
        if bucket not in self._met:
            try:
                await provider.list_files(wanted=Wanted(limit=1))
            except ProviderError as error:
                if is_gone(error):
                    raise InvalidInput(option, f"names “{bucket}”, and there is no such bucket") from error
                raise named(bucket, error) from error
            self._met.add(bucket)
        return provider

    def _bucket(self, name: str) -> S3Provider:
        """Return a bucket's own provider, the same one each time; raises InvalidInput for no name of one."""
        if name not in self._opened:
            account = self._context.account
            settings = {**account.settings, BUCKET: name}
            if is_aws(account.connection.base_url) and (region := self._list.region(name)):
                settings[REGION] = region
            limits = replace(self.limits, file_options=LIMITS.file_options)
            context = replace(self._context, account=replace(account, settings=settings, limits=limits))
            self._opened[name] = S3Provider(context, beside=self._store)
        return self._opened[name]


def _session(session: str) -> tuple[str, str]:
    try:
        return split(session)
    except NotFound as error:
        raise SessionLost from error


def _some(names: tuple[str, ...]) -> str:
    """Return names in one line, of many the first."""
    more = f" and {len(names) - MOST_TOLD:,} more" if len(names) > MOST_TOLD else ""
    return ", ".join(names[:MOST_TOLD]) + more

"""An in-memory service that can do everything, and can be told to fail."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from linktui.model.capability import Limits
from linktui.model.errors import Conflict, LinktuiError, NotFound, SessionLost
from linktui.model.file import File
from linktui.model.finding import Seen, Served
from linktui.model.link import KEEP, Download, Link, LinkedFile, LinkEdit, LinkKind, LinkSpec
from linktui.providers.base import (
    EVERYTHING,
    NO_OPTIONS,
    ChangePage,
    Identity,
    Packed,
    Page,
    Told,
    UploadStatus,
    Wanted,
)
from linktui.providers.local.limits import LIMITS

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class Session:
    """An unfinished upload."""

    name: str
    size: int
    data: bytearray = field(default_factory=bytearray)
    file_id: str | None = None


class FakeProvider:
    """A service in memory; `failures` maps a call's name to the errors its next calls raise."""

    def __init__(
        self, clock: Callable[[], datetime], *, limits: Limits = LIMITS, account: str = "local"
    ) -> None:
        self.limits = limits
        self.clock_offset = timedelta(0)
        self.account = account
        self.clock = clock
        self.links: dict[str, Link] = {}
        self.files: dict[str, File] = {}
        self.data: dict[str, bytes] = {}
        self.sessions: dict[str, Session] = {}
        self.keys: dict[str, str] = {}
        self.downloads: dict[str, tuple[Download, ...]] = {}
        self.failures: dict[str, list[LinktuiError]] = {}
        self.calls: list[str] = []
        self.lose_answers: set[str] = set()
        """Calls whose next answer is lost after the act was done."""
        self.on_piece: Callable[[Session], None] = lambda session: None
        self.closed = False

    async def close(self) -> None:
        self.closed = True

    async def identify(self) -> Identity:
        self._called("identify")
        return Identity(who="somebody", live=False, version="1")

    async def list_links(self, *, cursor: str | None = None, wanted: Wanted = EVERYTHING) -> Page[Told]:
        self._called("list_links")
        return Page(tuple(Told(link, "{}") for link in self.links.values()), None)

    async def get_link(self, link_id: str, *, file_id: str = "") -> Told:
        self._called("get_link")
        return Told(self._link(link_id), "{}")

    async def create_link(
        self, file_ids: tuple[str, ...], spec: LinkSpec, *, key: str, again: bool = False
    ) -> Told:
        self._called("create_link")
        if key not in self.keys:
            link_id = f"l_{len(self.links) + 1}"
            files = tuple(
                LinkedFile(file_id, self.files[file_id].name, self.files[file_id].size, "", caption)
                for file_id, caption in zip(file_ids, spec.captions + ("",) * len(file_ids), strict=False)
            )
            self.keys[key] = link_id
            self.links[link_id] = Link(
                account=self.account,
                provider="local",
                id=link_id,
                kind=spec.kind,
                name=spec.name or (files[0].name if files else "Upload"),
                url=f"http://127.0.0.1:8460/l/{spec.slug or link_id}",
                slug=spec.slug or link_id,
                created_at=self.clock(),
                expires_at=spec.expires_at,
                downloads=0,
                download_limit=spec.download_limit,
                has_password=spec.password is not None,
                files=files,
                metadata=spec.metadata,
                revision="1",
            )
        self._answer("create_link")
        return Told(self.links[self.keys[key]], "{}")

    async def update_link(self, link: Link, edit: LinkEdit) -> Told:
        self._called("update_link")
        now = self._link(link.id)
        fields = {
            name: getattr(edit, name)
            for name in ("expires_at", "name", "kind", "slug", "download_limit", "files")
            if getattr(edit, name) is not KEEP
        }
        if edit.expire_now:
            fields["expires_at"] = self.clock()
        if edit.password is not KEEP:
            fields["has_password"] = edit.password is not None
        if edit.metadata is not KEEP:
            merged = dict(now.metadata) | dict(edit.metadata)
            fields["metadata"] = MappingProxyType({k: v for k, v in merged.items() if v is not None})
        self.links[link.id] = replace(now, **fields, revision=str(int(now.revision) + 1))
        return Told(self.links[link.id], "{}")

    async def revoke_link(self, link_id: str) -> Told:
        self._called("revoke_link")
        self.links[link_id] = replace(self._link(link_id), revoked_at=self.clock())
        return Told(self.links[link_id], "{}")

    async def delete_link(self, link_id: str) -> None:
        self._called("delete_link")
        self.links.pop(link_id, None)

    async def list_downloads(self, link_id: str) -> tuple[Download, ...]:
        self._called("list_downloads")
        return self.downloads.get(link_id, ())

    async def list_changes(self, *, cursor: str) -> ChangePage:
        self._called("list_changes")
        told = tuple(Told(link, "{}") for link in self.links.values())
        return ChangePage(told, (), str(int(cursor or "0") + 1), False)

    async def list_files(self, *, cursor: str | None = None, wanted: Wanted = EVERYTHING) -> Page[File]:
        self._called("list_files")
        return Page(tuple(self.files.values()), None)

    async def get_file(self, file_id: str) -> File:
        self._called("get_file")
        if file_id not in self.files:
            raise NotFound
        return self.files[file_id]

    async def delete_file(self, file_id: str, *, force: bool = False) -> None:
        self._called("delete_file")
        holders = [link for link in self.links.values() if any(file.id == file_id for file in link.files)]
        if any(link.state(self.clock()).alive for link in holders) and not force:
            raise Conflict("active links hold this file", code="file_in_use")
        self.files.pop(file_id, None)

    async def read_file(self, file_id: str) -> AsyncIterator[bytes]:
        self._called("read_file")
        if file_id not in self.data:
            raise NotFound
        yield self.data[file_id]

    async def begin_upload(
        self,
        name: str,
        size: int,
        *,
        key: str,
        options: Mapping[str, str] = NO_OPTIONS,
        share: LinkSpec | None = None,
    ) -> str:
        self._called("begin_upload")
        if key not in self.keys:
            self.keys[key] = f"s_{len(self.sessions) + 1}"
            self.sessions[self.keys[key]] = Session(name, size)
            self._complete(self.keys[key])
        self._answer("begin_upload")
        return self.keys[key]

    async def upload_status(self, session: str, *, confirmed: int = 0) -> UploadStatus:
        self._called("upload_status")
        if session not in self.sessions:
            raise SessionLost
        at = self.sessions[session]
        return UploadStatus(len(at.data), at.file_id)

    async def send_piece(
        self, session: str, offset: int, length: int, read: Callable[[], AsyncIterator[bytes]]
    ) -> UploadStatus:
        self._called("send_piece")
        if session not in self.sessions:
            raise SessionLost
        at = self.sessions[session]
        if offset != len(at.data):
            raise Conflict("wrong offset")
        async for piece in read():
            at.data += piece
        self.on_piece(at)
        if session not in self.sessions:
            raise SessionLost
        self._complete(session)
        self._answer("send_piece")
        return UploadStatus(len(at.data), at.file_id)

    async def abort_upload(self, session: str) -> None:
        self._called("abort_upload")
        self._take_back(session)
        self.sessions.pop(session, None)

    def _take_back(self, session: str) -> None:
        """Forget what a session made, where the service does that."""

    def _complete(self, session: str) -> None:
        at = self.sessions[session]
        if len(at.data) == at.size and at.file_id is None:
            at.file_id = f"f_{len(self.data) + 1}"
            self.data[at.file_id] = bytes(at.data)
            self.files[at.file_id] = File(
                account=self.account,
                id=at.file_id,
                name=at.name,
                size=at.size,
                created_at=self.clock(),
                sha256=hashlib.sha256(at.data).hexdigest(),
            )

    def _called(self, name: str) -> None:
        self.calls.append(name)
        waiting = self.failures.get(name)
        if waiting:
            raise waiting.pop(0)

    def _answer(self, name: str) -> None:
        if name in self.lose_answers:
            self.lose_answers.discard(name)
            from linktui.model.errors import Unavailable

            raise Unavailable("the connection broke")

    def _link(self, link_id: str) -> Link:
        if link_id not in self.links:
            raise NotFound
        return self.links[link_id]

    def seed_link(self, **fields: object) -> Link:
        """Put a link into the service as if it had always been there."""
        number = len(self.links) + 1
        values: dict[str, object] = {
            "account": self.account,
            "provider": "local",
            "id": f"l_{number}",
            "kind": LinkKind.DOWNLOAD,
            "name": f"file-{number}.bin",
            "url": f"http://127.0.0.1:8460/l/{number}",
            "created_at": self.clock(),
            "downloads": 0,
            "revision": "1",
        }
        link = Link(**(values | fields))  # type: ignore[arg-type]
        self.links[link.id] = link
        return link


class FakeParcels(FakeProvider):
    """One that takes many small files in one request, too."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__(clock)
        self.on_parcel: Callable[[], None] = lambda: None
        self.shares: dict[str, LinkSpec | None] = {}
        self.wrong_digest: set[str] = set()
        """Names of files whose digest is told wrong in the answer to a parcel."""

    def pack(self, name: str, size: int, *, key: str, share: LinkSpec | None) -> str:
        session = f"packed {key}"
        self.sessions.setdefault(session, Session(name, size))
        self.shares[session] = share
        return session

    def is_packed(self, session: str) -> bool:
        return session.startswith("packed ")

    async def upload_status(self, session: str, *, confirmed: int = 0) -> UploadStatus:
        if not self.is_packed(session):
            return await super().upload_status(session, confirmed=confirmed)
        self._called("upload_status")
        return UploadStatus(0)

    async def send_piece(
        self, session: str, offset: int, length: int, read: Callable[[], AsyncIterator[bytes]]
    ) -> UploadStatus:
        if not self.is_packed(session):
            return await super().send_piece(session, offset, length, read)
        self._called("send_piece")
        data = b"".join([piece async for piece in read()])
        return await self._stored(Packed(session, data, hashlib.sha256(data).hexdigest()))

    async def send_parcel(self, packed: Sequence[Packed]) -> tuple[UploadStatus, ...]:
        self._called("send_parcel")
        self.on_parcel()
        told = tuple([await self._stored(one) for one in packed])
        self._answer("send_parcel")
        return tuple(
            replace(one, file=replace(one.file, sha256="0" * 64))
            if one.file is not None and one.file.name in self.wrong_digest
            else one
            for one in told
        )

    async def _stored(self, packed: Packed) -> UploadStatus:
        at, share = self.sessions[packed.session], self.shares[packed.session]
        at.data = bytearray(packed.data)
        self._complete(packed.session)
        assert at.file_id is not None
        told = None if share is None else await self.create_link((at.file_id,), share, key=packed.session)
        return UploadStatus(at.size, at.file_id, told, self.files.get(at.file_id))

    def _take_back(self, session: str) -> None:
        at = self.sessions.get(session)
        if self.is_packed(session) and at is not None and at.file_id is not None:
            self.files.pop(at.file_id, None)
            self.links.pop(self.keys.pop(session, ""), None)


class FakeProbes:
    """Gives what each address is told to give, else a byte."""

    def __init__(self) -> None:
        self.seen: dict[str, Seen] = {}
        self.asked: list[str] = []
        self.most = self._now = 0
        self.holding: asyncio.Event | None = None
        self.held = asyncio.Event()

    async def look(self, url: str) -> Seen:
        self.asked.append(url)
        self._now += 1
        self.most = max(self.most, self._now)
        if self.holding is not None and len(self.asked) > 2:
            self.held.set()
            await self.holding.wait()
        await asyncio.sleep(0)
        self._now -= 1
        return self.seen.get(url, Seen(Served.GIVES, "206"))

    async def close(self) -> None:
        pass

    def answer(self, link: Link, served: Served, words: str = "404") -> None:
        self.seen[link.url] = Seen(served, words)

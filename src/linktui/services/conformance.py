"""Try out everything a provider claims, on a test account: what it does is what it says, or it is told.

For whoever writes a provider, and for whoever wonders about a service. It makes one small file and a few
links, and takes away again whatever the service lets it.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from types import MappingProxyType

from linktui.model.capability import Ability, Limits
from linktui.model.errors import InvalidInput, LinktuiError, NotFound
from linktui.model.link import Link, LinkEdit, LinkKind, LinkSpec
from linktui.model.option import Option, check_options, with_defaults
from linktui.model.wording import explain
from linktui.providers.base import (
    DeletesFiles,
    DeletesLinks,
    KeepsFiles,
    Provider,
    ReadsFiles,
    RevokesLinks,
    UpdatesLinks,
    UploadsResumably,
    Wanted,
)

PDF = b"%PDF-1.4\n% made by linktui to try out an account\n1 0 obj<</Type/Catalog>>endobj\n%%EOF\n"
LIFE = timedelta(days=2)
NOWHERE = "linktui_never_made_this"


class Verdict(StrEnum):
    """How one check ended."""

    OK = "ok"
    LACKING = "lacking"
    """The provider does not claim it, and says why."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One check and how it ended."""

    check: str
    verdict: Verdict
    detail: str = ""


class _Lacking(Exception):
    """The provider does not claim what the check is about."""


class Trial:
    """The checks, each on what the ones before it made."""

    def __init__(
        self,
        provider: Provider,
        *,
        clock: Callable[[], datetime],
        options: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """`options` is what the file, or the link for files from others, has to say of itself.

        Raises InvalidInput for one that neither has, or that the file lacks.
        """
        limits = provider.limits
        self._provider = provider
        self._limits: Limits = limits
        self._clock = clock
        self._of_link = {key: options[key] for key in _keys(limits.link_options) & {*options}}
        left = {key: value for key, value in options.items() if key not in self._of_link}
        self._of_file = with_defaults(limits.file_options, left)
        check_options(limits.file_options, self._of_file)
        self._file_id = ""
        self._link: Link | None = None

    async def run(self) -> AsyncIterator[Outcome]:
        """Yield the outcome of each check in turn; a failure does not end the trial."""
        for name, check in self._checks():
            try:
                await check()
            except _Lacking as lack:
                yield Outcome(name, Verdict.LACKING, str(lack))
            except LinktuiError as error:
                yield Outcome(name, Verdict.FAILED, explain(error))
            except AssertionError as error:
                yield Outcome(name, Verdict.FAILED, str(error))
            else:
                yield Outcome(name, Verdict.OK)

    def _checks(self) -> tuple[tuple[str, Callable[[], Awaitable[None]]], ...]:
        return (
            ("a file arrives", self._upload),
            ("the file is listed", self._list_files),
            ("the file's bytes come back", self._read_file),
            ("a link is as it was asked for", self._create_link),
            ("the link is listed", self._list_links),
            ("the link's end is moved", self._change_expiry),
            ("metadata is merged and unset", self._change_metadata),
            ("what is not there is not found", self._miss),
            ("a link for files from others is made", self._upload_link),
            ("the link is taken back", self._take_back),
            ("the file is deleted", self._delete_file),
        )

    async def _upload(self) -> None:
        provider = self._provider
        assert isinstance(provider, UploadsResumably), "it takes no uploads"
        session = await provider.begin_upload(
            "linktui trial.pdf", len(PDF), key=os.urandom(8).hex(), options=self._of_file
        )
        status = await provider.upload_status(session)
        while status.file_id is None:
            piece = PDF[status.offset : status.offset + (self._limits.chunk_size or len(PDF))]
            status = await provider.send_piece(session, status.offset, len(piece), partial(_once, piece))
        self._file_id = status.file_id

    async def _list_files(self) -> None:
        self._require(Ability.LIST_FILES)
        provider = self._provider
        assert isinstance(provider, KeepsFiles), f"it claims to {Ability.LIST_FILES.value} and cannot"
        file = await provider.get_file(self._file_id)
        assert file.name == "linktui trial.pdf", f"it is called {file.name}"
        assert file.size in {len(PDF), None}, f"it has {file.size} bytes, not {len(PDF)}"
        page = await provider.list_files()
        if page.next_cursor is not None and "ids" in self._limits.file_filters:  # it may stand further on
            page = await provider.list_files(wanted=Wanted(ids=(self._file_id,)))
        assert self._file_id in {one.id for one in page.rows}, "it is not on the first page"

    async def _read_file(self) -> None:
        self._require(Ability.DOWNLOAD_FILE)
        provider = self._provider
        assert isinstance(provider, ReadsFiles), f"it claims to {Ability.DOWNLOAD_FILE.value} and cannot"
        data = b"".join([piece async for piece in provider.read_file(self._file_id)])
        assert data == PDF, f"{len(data)} other bytes came back"

    async def _create_link(self) -> None:
        metadata = {"trial": "linktui", "keep": "yes"} if self._limits.metadata_pairs else {}
        ends = self._clock() + LIFE
        spec = LinkSpec(
            kind=self._limits.kinds[0], expires_at=ends, metadata=MappingProxyType(dict(metadata))
        )
        key = os.urandom(8).hex()
        link = (await self._provider.create_link((self._file_id,), spec, key=key)).link
        again = (await self._provider.create_link((self._file_id,), spec, key=key, again=True)).link
        assert again.id == link.id, "the same key made two links"
        assert link.url, "it has no address"
        assert link.expires_at is not None, "it has no end"
        late = link.expires_at - ends
        assert -timedelta(seconds=1) <= late <= timedelta(days=1), f"it ends {late} later than asked"
        self._link = link

    async def _list_links(self) -> None:
        link = self._made()
        page = await self._provider.list_links()
        assert link.id in {told.link.id for told in page.rows}, "it is not on the first page"
        got = (await self._provider.get_link(link.id, file_id=self._file_id)).link
        assert got.url == link.url, "it has another address than when it was made"

    async def _change_expiry(self) -> None:
        self._require(Ability.CHANGE_EXPIRY)
        provider = self._provider
        assert isinstance(provider, UpdatesLinks), f"it claims to {Ability.CHANGE_EXPIRY.value} and cannot"
        later = self._clock() + LIFE * 2
        changed = (await provider.update_link(self._made(), LinkEdit(expires_at=later))).link
        assert changed.expires_at is not None, "it lost its end"
        assert abs(changed.expires_at - later) <= timedelta(days=1), f"it ends {changed.expires_at}"
        self._link = changed

    async def _change_metadata(self) -> None:
        self._require(Ability.METADATA)
        self._require(Ability.EDIT_METADATA)
        provider = self._provider
        assert isinstance(provider, UpdatesLinks), f"it claims to {Ability.EDIT_METADATA.value} and cannot"
        edit = LinkEdit(metadata=MappingProxyType({"trial": None, "more": "of it"}))
        changed = (await provider.update_link(self._made(), edit)).link
        left = dict(changed.metadata)
        assert left == {"keep": "yes", "more": "of it"}, f"it has {sorted(left)}"

    async def _miss(self) -> None:
        try:
            await self._provider.get_link(NOWHERE)
        except NotFound:
            return
        raise AssertionError("a link that was never made is there")

    async def _upload_link(self) -> None:
        if LinkKind.UPLOAD not in self._limits.kinds:
            raise _Lacking("it has no such links")
        spec = LinkSpec(
            kind=LinkKind.UPLOAD,
            name="linktui trial",
            expires_at=self._clock() + LIFE / 48,
            options=self._of_link,
        )
        link = (await self._provider.create_link((), spec, key=os.urandom(8).hex())).link
        assert link.kind is LinkKind.UPLOAD, f"it is for {link.kind.value}"

    async def _take_back(self) -> None:
        provider, limits, link = self._provider, self._limits, self._made()
        if limits.can(Ability.DELETE_LINK):
            assert isinstance(provider, DeletesLinks), "it claims to delete links and cannot"
            await provider.delete_link(link.id)
        elif limits.can(Ability.REVOKE):
            assert isinstance(provider, RevokesLinks), "it claims to revoke links and cannot"
            await provider.revoke_link(link.id)
        elif limits.can(Ability.EXPIRE_NOW):
            assert isinstance(provider, UpdatesLinks), "it claims to end links and cannot"
            await provider.update_link(link, LinkEdit(expire_now=True))
        else:
            self._require(Ability.DELETE_LINK)

    async def _delete_file(self) -> None:
        self._require(Ability.DELETE_FILE)
        provider = self._provider
        assert isinstance(provider, DeletesFiles), "it claims to delete files and cannot"
        await provider.delete_file(self._file_id, force=True)

    def _made(self) -> Link:
        if self._link is None:
            raise InvalidInput("link", "was not made, so that nothing can be tried with it")
        return self._link

    def _require(self, ability: Ability) -> None:
        if not self._limits.can(ability):
            raise _Lacking(self._limits.missing[ability])


async def _once(piece: bytes) -> AsyncIterator[bytes]:
    yield piece


def _keys(options: Iterable[Option]) -> set[str]:
    return {option.key for option in options}

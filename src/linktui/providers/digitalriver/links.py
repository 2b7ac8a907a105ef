"""The links of a Digital River account, called by the names of their files.

There is no idempotency key: whether an earlier try made a link is seen from its file, its end and its age.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from linktui.model.errors import (
    InvalidInput,
    NotFound,
    Rejected,
    Unauthorized,
    Unavailable,
    Unintelligible,
    Unsupported,
)
from linktui.model.link import KEEP, LinkedFile, LinkEdit, LinkSpec
from linktui.providers.base import Page, Told, Wanted
from linktui.providers.digitalriver.api import Api, path_of
from linktui.providers.digitalriver.wire import moment, page_from
from linktui.providers.digitalriver.wire_files import files_query, stored
from linktui.providers.digitalriver.wire_links import FileLink, end_to, link_from, link_to, links_query
from linktui.providers.pages import all_pages
from linktui.providers.shapes import parse
from linktui.providers.wire import UNSENT

REPEATED_WITHIN = timedelta(minutes=10)
"""How old a link may be to be taken for what an earlier try made, after a crash too."""
JUST_AHEAD = timedelta(seconds=2)
"""How far off an end at once is: sent in whole seconds, it is one to two ahead."""


class Links:
    """One account's links."""

    def __init__(self, api: Api, *, account: str) -> None:
        self._api = api
        self._account = account
        self._made: dict[str, str] = {}
        """The link of each act, by the key of the act."""
        self._tried: set[str] = set()
        """The keys of all acts begun here."""
        self._files: dict[str, LinkedFile] = {}
        """What is known of files, which never change."""

    async def page(self, *, cursor: str | None, wanted: Wanted) -> Page[Told]:
        """Return one page of the links."""
        value = await self._api.get("file-links", links_query(wanted, cursor))
        page = page_from(value, lambda row: row, backwards=bool(wanted.before))
        return Page(tuple(await self._told(page.rows)), page.next_cursor)

    async def get(self, link_id: str) -> Told:
        """Return one link; raises NotFound."""
        return await self._one(await self._api.get(path_of("file-links", link_id)))

    async def make(self, file_id: str, spec: LinkSpec, *, key: str, again: bool = False) -> Told:
        """Make a link, unless an earlier try with `key` did: it is looked for where there may be one."""
        if spec.expires_at is None:
            raise Unsupported("make links that never expire", "each link has to have an end")
        if key in self._made:
            return await self.get(self._made[key])
        row = await self._find(file_id, spec.expires_at, key) if again or key in self._tried else None
        self._tried.add(key)
        if row is None:
            try:
                row = await self._api.post("file-links", link_to(file_id, spec.expires_at))
            except (Unavailable, Unintelligible) as error:
                row = None if error.code == UNSENT else await self._find(file_id, spec.expires_at, key)
                if row is None:
                    raise
        told = await self._one(row)
        self._made[key] = told.link.id
        return told

    async def change(self, link_id: str, edit: LinkEdit) -> Told:
        """Set a link's end, or end it at once: by an end just ahead, for one that is over may be refused.

        That it would be is UNCONFIRMED, and so is how soon a link dies; deleting it is the sure way.
        """
        path = path_of("file-links", link_id)
        if not edit.expire_now:
            if edit.expires_at is KEEP or edit.expires_at is None:
                raise InvalidInput("expiry", "is all that can be changed of a link, and has to be a moment")
            return await self._one(await self._api.post(path, end_to(edit.expires_at), repeatable=True))
        end = await self._api.heard_now() + JUST_AHEAD
        try:
            return await self._one(await self._api.post(path, end_to(end), repeatable=True))
        except Rejected as error:
            raise Rejected(
                f"{error.message or 'the new end was refused'}; delete the link, which ends it surely",
                status=error.status,
                code=error.code,
                field=error.field,
                request_id=error.request_id,
            ) from error

    def from_file(self, value: Any, file: LinkedFile) -> Told:
        """Return a link that came within its file."""
        return link_from(value, account=self._account, now=self._api.now, file=file)

    async def _find(self, file_id: str, expires_at: datetime, key: str) -> dict[str, Any] | None:
        """Return the link that an earlier try with `key` made; no other act's, as far as they are known."""
        others = {link_id for act, link_id in self._made.items() if act != key}
        since = await self._api.heard_now() - REPEATED_WITHIN
        wanted = Wanted(file_id=file_id, expired=False, created_after=since)

        async def fetch(cursor: str | None) -> Page[dict[str, Any]]:
            value = await self._api.get("file-links", links_query(wanted, cursor))
            return page_from(value, lambda row: row, backwards=False)

        async for page in all_pages(fetch):
            for row in page.rows:
                shape = parse(FileLink, row)
                same = shape.file_id in {file_id, None} and moment(shape.expires) == moment(expires_at)
                if same and shape.created >= since and not shape.expired and shape.id not in others:
                    return row
        return None

    async def _one(self, row: Any) -> Told:
        return (await self._told([row]))[0]

    async def _told(self, rows: Iterable[Any]) -> list[Told]:
        rows = list(rows)
        ids = [parse(FileLink, row).file_id or "" for row in rows]
        await self._learn({file_id for file_id in ids if file_id} - set(self._files))
        return [
            link_from(row, account=self._account, now=self._api.now, file=self._files.get(file_id))
            for row, file_id in zip(rows, ids, strict=True)
        ]

    async def _learn(self, ids: set[str]) -> None:
        """Learn what the files of links are called: a link tells only the id.

        A key that may not see files, or a list that does not take `ids`, leaves links called by those.
        """
        if not ids:
            return
        try:
            value = await self._api.get("files", files_query(Wanted(ids=tuple(sorted(ids))), None))
        except (Rejected, Unauthorized, NotFound):
            return
        for file in page_from(value, stored, backwards=False).rows:
            self._files[file.id] = file.linked

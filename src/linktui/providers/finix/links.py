"""The external links of a Finix account, which live below their file: the list of all is gathered."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from urllib.parse import quote

from linktui.model.errors import InvalidInput, NotFound, Unsupported
from linktui.model.link import LinkSpec
from linktui.providers.base import Page, Told, Wanted
from linktui.providers.finix.api import Api
from linktui.providers.finix.ledger import Ledger
from linktui.providers.finix.records import Records, path_of
from linktui.providers.finix.wire_files import Record
from linktui.providers.finix.wire_links import key_of, link_from, link_to
from linktui.providers.pages import all_pages

FILES_AT_ONCE = 20
"""Files whose links are asked for together, and make one page."""
_NAME = "external_links"


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the list of all links goes on."""

    files: str | None = None
    """The cursor of a page of files."""
    after: str = ""
    """The link of these files that was told last."""


class Links:
    """One account's links."""

    def __init__(self, api: Api, records: Records, *, account: str) -> None:
        self._api = api
        self._records = records
        self._account = account
        self._ledger = Ledger()

    async def page(self, *, cursor: str | None, wanted: Wanted) -> Page[Told]:
        """Return one page of a file's links, or of all."""
        if not wanted.file_id:
            return await self._gathered(_place(cursor), wanted)
        record = await self._records.get(wanted.file_id)
        page = await self._api.page(_below(record), _NAME, cursor=cursor, wanted=wanted)
        return Page(tuple(self._told(row, record) for row in page.rows), page.next_cursor)

    async def get(self, link_id: str, *, file_id: str) -> Told:
        """Return one link, looked for below every file where its own is not known; raises NotFound."""
        if file_id:
            record = await self._records.get(file_id)
            answer = await self._api.get(f"{_below(record)}/{quote(link_id, safe='')}")
            return self._told(answer.json(), record)
        wanted = Wanted(ids=(link_id,))
        async for page in all_pages(lambda cursor: self.page(cursor=cursor, wanted=wanted)):
            if page.rows:
                return page.rows[0]
        raise NotFound

    async def make(self, record: Record, spec: LinkSpec, *, key: str) -> Told:
        """Make a link to `record`, unless an earlier try with `key` made one that is still alive."""
        made = await self._ledger.find(key, place=record.file.id, look=lambda: self._keys(record))
        if made is not None:
            told = await self.get(made, file_id=record.file.id)
            if told.link.state(self._api.now).alive:
                return told
        body = link_to(spec, key=key, now=self._api.now)
        self._ledger.begin(key)
        told = self._told(await self._api.post(_below(record), body), record)
        self._ledger.finish(key, told.link.id)
        return told

    async def _keys(self, record: Record) -> Mapping[str, str]:
        rows = await self._api.rows(_below(record), _NAME)
        links = [(self._told(row, record).link, key_of(row)) for row in rows]
        links.sort(key=lambda pair: pair[0].created_at)
        return {key: link.id for link, key in links if key}

    async def _gathered(self, place: _Place, wanted: Wanted) -> Page[Told]:
        """Return the links of one page of files, newest first; at most `wanted.limit` of them at a time."""
        if wanted.before:
            raise Unsupported("page backwards through all links", "they are listed below a file; name it")
        few = min(wanted.limit or FILES_AT_ONCE, FILES_AT_ONCE)
        # No link is older than its file.
        files = Wanted(limit=few, created_before=wanted.created_before)
        page = await self._records.page(cursor=place.files, wanted=files)
        told = await self._of_each(page.rows, replace(wanted, limit=None))
        told.sort(key=lambda one: (one.link.created_at, one.link.id), reverse=True)
        ids = [one.link.id for one in told]
        rest = told[ids.index(place.after) + 1 :] if place.after in ids else told
        if wanted.limit is not None and len(rest) > wanted.limit:
            rest = rest[: wanted.limit]
            return Page(tuple(rest), _cursor(replace(place, after=rest[-1].link.id)))
        return Page(tuple(rest), _cursor(_Place(page.next_cursor)) if page.next_cursor else None)

    async def _of_each(self, records: Sequence[Record], wanted: Wanted) -> list[Told]:
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(self._of(record, wanted)) for record in records]
        except ExceptionGroup as group_of_errors:
            raise group_of_errors.exceptions[0] from None
        return [told for task in tasks for told in task.result()]

    async def _of(self, record: Record, wanted: Wanted) -> list[Told]:
        rows = await self._api.rows(_below(record), _NAME, wanted=wanted)
        return [self._told(row, record) for row in rows]

    def _told(self, value: object, record: Record) -> Told:
        return link_from(value, record, account=self._account)


def _below(record: Record) -> str:
    return f"{path_of(record.file.id)}/external_links"


def _cursor(place: _Place) -> str:
    return json.dumps(asdict(place))


def _place(cursor: str | None) -> _Place:
    if not cursor:
        return _Place()
    try:
        return _Place(**json.loads(cursor))
    except (ValueError, TypeError) as error:
        raise InvalidInput("cursor", "is not one that this list gave") from error

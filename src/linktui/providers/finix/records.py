"""The file records of a Finix account: found, and made once however often that is tried."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import quote

from linktui.providers.base import EVERYTHING, Page, Wanted
from linktui.providers.finix.api import Api
from linktui.providers.finix.ledger import Ledger
from linktui.providers.finix.wire_files import Record, record_from, record_to

RECENTLY = timedelta(days=7)
"""How old a record may be that is taken for what an earlier try has made."""


class Records:
    """One account's file records."""

    def __init__(self, api: Api, *, account: str) -> None:
        self._api = api
        self._account = account
        self._ledger = Ledger()

    async def get(self, file_id: str) -> Record:
        """Return one record; raises NotFound."""
        return self._record((await self._api.get(path_of(file_id))).json())

    async def page(self, *, cursor: str | None = None, wanted: Wanted = EVERYTHING) -> Page[Record]:
        """Return one page of the records."""
        page = await self._api.page("files", "files", cursor=cursor, wanted=wanted)
        return Page(tuple(self._record(row) for row in page.rows), page.next_cursor)

    async def find(self, key: str) -> Record | None:
        """Return the record that an earlier try with `key` made, as it is now."""
        file_id = await self._ledger.find(key, place="files", look=self._recent)
        return await self.get(file_id) if file_id else None

    async def make(
        self, name: str, options: Mapping[str, str], metadata: Mapping[str, str], *, key: str
    ) -> Record:
        """Make an empty record; look with `find` before."""
        body = record_to(name, options, metadata, key=key)
        self._ledger.begin(key)
        record = self._record(await self._api.post("files", body))
        self._ledger.finish(key, record.file.id)
        return record

    async def _recent(self) -> Mapping[str, str]:
        wanted = Wanted(created_after=self._api.now - RECENTLY)
        records = [self._record(row) for row in await self._api.rows("files", "files", wanted=wanted)]
        records.sort(key=lambda record: record.file.created_at)
        return {record.key: record.file.id for record in records if record.key}

    def _record(self, value: object) -> Record:
        return record_from(value, account=self._account)


def path_of(file_id: str) -> str:
    """Return where a record is."""
    return f"files/{quote(file_id, safe='')}"

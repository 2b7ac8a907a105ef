"""Write down, in one transaction, that many uploads have arrived: their rows, their files, their links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import apsw

from linktui.model.change import ChangeState
from linktui.model.file import File
from linktui.model.link import Link
from linktui.model.transfer import Transfer, TransferState
from linktui.storage.columns import to_ms
from linktui.storage.database import FILES, LINKS, PLANS, TRANSFERS, Database
from linktui.storage.files import write_files
from linktui.storage.links import write_links
from linktui.storage.transfers import Value, update


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """An upload whose file is at the service, and its link if that was made with it."""

    transfer: Transfer
    state: TransferState
    """What it is now: done, or linking."""
    sha256: str
    file_id: str
    file: File | None = None
    """None where the service keeps no list of them."""
    link: Link | None = None
    raw: str = ""
    """The link as the service told it."""
    detail: str = ""
    """What the journal says of the link."""


class Arrivals:
    """The arrivals in the local database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def commit(
        self,
        arrivals: Sequence[Arrival],
        *,
        at: datetime,
        only: TransferState = TransferState.UPLOADING,
    ) -> list[Arrival]:
        """Commit arrivals and return those that were kept: nobody paused or cancelled them meanwhile.

        What came together is known together: a file whose link was forgotten by a crash would get another.
        """

        def act(connection: apsw.Connection) -> list[Arrival]:
            kept = [one for one in arrivals if _arrive(connection, one, at=at, only=only)]
            files = [one.file for one in kept if one.file is not None]
            write_files(connection, files, seen=at)
            write_links(connection, [(one.link, one.raw) for one in kept if one.link is not None], seen=at)
            connection.executemany(
                "INSERT INTO change (at, account, verb, subject, detail, state)"
                " VALUES (?, ?, 'create', ?, ?, ?)",
                [
                    (to_ms(at), one.link.account, one.link.id, one.detail, ChangeState.DONE.value)
                    for one in kept
                    if one.link is not None
                ],
            )
            return kept

        return await self._database.write(act, topics=[TRANSFERS, FILES, LINKS, PLANS])


def _arrive(connection: apsw.Connection, arrival: Arrival, *, at: datetime, only: TransferState) -> bool:
    values: dict[str, Value] = {
        "state": arrival.state,
        "sha256": arrival.sha256,
        "file_id": arrival.file_id,
        "confirmed": arrival.transfer.size,
        "sent": arrival.transfer.size,
        "next_at": None,
        "error": "",
        "error_kind": "",
    }
    if arrival.state is TransferState.DONE:
        values["finished_at"] = at
    if arrival.link is not None:
        values |= {"link_id": arrival.link.id, "url": arrival.link.url}
    return update(connection, arrival.transfer.id, values, only=[only])

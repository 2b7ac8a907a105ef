"""Small files to the embedded link server: many in one request, each with its link.

The shapes are those of the server's own `/api/openapi.json`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote

from linktui.model.errors import DigestMismatch, Rejected, Unintelligible
from linktui.model.link import LinkKind, LinkSpec
from linktui.providers.base import Packed, UploadStatus
from linktui.providers.http import HttpClient
from linktui.providers.local import wire

_PATH = "/api/parcels"
_MARK = "parcel "
"""Begins the session of a file that goes in a parcel; that of any other is a path."""


class Parcels:
    """One account's parcels."""

    def __init__(self, client: Callable[[], HttpClient], *, account: str) -> None:
        self._client = client
        self._account = account

    def pack(self, name: str, size: int, *, key: str, share: LinkSpec | None) -> str:
        """Return the session of a file: what the server is told of it, as JSON."""
        row: dict[str, Any] = {"name": name.encode("utf-8", "replace").decode(), "size": size, "key": key}
        if share is not None and _may_come_along(share):
            row["link"] = wire.spec_to((), share)
        return _MARK + json.dumps(row)

    async def send(self, packed: Sequence[Packed]) -> tuple[UploadStatus, ...]:
        """Send files and return what became of each; raises DigestMismatch."""
        rows = [_row(one.session) | {"sha256": one.sha256} for one in packed]
        line = json.dumps({"files": rows}, separators=(",", ":")).encode()
        body = b"".join((line, b"\n", *(one.data for one in packed)))
        headers = {"Content-Type": "application/octet-stream"}
        try:
            answer = await self._client().call("POST", _PATH, content=body, headers=headers, repeatable=True)
        except Rejected as error:
            if error.status == 460:
                raise DigestMismatch from error
            raise
        told = wire.taken_from(answer.json(), account=self._account)
        if len(told) != len(packed):
            raise Unintelligible("not as many files as were sent", status=answer.status)
        return tuple(
            UploadStatus(len(one.data), file.id, link, file)
            for one, (file, link) in zip(packed, told, strict=True)
        )

    async def take_back(self, session: str) -> None:
        """Have the server delete a file, and its link, if they came; again is no error."""
        key = quote(str(_row(session)["key"]), safe="")
        await self._client().call("DELETE", f"{_PATH}/{key}")


def goes_in_parcel(session: str) -> bool:
    """Tell whether a session is that of a file in a parcel."""
    return session.startswith(_MARK)


def _may_come_along(share: LinkSpec) -> bool:
    """Tell whether a link can be made with its file: a password takes long, and an address may be taken."""
    return share.password is None and not share.slug and share.kind is not LinkKind.UPLOAD


def _row(session: str) -> dict[str, Any]:
    row: dict[str, Any] = json.loads(session.removeprefix(_MARK))
    return row

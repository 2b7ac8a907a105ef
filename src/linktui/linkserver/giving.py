"""What gives out the bytes of links: the store of this server, or an address elsewhere."""

from __future__ import annotations

from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response

from linktui.linkserver.catalog.rows import FileRow, LinkRow


class Giving(Protocol):
    """Answers requests for bytes."""

    async def file(self, request: Request, file: FileRow, *, link: LinkRow, inline: bool = False) -> Response:
        """Return a file's bytes, or where they are; raises Gone, and a 429 or 503 Refusal."""
        ...

    async def zip(self, request: Request, link: LinkRow) -> Response:
        """Return all files of a link as one ZIP."""
        ...

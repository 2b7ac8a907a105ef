"""One file and its fields as a multipart/form-data body that is streamed, its length known beforehand.

RFC 7578. httpx's own encoder reads the file on the event loop; this one yields what it is given.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Mapping


class Multipart:
    """The body of an upload: the fields first, then the file."""

    def __init__(
        self, fields: Mapping[str, str], *, field: str, filename: str, media_type: str, size: int
    ) -> None:
        """`field` is the file's form field, `size` its bytes."""
        boundary = os.urandom(16).hex()
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{_quoted(name)}"\r\n\r\n{value}\r\n'
            for name, value in fields.items()
        ]
        parts.append(
            f'--{boundary}\r\nContent-Disposition: form-data; name="{_quoted(field)}";'
            f' filename="{_quoted(filename)}"\r\nContent-Type: {media_type}\r\n\r\n'
        )
        self._head = "".join(parts).encode("utf-8", "replace")
        self._tail = f"\r\n--{boundary}--\r\n".encode()
        self.headers = {
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "Content-Length": str(len(self._head) + size + len(self._tail)),
        }

    async def stream(self, data: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """Yield the whole body, the file's bytes as `data` gives them."""
        yield self._head
        async for piece in data:
            yield piece
        yield self._tail


def _quoted(name: str) -> str:
    """Percent-encode what would end the quotes or the line (WHATWG HTML, multipart/form-data)."""
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")

"""A process that sends an upload part by part and says so after each: to be killed at any of them."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from tests.providers.s3.acts import reading
from tests.providers.s3.conftest import Machines

PIECE = 5 * 1024 * 1024


async def send(url: str, session: str, path: str) -> None:
    machines = Machines(None, url=url, clock=lambda: datetime.now(UTC), piece=PIECE)
    provider, data = machines.open(), Path(path).read_bytes()
    piece = provider.limits.even_piece(len(data))
    assert piece is not None
    for offset in range(0, len(data), piece):
        print(offset // piece, flush=True)  # noqa: T201 - what the one who kills it waits for
        part = data[offset : offset + piece]
        await provider.send_piece(session, offset, len(part), reading(part))
    print("whole", flush=True)  # noqa: T201


asyncio.run(send(*sys.argv[1:]))

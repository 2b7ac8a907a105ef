"""tus over a plain connection, and a link server in a process of its own."""

from __future__ import annotations

import sys
from pathlib import Path

from linktui.linkserver.token import load_or_create_token
from tests.server.test_tus import STREAM, TUS

SCRIPT = """
import asyncio, sys
from pathlib import Path
from linktui.linkserver.server import LinkServer

async def serve():
    await LinkServer(directory=Path(sys.argv[1]), port=int(sys.argv[2])).start()
    print("ready", flush=True)
    await asyncio.Event().wait()

asyncio.run(serve())
"""


def serve_apart(directory: Path, port: int) -> list[str]:
    """Return the command of a link server that lives until it is killed."""
    return [sys.executable, "-c", SCRIPT, str(directory), str(port)]


def piece_of(place: str, offset: int, size: int, directory: Path, *, more: str = "") -> bytes:
    """Return the head of a PATCH of `size` bytes."""
    named = TUS | STREAM | {"Upload-Offset": str(offset), "Content-Length": str(size)}
    named |= {"Authorization": f"Bearer {load_or_create_token(directory)}", "Host": "x"}
    lines = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    return f"PATCH {place} HTTP/1.1\r\n{lines}{more}\r\n".encode()


def part_of(directory: Path, place: str) -> Path:
    """Return where the bytes of an unfinished upload are."""
    return directory / "tmp" / f"{place.rpartition('/')[2]}.part"

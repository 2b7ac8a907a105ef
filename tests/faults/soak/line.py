"""Lines to servers that fail by chance, in a process of their own: no connection lives long.

`python -m tests.faults.soak.line ROADS` with a JSON list of roads prints the ports where they begin. A line
`heal` on stdin ends all faults; the end of stdin ends the process, with what it did as JSON.
"""

from __future__ import annotations

import asyncio
import json
import random
import socket
import struct
import sys
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial

PIECE = 1 << 16
SURELY_BODY = PIECE // 2
"""Bytes of a piece whose last one is of a body: no head is as long, nor what is said of some small files."""
STALL = 12.0
"""Seconds without a byte; the accounts and the downloaders wait less."""
SLOWLY = 0.01
"""Seconds between two bits of a piece that goes slowly."""
SHORTEST, LONGEST = 11, 24
"""A fault strikes after between 2 to the first and 2 to the second bytes, each size as often."""


class Kind(StrEnum):
    """What becomes of one direction of a connection."""

    RESET = "reset"
    STALL = "stall"
    FLIP = "flip"
    SLOW = "slow"
    HALF_CLOSE = "half-close"


OFTEN = {Kind.RESET: 3, Kind.STALL: 1, Kind.FLIP: 1, Kind.SLOW: 3, Kind.HALF_CLOSE: 3}
"""How often each is: a stall takes long, and the third flipped bit fails an upload."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Road:
    """Where one line leads, and in which directions its bits may flip.

    They may where a digest finds it: of what a request or a list says, only TLS would.
    """

    target: int
    flips_up: bool = False
    flips_down: bool = False


class Broken(Exception):
    """The connection is to end at once."""


@dataclass
class Lines:
    """All that is carried, and what was done to it."""

    healed: bool = False
    struck: Counter[str] = field(default_factory=Counter)
    carried: int = 0
    """Bytes, both ways."""
    connections: int = 0

    async def visited(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, road: Road
    ) -> None:
        """Carry one connection both ways until it ends or breaks."""
        self.connections += 1
        try:
            there, back = await asyncio.open_connection("127.0.0.1", road.target)
        except OSError:  # nobody is there, as ever so often
            _reset(writer)
            return
        ways = [
            asyncio.ensure_future(self._carry(reader, back, flips=road.flips_up)),
            asyncio.ensure_future(self._carry(there, writer, flips=road.flips_down)),
        ]
        try:
            await asyncio.gather(*ways)
        except (Broken, OSError):
            _reset(writer)
            _reset(back)
        finally:
            for way in ways:
                way.cancel()
            for end in (writer, back):
                end.close()

    async def _carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, flips: bool
    ) -> None:
        left, kind = _fate(flips=flips)
        while data := bytearray(await reader.read(PIECE)):
            self.carried += len(data)
            left -= len(data)
            if left > 0 or self.healed or (kind is Kind.FLIP and len(data) < SURELY_BODY):
                writer.write(data)
                await writer.drain()
                continue
            self.struck[kind] += 1
            if await _strike(kind, data, writer, most=max(0, len(data) + left)):
                return
            left, kind = _fate(flips=flips)
        with suppress(OSError):
            writer.write_eof()


async def _strike(kind: Kind, data: bytearray, writer: asyncio.StreamWriter, *, most: int) -> bool:
    """Do it, with `most` bytes before it; tell whether nothing more goes this way. Raises Broken."""
    match kind:
        case Kind.FLIP:
            data[-1] ^= 1
            writer.write(data)
        case Kind.SLOW:
            for first in range(0, len(data), 1 << 11):
                writer.write(data[first : first + (1 << 11)])
                await writer.drain()
                await asyncio.sleep(SLOWLY)
        case Kind.HALF_CLOSE:
            writer.write(data[:most])
            writer.write_eof()
            return True
        case Kind.RESET | Kind.STALL:
            writer.write(data[:most])
            await writer.drain()
            await asyncio.sleep(STALL if kind is Kind.STALL else 0)
            raise Broken
    await writer.drain()
    return False


def _fate(*, flips: bool) -> tuple[int, Kind]:
    kinds = [kind for kind in Kind if flips or kind is not Kind.FLIP]
    [kind] = random.choices(kinds, [OFTEN[kind] for kind in kinds])
    return int(2 ** random.uniform(SHORTEST, LONGEST)), kind


def _reset(writer: asyncio.StreamWriter) -> None:
    """End a connection by a reset, not by a polite FIN."""
    connection = writer.get_extra_info("socket")
    with suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def main() -> None:
    lines = Lines()
    roads = [Road(**row) for row in json.loads(sys.argv[1])]
    servers = [
        await asyncio.start_server(partial(lines.visited, road=road), "127.0.0.1", 0) for road in roads
    ]
    _say([server.sockets[0].getsockname()[1] for server in servers])
    while line := await asyncio.to_thread(sys.stdin.readline):
        lines.healed = line.strip() == "heal"
    _say({"connections": lines.connections, "carried": lines.carried, "struck": dict(lines.struck)})


def _say(what: object) -> None:
    sys.stdout.write(f"{json.dumps(what)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main())

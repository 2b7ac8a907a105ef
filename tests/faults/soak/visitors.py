"""People at the other end of the lines: who fetch links, and who send files through one."""

from __future__ import annotations

import asyncio
import hashlib
import os
import random
from base64 import b64encode

from tests.faults.soak.cargo import Attempt, Cargo
from tests.faults.soak.http import TROUBLE, Body, asked, read_body

REST = 0.3
"""Seconds that somebody waits before the next try."""
PAUSE = 0.15
"""Seconds between two pieces of what a stranger sends: a line of 400 kB/s."""
TUS = {"Tus-Resumable": "1.0.0"}
LEAST, MOST = 200 << 10, 1 << 20
"""Bytes of a stranger's file."""


async def download(cargo: Cargo, url: str, *, visitor: int) -> None:
    """Fetch a link again and again until all of it is there, byte for byte, or it gives nothing more."""
    tries = 0
    while True:
        tries += 1
        attempt = Attempt(f"{cargo.name} {visitor} {tries}")
        cargo.attempts.append(attempt)
        if await _fetched(attempt, url) == cargo.sha256:
            cargo.arrived += 1
            return
        if attempt.status in {404, 410}:
            return
        await asyncio.sleep(random.uniform(REST, 2 * REST))


async def _fetched(attempt: Attempt, url: str) -> str:
    """Return the digest of what came of a download; empty where it broke off."""
    body = Body()
    try:
        async with asked("GET", url, headers={"User-Agent": attempt.agent}) as (answer, reader):
            attempt.status = answer.status
            if answer.status != 200:
                return ""
            await read_body(answer, reader, body)
    except TROUBLE:
        return ""
    else:
        attempt.whole = True
        return body.digest
    finally:
        attempt.received = body.size


async def gives_nothing(url: str) -> bool:
    """Tell whether a link is over, asked over a line that does not fail."""
    async with asked("GET", url, headers={}) as (answer, _):
        return answer.status == 410


async def hand_in(link: str, name: str) -> str:
    """Send a file through an upload link, with tus, until the server has all of it; return its digest."""
    data = os.urandom(random.randint(LEAST, MOST))
    place = ""
    while True:
        try:
            place = place or await _begun(link, name, len(data))
            if await _sent(place, data):
                return hashlib.sha256(data).hexdigest()
        except TROUBLE:
            await asyncio.sleep(random.uniform(REST, 2 * REST))


async def _begun(link: str, name: str, size: int) -> str:
    told = {"Upload-Length": str(size), "Upload-Metadata": f"filename {b64encode(name.encode()).decode()}"}
    async with asked("POST", f"{link}/tus", headers=TUS | told) as (answer, _):
        if answer.status != 201:
            raise ValueError(answer.status)
        return link.partition("/l/")[0] + answer.headers["location"]


async def _sent(place: str, data: bytes) -> bool:
    """Ask how much is there, and send the rest; tell whether there was none."""
    async with asked("HEAD", place, headers=TUS) as (answer, _):
        offset = int(answer.headers.get("upload-offset", -1))
    if answer.status not in {200, 204} or offset < 0:
        raise ValueError(answer.status)
    if offset == len(data):
        return True
    named = TUS | {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
    async with asked("PATCH", place, headers=named, body=data[offset:], pause=PAUSE) as (answer, _):
        return answer.status == 204 and int(answer.headers["upload-offset"]) == len(data)

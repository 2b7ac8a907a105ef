"""Faults 25, 26 and 28: an upload that is broken off, doubled or bent arrives whole, once, or not at all."""

from __future__ import annotations

import asyncio
import hashlib
import os
import socket
import struct
import subprocess
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from linktui.linkserver.limits import PIECE
from linktui.linkserver.server import LinkServer
from linktui.linkserver.token import load_or_create_token
from tests.faults.server.line import all_said, connected, statuses
from tests.faults.server.resumable import part_of, piece_of, serve_apart
from tests.server.test_tus import STREAM, TUS

SIZE = 3 * PIECE + 12_345


async def begun(client: httpx.AsyncClient, size: int, **headers: str) -> str:
    answer = await client.post("/api/tus", headers=TUS | {"Upload-Length": str(size)} | headers)
    return str(answer.headers["location"])


async def offset_of(client: httpx.AsyncClient, place: str) -> int:
    return int((await client.head(place, headers=TUS)).headers["upload-offset"])


async def send(
    client: httpx.AsyncClient, place: str, offset: int, data: bytes, **headers: str
) -> httpx.Response:
    return await client.patch(
        place, content=data, headers=TUS | STREAM | {"Upload-Offset": str(offset)} | headers
    )


async def written(part: Path, least: int) -> None:
    async with asyncio.timeout(60):
        while part.stat().st_size < least:  # noqa: ASYNC110 - another connection's doing
            await asyncio.sleep(0.01)


async def is_whole(client: httpx.AsyncClient, answer: httpx.Response, data: bytes) -> bool:
    file = (await client.get(f"/api/files/{answer.headers['linktui-file']}")).json()
    content = (await client.get(f"/api/files/{file['id']}/content")).content
    return content == data and file["sha256"] == hashlib.sha256(data).hexdigest()


async def test_fault_25_a_wrong_offset_is_told_the_true_one_and_changes_nothing(
    owner: httpx.AsyncClient,
) -> None:
    data = os.urandom(1000)
    place = await begun(owner, len(data))
    await send(owner, place, 0, data[:500])
    for offset in (0, 499, 501, 1000, 10**14):  # replayed, overlapping, with a gap, at the end, beyond
        answer = await send(owner, place, offset, data[:100])
        assert (answer.status_code, answer.headers["upload-offset"]) == (409, "500")
    for none in ("-1", "5e2", "", "0x1f4", "500.0", "9" * 30):
        answer = await owner.patch(place, content=b"x", headers=TUS | STREAM | {"Upload-Offset": none})
        assert answer.status_code == 400
    last = await send(owner, place, 500, data[500:])
    assert await is_whole(owner, last, data)
    again = await send(owner, place, 1000, b"")
    assert again.headers["linktui-file"] == last.headers["linktui-file"]
    assert (await send(owner, place, 500, data[500:])).status_code == 409


async def test_fault_25_a_second_writer_ends_the_first_and_the_file_is_one(
    server: LinkServer, owner: httpx.AsyncClient, tmp_path: Path
) -> None:
    data = os.urandom(SIZE)
    place = await begun(owner, SIZE)
    async with connected(server) as (reader, writer):
        writer.write(piece_of(place, 0, SIZE, tmp_path) + data[: 2 * PIECE])
        await written(part_of(tmp_path, place), PIECE)
        # Those that come too late are refused before their bytes are read, which may cut the line.
        answers = await asyncio.gather(
            *(send(owner, place, 0, data) for _ in range(4)), return_exceptions=True
        )
        said = await all_said(reader)  # the old one was ended by the server
    assert statuses(said) in ([408], [])
    for answer in answers:
        if isinstance(answer, httpx.Response):
            assert answer.status_code == 409
        else:
            assert isinstance(answer, httpx.TransportError)
    # By lines of its own: one that a refusal came on may just be closing.
    async with httpx.AsyncClient(
        base_url=server.url, headers=owner.headers, trust_env=False, timeout=60
    ) as anew:
        offset = await offset_of(anew, place)
        assert PIECE <= offset <= SIZE
        last = await send(anew, place, offset, data[offset:])
        assert await is_whole(anew, last, data)


@pytest.mark.parametrize("end", ["FIN", "RST", "half-close"])
async def test_fault_26_what_came_before_the_line_broke_is_kept_and_the_rest_makes_it_whole(
    server: LinkServer, owner: httpx.AsyncClient, tmp_path: Path, end: str
) -> None:
    data = os.urandom(SIZE)
    place = await begun(owner, SIZE)
    offset = 0
    for cut in (PIECE + 1000, 2 * PIECE + 2000):
        async with connected(server) as (reader, writer):
            writer.write(piece_of(place, offset, SIZE - offset, tmp_path) + data[offset:cut])
            await writer.drain()
            await written(part_of(tmp_path, place), cut // PIECE * PIECE)
            if end == "half-close":
                writer.write_eof()
                await all_said(reader)
            elif end == "RST":
                raw = writer.get_extra_info("socket")
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                writer.transport.abort()
        kept = await offset_of(owner, place)
        assert max(offset, PIECE) <= kept <= cut
        assert part_of(tmp_path, place).stat().st_size >= kept
        offset = kept
    assert await is_whole(owner, await send(owner, place, offset, data[offset:]), data)


@contextmanager
def serving(directory: Path, port: int) -> Iterator[None]:
    """Run a link server in a process of its own, and kill it at the end."""
    with subprocess.Popen(serve_apart(directory, port), stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        assert server.stdout.readline() == b"ready\n"
        try:
            yield
        finally:
            server.kill()


async def test_fault_26_a_server_killed_in_the_middle_says_what_it_has_and_takes_the_rest(
    tmp_path: Path, free_port: int
) -> None:
    data = os.urandom(SIZE)
    place, confirmed = "", 0
    headers = {"Authorization": f"Bearer {load_or_create_token(tmp_path)}"}
    url = f"http://127.0.0.1:{free_port}"
    async with httpx.AsyncClient(base_url=url, headers=headers, trust_env=False, timeout=60) as client:
        for cut in (PIECE // 2, 2 * PIECE):
            with serving(tmp_path, free_port):
                place = place or await begun(client, SIZE)
                offset = await offset_of(client, place)
                assert offset >= confirmed
                answer = await send(client, place, offset, data[offset:cut])
                confirmed = int(answer.headers["upload-offset"])
                _, writer = await asyncio.open_connection("127.0.0.1", free_port)
                writer.write(piece_of(place, cut, SIZE - cut, tmp_path) + data[cut : cut + PIECE + 99])
                await written(part_of(tmp_path, place), cut + PIECE)
            writer.close()
        with serving(tmp_path, free_port):
            offset = await offset_of(client, place)
            assert offset >= confirmed
            last = await send(client, place, offset, data[offset:])
            assert await is_whole(client, last, data)
            assert len((await client.get("/api/files")).json()["data"]) == 1
    assert list((tmp_path / "tmp").iterdir()) == []


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
async def test_fault_28_a_bit_that_flips_under_way_is_found_dropped_and_sent_again(
    server: LinkServer, owner: httpx.AsyncClient, tmp_path: Path, algorithm: str
) -> None:
    data = os.urandom(2 * PIECE)
    place = await begun(owner, len(data))
    assert (await send(owner, place, 0, data[:PIECE])).status_code == 204
    digest = b64encode(hashlib.new(algorithm, data[PIECE:]).digest()).decode()
    promised = {"Upload-Checksum": f"{algorithm} {digest}"}
    for position in (0, 12_345, PIECE - 1):
        bent = bytearray(data[PIECE:])
        bent[position] ^= 1
        answer = await send(owner, place, PIECE, bytes(bent), **promised)
        assert answer.status_code == 460
        assert await offset_of(owner, place) == PIECE
    async with connected(server) as (_, writer):  # half of a checked piece is no piece
        more = f"Upload-Checksum: {promised['Upload-Checksum']}\r\n"
        writer.write(piece_of(place, PIECE, PIECE, tmp_path, more=more) + data[PIECE : PIECE + 999])
        await writer.drain()
    assert await offset_of(owner, place) == PIECE
    for wrong in ("crc32 AAAA", f"{algorithm} ***", algorithm):
        answer = await send(owner, place, PIECE, b"", **{"Upload-Checksum": wrong})
        assert answer.status_code in {400, 460}
    assert await is_whole(owner, await send(owner, place, PIECE, data[PIECE:], **promised), data)


async def test_fault_28_a_whole_that_is_not_what_was_announced_is_never_published(
    owner: httpx.AsyncClient, tmp_path: Path
) -> None:
    data = os.urandom(1000)
    digest = b64encode(hashlib.sha256(data).hexdigest().encode()).decode()
    told = {"Upload-Metadata": f"filename YQ==,sha256 {digest}"}
    place = await begun(owner, len(data), **told)
    await send(owner, place, 0, data[:500])
    assert (await send(owner, place, 500, data[500:-1] + bytes([data[-1] ^ 1]))).status_code == 460
    assert (await owner.head(place, headers=TUS)).status_code == 404
    assert (await owner.get("/api/files")).json()["data"] == []
    assert list((tmp_path / "tmp").iterdir()) == []
    again = await begun(owner, len(data), **told)
    assert await is_whole(owner, await send(owner, again, 0, data), data)

"""The tus endpoint under any order of calls, right and wrong: a small model of it always agrees."""

from __future__ import annotations

import asyncio
import gc
import hashlib
import os
import tempfile
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.server.conftest import Clock, Share, open_share
from tests.server.test_tus import STREAM, TUS

SIZES = st.integers(0, 40)


@dataclass(frozen=True)
class Call:
    """One request; offsets are told relative to the true one, so that most of them are right or nearly so."""

    method: str
    upload: int
    size: int
    shift: int
    check: str
    chunked: bool


calls = st.builds(
    Call,
    method=st.sampled_from(["POST", "PATCH", "PATCH", "PATCH", "HEAD", "DELETE", "COLLECT"]),
    upload=st.integers(0, 3),
    size=SIZES,
    shift=st.sampled_from([0, 0, 0, 0, -1, 1, 7]),
    check=st.sampled_from(["", "", "right", "wrong"]),
    chunked=st.booleans(),
)


@dataclass
class Upload:
    """What the server should know."""

    place: str
    size: int
    data: bytes = b""
    gone: bool = False


def _digest(data: bytes, check: str) -> dict[str, str]:
    if not check:
        return {}
    digest = hashlib.sha256(data if check == "right" else data + b"!").digest()
    return {"Upload-Checksum": f"sha256 {b64encode(digest).decode()}"}


class Model:
    """The server and, beside it, what it should hold."""

    def __init__(self, share: Share) -> None:
        self.share = share
        self.uploads: list[Upload] = []

    async def act(self, call: Call) -> None:
        if call.method == "POST":
            await self._begin(call)
        elif call.method == "COLLECT":
            await asyncio.to_thread(self.share.store.collect, self.share.store.clock())
        elif self.uploads:
            upload = self.uploads[call.upload % len(self.uploads)]
            if call.method == "PATCH":
                await self._add(upload, call)
            elif call.method == "DELETE":
                answer = await self.share.owner.delete(upload.place, headers=TUS)
                assert answer.status_code == (404 if upload.gone else 204)
                upload.gone = True
            await self._agree(upload)

    async def _begin(self, call: Call) -> None:
        answer = await self.share.owner.post("/api/tus", headers=TUS | {"Upload-Length": str(call.size)})
        assert answer.status_code == 201
        self.uploads.append(Upload(answer.headers["location"], call.size))

    async def _add(self, upload: Upload, call: Call) -> None:
        data, offset = os.urandom(call.size), len(upload.data) + call.shift
        headers = TUS | STREAM | {"Upload-Offset": str(offset)} | _digest(data, call.check)

        async def pieces() -> object:
            yield data[: call.size // 2]
            yield data[call.size // 2 :]

        content = pieces() if call.chunked else data
        answer = await self.share.owner.patch(upload.place, content=content, headers=headers)  # type: ignore[arg-type]
        expected = self._expected(upload, offset, data, call)
        assert answer.status_code == expected, (answer.text, call)
        if expected == 204:
            upload.data += data if len(upload.data) < upload.size else b""
            assert int(answer.headers["upload-offset"]) == len(upload.data)
            assert ("linktui-file" in answer.headers) == (len(upload.data) == upload.size)

    def _expected(self, upload: Upload, offset: int, data: bytes, call: Call) -> int:
        if offset < 0:
            return 400
        if upload.gone:
            return 404
        if offset != len(upload.data):
            return 409
        if offset == upload.size:
            return 204  # it is a file already, and nothing of this is looked at
        if offset + len(data) > upload.size:
            return 413
        return 460 if call.check == "wrong" else 204

    async def _agree(self, upload: Upload) -> None:
        head = await self.share.owner.head(upload.place, headers=TUS)
        assert head.status_code == (404 if upload.gone else 200)
        if not upload.gone:
            assert int(head.headers["upload-offset"]) == len(upload.data)
            assert int(head.headers["upload-length"]) == upload.size

    async def agree(self) -> None:
        """Compare every file, and everything on the disk."""
        for upload in self.uploads:
            await self._agree(upload)
        whole = sorted(upload.data for upload in self.uploads if len(upload.data) == upload.size)
        files = (await self.share.owner.get("/api/files")).json()["data"]
        kept = [(await self.share.owner.get(f"/api/files/{file['id']}/content")).content for file in files]
        assert sorted(kept) == whole
        directory = self.share.store.database.path.parent
        parts = {path.name.removesuffix(".part") for path in (directory / "tmp").iterdir()}
        assert parts == {
            upload.place.rpartition("/")[2]
            for upload in self.uploads
            if not upload.gone and len(upload.data) < upload.size
        }


async def play(script: list[Call]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        share = open_share(Path(directory), Clock())
        model = Model(share)
        for call in script:
            await model.act(call)
        await model.agree()
        await share.owner.aclose()
        await share.stranger.aclose()
        share.store.close()


@given(st.lists(calls, max_size=14))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
async def test_any_order_of_calls_leaves_what_was_acknowledged(script: list[Call]) -> None:
    await play(script)


@pytest.mark.soak  # as the one above, for some minutes
@given(st.lists(calls, max_size=40))
@settings(max_examples=3000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
async def test_any_order_of_calls_for_long(script: list[Call]) -> None:
    await play(script)


ANY_HEADERS = st.dictionaries(
    st.sampled_from(
        [
            *("upload-offset", "upload-length", "upload-metadata", "upload-checksum", "tus-resumable"),
            *(
                "content-type",
                "idempotency-key",
                "upload-defer-length",
                "upload-concat",
                "x-http-method-override",
            ),
        ]
    ),
    st.sampled_from(
        [b"1.0.0", b"0", b"1", b"5", b"application/offset+octet-stream", b"sha1 AAAA", b"a YQ==,b"]
    )
    | st.binary(max_size=20).map(lambda raw: raw.translate(None, b"\r\n\0")),
    max_size=6,
)


@pytest.fixture
async def places(share: Share) -> dict[str, str]:
    """Return a link that takes files and an upload that it began, by the words that stand for them."""
    slug = str((await share.link(kind="upload"))["slug"])
    made = await share.stranger.post(f"/l/{slug}/tus", headers=TUS | {"Upload-Length": "9"})
    return {"SLUG": slug, "UPLOAD": made.headers["location"].rpartition("/")[2]}


@given(
    st.sampled_from(["POST", "PATCH", "HEAD", "DELETE", "OPTIONS", "GET", "PUT"]),
    st.sampled_from(["/api/tus", "/l/SLUG/tus", "/api/tus/UPLOAD", "/l/SLUG/tus/UPLOAD", "/l/SLUG/tus/x"]),
    ANY_HEADERS,
    st.binary(max_size=20),
)
@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
async def test_any_request_to_tus_is_answered_and_never_by_a_5xx(
    share: Share, places: dict[str, str], method: str, path: str, headers: dict[str, bytes], body: bytes
) -> None:
    for word, place in places.items():
        path = path.replace(word, place)
    raw = {name.encode(): value for name, value in headers.items()}
    client = share.owner if path.startswith("/api") else share.stranger
    answer = await client.request(method, path, headers=raw, content=body)
    assert answer.status_code < 500, answer.text


async def test_uploads_that_are_begun_broken_off_and_forgotten_leave_nothing_behind(share: Share) -> None:
    """Open files, tasks and rows are as many after the hundred-and-twentieth as after the twentieth."""

    def held() -> tuple[int, int, int]:
        gc.collect()
        known = share.store.database.read.execute("SELECT count(*) FROM upload").get
        return len([*Path("/proc/self/fd").iterdir()]), len(asyncio.all_tasks()), int(str(known))

    async def one(number: int) -> None:
        place = (await share.owner.post("/api/tus", headers=TUS | {"Upload-Length": "4"})).headers["location"]
        headers = TUS | STREAM | {"Upload-Offset": "0"}
        await share.owner.patch(place, content=b"01" if number % 2 else b"01234", headers=headers)
        assert (await share.owner.delete(place, headers=TUS)).status_code == 204

    for number in range(20):
        await one(number)
    before = held()
    for number in range(100):
        await one(number)
    assert held() == before
    assert share.store.busy == set()
    assert list((share.store.database.path.parent / "tmp").iterdir()) == []

"""The same key makes one thing, also when it comes many times at once."""

from __future__ import annotations

import asyncio

from tests.server.conftest import Share


async def test_the_same_key_makes_one_file_of_the_same_bytes_even_at_once(share: Share) -> None:
    async def send(data: bytes, name: str = "a") -> tuple[int, str]:
        headers = {"Idempotency-Key": "k"}
        answer = await share.owner.post("/api/files", params={"name": name}, content=data, headers=headers)
        return answer.status_code, str(answer.json().get("id"))

    made = await asyncio.gather(*(send(b"same") for _ in range(12)))
    assert len(set(made)) == 1
    assert (await send(b"same"))[1] == made[0][1]
    assert (await send(b"else"))[0] == (await send(b"same", "b"))[0] == 409
    assert len((await share.owner.get("/api/files")).json()["data"]) == 1
    directory = share.store.database.path.parent
    share.store.empty_garbage()
    assert len([path for path in (directory / "blobs").rglob("*") if path.is_file()]) == 1
    assert list((directory / "tmp").iterdir()) == []


async def test_the_same_key_makes_one_link_even_at_once(share: Share) -> None:
    body = {"kind": "download", "files": [{"id": await share.file()}]}
    key = {"Idempotency-Key": "k"}
    answers = await asyncio.gather(
        *(share.owner.post("/api/links", json=body, headers=key) for _ in range(12))
    )
    assert sorted(answer.status_code for answer in answers) == [200] * 11 + [201]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len((await share.owner.get("/api/links")).json()["data"]) == 1

"""The Digital River dialect, by the examples of its documentation; there is no SDK for Python."""

from __future__ import annotations

import base64
import re
import sqlite3
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest

from tests.server.conftest import PUBLIC
from tests.server.dialects.conftest import Spoken

PNG = b"\x89PNG\r\n\x1a\n" + bytes(8)
PURPOSE = "tax_document_customer_upload"
NOW = "2026-11-21T12:00:00.000Z"
SOON = "2026-11-21T13:00:00Z"
LATER = "2026-12-25T20:36:00.591115Z"
PAST = "2026-11-21T11:59:59Z"


class River:
    """A client with the few calls that the tests repeat."""

    def __init__(self, spoken: Spoken, **options: Any) -> None:
        self.spoken = spoken
        self.http = spoken.client("digitalriver", **options)

    async def upload(self, data: bytes = PNG, name: str = "a.png", **fields: str) -> dict[str, Any]:
        answer = await self.http.post(
            "/files", data={"purpose": PURPOSE} | fields, files={"file": (name, data)}
        )
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def link(self, file: dict[str, Any], expires: str = SOON, **fields: object) -> dict[str, Any]:
        answer = await self.http.post(
            "/file-links", json={"fileId": file["id"], "expiresTime": expires} | fields
        )
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def ids(self, path: str = "/file-links", **params: Any) -> list[str]:
        answer = await self.http.get(path, params=params)
        assert answer.status_code == 200, answer.text
        return [found["id"] for found in answer.json()["data"]]

    async def fetch(self, url: str) -> httpx.Response:
        return await self.spoken.stranger.get(url)


@pytest.fixture
async def river(spoken: Spoken) -> AsyncIterator[River]:
    opened = River(spoken)
    yield opened
    await opened.http.aclose()


def error_of(answer: httpx.Response, status: int) -> dict[str, str]:
    """Return the one error of an answer, with the answer's type."""
    assert answer.status_code == status, answer.text
    assert answer.headers["x-dr-requestid"]
    body = answer.json()
    (error,) = body["errors"]
    return {"type": body["type"], **error}


async def test_a_file_has_every_field_as_documented(river: River) -> None:
    file = await river.upload(fileName="cert 雪.pdf", title="My 2019 Tax Certificate.")
    assert re.fullmatch(r"file_[0-9a-f-]{36}", file["id"])
    assert file == {
        "id": file["id"],
        "createdTime": NOW,
        "fileName": "cert 雪.pdf",
        "purpose": PURPOSE,
        "title": "My 2019 Tax Certificate.",
        "size": len(PNG),
        "type": "png",
        "url": f"{PUBLIC}/dialects/digitalriver/files/{file['id']}/content",
        "liveMode": False,
    }
    assert (await river.http.get(f"/files/{file['id']}")).json() == file
    assert "title" not in await river.upload()


async def test_a_link_has_every_field_as_documented(river: River) -> None:
    file = await river.upload()
    link = await river.link(file, LATER, metadata={"a": "ü", "n": 1, "yes": True})
    assert link == {
        "id": link["id"],
        "createdTime": NOW,
        "expired": False,
        "expiresTime": "2026-12-25T20:36:00.591Z",
        "fileId": file["id"],
        "liveMode": False,
        "metadata": {"a": "ü", "n": 1, "yes": True},
        "url": f"{PUBLIC}/dialects/digitalriver/links/{link['id']}",
    }
    assert (await river.http.get(f"/file-links/{link['id']}")).json() == link
    assert "metadata" not in await river.link(file)
    embedded = (await river.http.get(f"/files/{file['id']}")).json()["links"][1]
    assert embedded == {name: value for name, value in link.items() if name != "fileId"}


async def test_a_file_comes_as_json_too(river: River) -> None:
    body = {"purpose": PURPOSE, "fileName": "x.csv", "file": base64.b64encode(b"a,b\n").decode()}
    file = (await river.http.post("/files", json=body | {"linkExpiresTime": SOON})).json()
    assert (file["type"], file["size"], file["links"][0]["expiresTime"][:19]) == ("csv", 4, SOON[:19])
    assert (await river.http.get(file["url"])).content == b"a,b\n"
    assert (await river.fetch(file["links"][0]["url"])).content == b"a,b\n"


async def test_the_content_is_for_the_secret_alone(river: River) -> None:
    file = await river.upload()
    answer = await river.http.get(file["url"])
    assert (answer.content, answer.headers["content-type"]) == (PNG, "image/png")
    named = await river.http.get(file["url"], headers={"Accept": "application/json"})
    assert named.json() == {"id": file["id"], "fileName": "a.png"}
    assert error_of(await river.fetch(file["url"]), 401) == {
        "type": "unauthorized",
        "message": "An authorization error has occurred.",
    }


async def test_the_address_gives_the_bytes_until_the_link_expires(river: River) -> None:
    link = await river.link(await river.upload())
    assert (await river.fetch(link["url"])).content == PNG
    river.spoken.clock.move(hours=1)
    assert (await river.fetch(link["url"])).status_code == 410
    assert (await river.http.get(f"/file-links/{link['id']}")).json()["expired"] is True
    late = await river.http.post(f"/file-links/{link['id']}", json={"expiresTime": LATER})
    assert error_of(late, 409)["type"] == "conflict"


async def test_an_expiry_moves(river: River) -> None:
    link = await river.link(await river.upload())
    path = f"/file-links/{link['id']}"
    moved = await river.http.post(path, json={"expiresTime": LATER})
    assert (moved.status_code, moved.json()["expiresTime"]) == (200, "2026-12-25T20:36:00.591Z")
    assert (
        error_of(await river.http.post(path, json={"expiresTime": PAST}), 400)["parameter"] == "expiresTime"
    )
    assert error_of(await river.http.post(path, json={}), 400)["code"] == "missing_parameter"
    for method in ("PUT", "PATCH"):
        error = error_of(await river.http.request(method, path, json={"expiresTime": LATER}), 405)
        assert error["type"] == "method_not_allowed"


async def test_what_is_deleted_is_gone(river: River) -> None:
    file = await river.upload()
    first, second = await river.link(file), await river.link(file)
    answer = await river.http.delete(f"/file-links/{first['id']}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert (await river.fetch(first["url"])).status_code == 410
    assert error_of(await river.http.delete(f"/file-links/{first['id']}"), 404)["code"] == "not_found"
    assert (await river.http.delete(f"/files/{file['id']}")).status_code == 204
    assert await river.ids() == await river.ids("/files") == []
    assert (await river.fetch(second["url"])).status_code == 410
    assert error_of(await river.http.get(f"/files/{file['id']}"), 404) == {
        "type": "not_found",
        "code": "not_found",
        "parameter": "id",
        "message": f"File '{file['id']}' not found.",
    }
    assert (await river.spoken.owner.get("/api/files")).json()["data"] == []


@pytest.mark.parametrize(
    ("change", "code", "parameter"),
    [
        ({"expiresTime": None}, "invalid_format", "expiresTime"),
        ({"expiresTime": PAST}, "invalid_parameter", "expiresTime"),
        ({"expiresTime": "2026-12-25T20:36:00+00:00"}, "invalid_format", "expiresTime"),
        ({"expiresTime": "2026-12-25"}, "invalid_format", "expiresTime"),
        ({"expiresTime": "2026-13-25T20:36:00Z"}, "invalid_format", "expiresTime"),
        ({"expiresTime": 1_795_233_260}, "invalid_format", "expiresTime"),
        ({"fileId": "file_none"}, "invalid_parameter", "fileId"),
        ({"fileId": ""}, "invalid_string_empty", "fileId"),
        ({"surprise": 1}, "unknown_parameter", "surprise"),
        ({"metadata": "text"}, "invalid_format", "metadata"),
        ({"metadata": {"k" * 41: "v"}}, "invalid_metadata_key", "metadata"),
        ({"metadata": {"k": "v" * 501}}, "invalid_metadata_value", "metadata"),
        ({"metadata": {"k": None}}, "invalid_metadata_value", "metadata"),
        ({"metadata": {str(n): n for n in range(21)}}, "too_many_metadata_pairs", "metadata"),
    ],
)
async def test_a_link_is_refused_by_the_parameter_at_fault(
    river: River, change: dict[str, object], code: str, parameter: str
) -> None:
    body = {"fileId": (await river.upload())["id"], "expiresTime": SOON} | change
    error = error_of(await river.http.post("/file-links", json=body), 400)
    assert (error["type"], error["code"], error["parameter"]) == ("bad_request", code, parameter)
    assert await river.ids() == []


async def test_bodies_have_to_be_json_and_complete(river: River) -> None:
    assert (
        error_of(await river.http.post("/file-links", data={"fileId": "x"}), 400)["code"] == "invalid_format"
    )
    json = {"Content-Type": "application/json"}
    for raw in (b"", b"{", b"[]", b"\xff", b"[" * 100_000):
        answer = await river.http.post("/file-links", content=raw, headers=json)
        assert error_of(answer, 400)["code"] == "invalid_format"
    missing = error_of(await river.http.post("/file-links", json={"fileId": "x"}), 400)
    assert (missing["code"], missing["parameter"]) == ("missing_parameter", "expiresTime")


@pytest.mark.parametrize(
    ("fields", "head", "size", "name", "code", "parameter"),
    [
        ({"purpose": ""}, PNG, 16, "a.png", "invalid_string_empty", "purpose"),
        ({}, b"text", 16, "a.txt", "invalid_parameter", "file"),
        ({}, PNG, (10 << 20) + 1, "a.png", "invalid_parameter", "file"),
        ({}, PNG, 12 << 20, "a.png", "invalid_parameter", "file"),
        ({"linkExpiresTime": PAST}, PNG, 16, "a.png", "invalid_parameter", "linkExpiresTime"),
        ({"metadata": "x"}, PNG, 16, "a.png", "unknown_parameter", "metadata"),
    ],
)
async def test_an_upload_is_refused_by_the_parameter_at_fault(
    river: River, fields: dict[str, str], head: bytes, size: int, name: str, code: str, parameter: str
) -> None:
    answer = await river.http.post(
        "/files", data={"purpose": PURPOSE} | fields, files={"file": (name, head.ljust(size, b" "))}
    )
    error = error_of(answer, 400)
    assert (error["code"], error["parameter"]) == (code, parameter)
    assert (await river.spoken.owner.get("/api/files")).json()["data"] == []


async def test_an_upload_needs_its_file(river: River) -> None:
    text = {"purpose": (None, PURPOSE), "file": (None, "@cert.pdf")}
    assert error_of(await river.http.post("/files", files=text), 400)["parameter"] == "file"
    urlencoded = await river.http.post("/files", data={"purpose": PURPOSE, "file": "@cert.pdf"})
    assert error_of(urlencoded, 400)["code"] == "invalid_format"
    body = {"purpose": PURPOSE, "fileName": "a.pdf", "file": "not base64!"}
    assert error_of(await river.http.post("/files", json=body), 400)["parameter"] == "file"
    del body["fileName"]
    assert error_of(await river.http.post("/files", json=body), 400)["parameter"] == "fileName"


async def test_pages_go_both_ways_over_a_thousand_links(river: River) -> None:
    file = await river.upload()
    many(river, file, 1_050)
    seen: list[str] = []
    page: dict[str, Any] = {"hasMore": True}
    while page["hasMore"]:
        params = {"limit": 100, "fileId": file["id"]} | ({"startingAfter": seen[-1]} if seen else {})
        page = (await river.http.get("/file-links", params=params)).json()
        seen += [link["id"] for link in page["data"]]
    assert seen == [f"link_{n}" for n in reversed(range(1_050))]
    assert await river.ids() == seen[:10]
    assert await river.ids(endingBefore=seen[500], limit=3) == seen[497:500]
    assert await river.ids(endingBefore=seen[500], startingAfter=seen[600], limit=3) == seen[497:500]


def many(river: River, file: dict[str, Any], count: int) -> None:
    """Put links into the catalogue at once; a call for each would take the test too long."""
    database = sqlite3.connect(river.spoken.store.database.path)
    with database:
        (subject,) = database.execute("SELECT id FROM file").fetchone()
        for n in range(count):
            database.execute(
                "INSERT INTO link (id, kind, name, slug, created_at, updated_at, expires_at, revision) "
                "VALUES (?, 'download', 'a', ?, 0, 0, 1, ?)",
                (f"l_{n}", f"slug{n}", n),
            )
            database.execute("INSERT INTO link_file VALUES (?, 1, ?, '')", (f"l_{n}", subject))
            database.execute(
                "INSERT INTO dialect_object (dialect, kind, id, subject, parent, created_at, fields) "
                "VALUES ('digitalriver', 'link', ?, ?, ?, 0, '{}')",
                (f"link_{n}", f"l_{n}", file["id"]),
            )
    database.close()


async def test_links_are_filtered(river: River) -> None:
    file, other = await river.upload(), await river.upload()
    old = (await river.link(file))["id"]
    river.spoken.clock.move(hours=2)
    new = (await river.link(other, LATER))["id"]
    cases: list[tuple[dict[str, Any], list[str]]] = [
        ({}, [new, old]),
        ({"fileId": file["id"]}, [old]),
        ({"fileId": "file_none"}, []),
        ({"expired": "true"}, [old]),
        ({"expired": "0"}, [new]),
        ({"createdTime": NOW}, [old]),
        ({"createdTime[gt]": NOW}, [new]),
        ({"createdTime[gte]": NOW}, [new, old]),
        ({"createdTime[lt]": "2026-11-21T14:00:00Z"}, [old]),
        ({"createdTime[gte]": NOW, "createdTime[lte]": SOON}, [old]),
        ({"ids": [old, "link_none"]}, [old]),
        ({"ids": f"{old},{new}"}, [new, old]),
        ({"ids[]": new}, [new]),
        ({"ids[0]": old, "ids[1]": new, "limit": 1}, [new]),
    ]
    for params, found in cases:
        assert await river.ids(**params) == found, params


async def test_files_are_filtered(river: River) -> None:
    small = (await river.upload(title="Größe"))["id"]
    large = (await river.upload(b"%PDF-".ljust(100), "b.pdf", purpose="customer_invoice"))["id"]
    cases: list[tuple[dict[str, Any], list[str]]] = [
        ({"purpose": "customer_invoice"}, [large]),
        ({"fileName": "a.png"}, [small]),
        ({"title": "Größe"}, [small]),
        ({"type": "pdf"}, [large]),
        ({"size": "16"}, [small]),
        ({"size[gt]": "16"}, [large]),
        ({"size[gte]": "16", "size[lt]": "100"}, [small]),
        ({"ids": small}, [small]),
        ({"createdTime[gt]": NOW}, []),
    ]
    for params, found in cases:
        assert await river.ids("/files", **params) == found, params


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"limit": "0"}, "invalid_parameter"),
        ({"limit": "101"}, "invalid_parameter"),
        ({"limit": "ten"}, "invalid_format"),
        ({"expired": "perhaps"}, "invalid_format"),
        ({"createdTime": "yesterday"}, "invalid_format"),
        ({"createdTime[around]": NOW}, "unknown_parameter"),
        ({"startingAfter": "link_none"}, "invalid_parameter"),
        ({"endingBefore": "link_none"}, "invalid_parameter"),
        ({"fileId": ""}, "invalid_string_empty"),
        ({"ids": ",".join("x" * 1001)}, "invalid_format"),
        ({"purpose": PURPOSE}, "unknown_parameter"),
    ],
)
async def test_a_query_is_refused_by_the_parameter_at_fault(
    river: River, params: dict[str, str], code: str
) -> None:
    error = error_of(await river.http.get("/file-links", params=params), 400)
    assert (error["code"], error["parameter"]) == (code, next(iter(params)))


async def test_keys_are_taken_both_ways_and_nothing_else(spoken: Spoken) -> None:
    secret = spoken.dialects["digitalriver"]["secret"]
    assert secret.startswith("sk_test_")
    version = {"digitalriver-version": "2021-12-13"}
    basic = spoken.client("digitalriver", auth=(secret, ""), headers=version)
    assert (await basic.get("/files")).status_code == 200
    nobody = spoken.client("digitalriver", auth=None)
    stripe = spoken.dialects["stripe"]["secret"]
    for header in (None, "Bearer ", f"Bearer {secret}x", f"Bearer {stripe}", "Basic !"):
        headers = {} if header is None else {"Authorization": header}
        assert error_of(await nobody.get("/files", headers=headers), 401)["type"] == "unauthorized"
    wrong = await basic.get("/files", headers={"digitalriver-version": "newest"})
    assert error_of(wrong, 400)["parameter"] == "digitalriver-version"


async def test_too_many_requests_have_to_wait_their_time(open_spoken: Callable[..., Spoken]) -> None:
    river = River(open_spoken(rates=True))
    for _ in range(25):
        await river.ids("/files")
    for _ in range(2):
        answer = await river.http.get("/files")
        assert error_of(answer, 429)["type"] == "too_many_requests"
        assert answer.headers["retry-after"] == "1"
    river.spoken.clock.move(seconds=0.5)
    assert (await river.http.get("/files")).status_code == 429
    river.spoken.clock.move(seconds=0.5)
    await river.ids("/files")


async def test_dialects_see_nothing_of_each_other(river: River) -> None:
    await river.upload()
    assert (await river.spoken.client("stripe").get("/v1/files")).json()["data"] == []
    assert len((await river.spoken.owner.get("/api/files")).json()["data"]) == 1

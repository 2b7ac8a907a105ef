"""The Finix dialect does what its contract says, quirks and all."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest

from tests.server.dialects.conftest import Spoken

VERSION = {"Finix-Version": "2022-02-01"}
PDF = b"%PDF-1.4 statement"


@pytest.fixture
def finix(spoken: Spoken) -> httpx.AsyncClient:
    return client(spoken)


def client(spoken: Spoken, **options: Any) -> httpx.AsyncClient:
    account = spoken.dialects["finix"]
    auth = options.pop("auth", (account["username"], account["secret"]))
    return spoken.client("finix", auth=auth, headers=VERSION | options.pop("headers", {}), **options)


async def file(finix: httpx.AsyncClient, **fields: Any) -> dict[str, Any]:
    answer = await finix.post("/files", json={"display_name": "Statement", "type": "BANK_STATEMENT"} | fields)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def uploaded(finix: httpx.AsyncClient, name: str = "a.pdf") -> dict[str, Any]:
    made = await file(finix)
    answer = await finix.post(f"/files/{made['id']}/upload", files={"file": (name, PDF, "application/pdf")})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def link(finix: httpx.AsyncClient, file_id: str, **fields: Any) -> dict[str, Any]:
    answer = await finix.post(f"/files/{file_id}/external_links", json={"type": "DOWNLOAD"} | fields)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def errors_of(answer: httpx.Response) -> list[tuple[str, str]]:
    body = answer.json()
    errors = body["_embedded"]["errors"]
    assert body["total"] == len(errors)
    assert all(isinstance(error["logref"], str) and error["_links"]["self"]["href"] for error in errors)
    return [(error["code"], error["message"]) for error in errors]


async def test_a_record_comes_first_and_then_its_bytes(finix: httpx.AsyncClient, spoken: Spoken) -> None:
    made = await file(finix, tags={"order": "42"}, linked_to="MU1")
    assert (made["status"], made["extension"], made["file_name"]) == ("REQUIRES_UPLOAD", None, None)
    assert (made["linked_to"], made["linked_type"], made["tags"]) == ("MU1", "MERCHANT", {"order": "42"})
    sent = await finix.post(f"/files/{made['id']}/upload", files={"file": ("ü.txt", b"plain", "text/plain")})
    assert (sent.json()["status"], sent.json()["extension"], sent.json()["file_name"]) == (
        "PENDING",
        "txt",
        "ü.txt",
    )
    spoken.clock.move(seconds=3)
    assert (await finix.get(f"/files/{made['id']}")).json()["status"] == "UPLOADED"
    for query, kind in (("", "attachment"), ("?stream=true", "inline")):
        got = await finix.get(f"/files/{made['id']}/download{query}")
        assert got.content == b"plain"
        assert got.headers["content-disposition"].startswith(kind)


async def test_a_record_without_a_name_is_called_after_its_id(finix: httpx.AsyncClient) -> None:
    made = await file(finix, display_name=None)
    assert made["display_name"] == f"FILE_({made['id']})"
    assert (await finix.get(f"/files/{made['id']}/download")).status_code == 404


async def test_a_stranger_gets_the_bytes_until_the_link_runs_out(
    finix: httpx.AsyncClient, spoken: Spoken
) -> None:
    made = await link(finix, (await uploaded(finix))["id"], type="VIEW", duration=30, tags={"a": "b"})
    assert (made["duration"], made["expired"], made["tags"]) == (None, False, {"a": "b"})
    got = await spoken.stranger.get(made["url"])
    assert (got.content, got.status_code) == (PDF, 200)
    assert (await spoken.stranger.put(made["url"], content=b"x")).status_code == 403
    assert (await spoken.stranger.get(made["url"].partition("?")[0])).status_code == 403
    spoken.clock.move(seconds=30 * 60)
    gone = await spoken.stranger.get(made["url"])
    assert gone.status_code == 403
    assert ET.fromstring(gone.text).findtext("Code") == "AccessDenied"
    path = f"/files/{made['file_id']}/external_links/{made['id']}"
    assert (await finix.get(path)).json()["expired"] is True


async def test_a_stranger_hands_a_file_in_through_an_upload_link(
    finix: httpx.AsyncClient, spoken: Spoken
) -> None:
    made = await file(finix)
    upload = await link(finix, made["id"], type="UPLOAD", duration=15)
    wrong = await spoken.stranger.get(upload["url"])
    assert ET.fromstring(wrong.text).findtext("Code") == "SignatureDoesNotMatch"
    assert (await spoken.stranger.put(upload["url"], content=PDF)).status_code == 200
    assert (await finix.get(f"/files/{made['id']}")).json()["status"] == "PENDING"
    assert (await finix.get(f"/files/{made['id']}/download")).content == PDF


async def test_bytes_sent_again_take_the_place_of_the_first(finix: httpx.AsyncClient) -> None:
    made = await uploaded(finix)
    await finix.post(f"/files/{made['id']}/upload", files={"file": ("b.csv", b"a,b", "text/csv")})
    assert (await finix.get(f"/files/{made['id']}/download")).content == b"a,b"
    assert (await finix.get(f"/files/{made['id']}")).json()["extension"] == "csv"


async def test_no_link_hands_out_what_is_not_there(finix: httpx.AsyncClient) -> None:
    made = await file(finix)
    refused = await finix.post(f"/files/{made['id']}/external_links", json={"type": "DOWNLOAD"})
    assert errors_of(refused) == [("BAD_REQUEST", f"File {made['id']} has no upload yet.")]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "type"),
        ({"type": "GIFT"}, "type"),
        ({"type": "UPLOAD", "duration": 0}, "duration"),
        ({"type": "UPLOAD", "duration": 10_081}, "duration"),
        ({"type": "UPLOAD", "duration": "30"}, "duration"),
        ({"type": "UPLOAD", "tags": {"k": 1}}, "tags"),
    ],
)
async def test_a_wrong_link_is_refused_naming_the_field(
    finix: httpx.AsyncClient, body: dict[str, Any], field: str
) -> None:
    made = await file(finix)
    refused = await finix.post(f"/files/{made['id']}/external_links", json=body)
    assert refused.status_code == 422
    assert refused.json()["_embedded"]["errors"][0]["field"] == field


async def test_everything_wrong_with_tags_is_told_at_once(finix: httpx.AsyncClient) -> None:
    tags = {f"k{number}": "v" for number in range(51)} | {"k" * 41: "v", "long": "v" * 501}
    refused = await finix.post("/files", json={"tags": tags})
    assert [code for code, _ in errors_of(refused)] == ["INVALID_FIELD"] * 3


async def test_lists_are_paged_newest_first_in_both_directions(finix: httpx.AsyncClient) -> None:
    made = [(await file(finix, display_name=f"f{number}"))["id"] for number in range(5)][::-1]
    first = (await finix.get("/files", params={"limit": 2})).json()
    assert [one["id"] for one in first["_embedded"]["files"]] == made[:2]
    cursor = first["page"]["next_cursor"]
    second = (await finix.get("/files", params={"limit": 2, "after_cursor": cursor})).json()
    assert [one["id"] for one in second["_embedded"]["files"]] == made[2:4]
    last = (
        await finix.get("/files", params={"limit": 2, "after_cursor": second["page"]["next_cursor"]})
    ).json()
    assert (last["page"]["next_cursor"], len(last["_embedded"]["files"])) == (None, 1)
    back = (await finix.get("/files", params={"limit": 2, "before_cursor": made[2]})).json()
    assert [one["id"] for one in back["_embedded"]["files"]] == made[:2]
    assert (await finix.get("/files", params={"after_cursor": "None"})).json()["_embedded"]["files"] == []
    assert (await finix.get("/files", params={"after_cursor": "gone"})).status_code == 400
    assert (await finix.get("/files", params={"limit": 101})).status_code == 400


async def test_lists_are_narrowed_by_id_and_time(finix: httpx.AsyncClient, spoken: Spoken) -> None:
    early = (await uploaded(finix))["id"]
    spoken.clock.move(seconds=3600)
    late = await file(finix)
    split = late["created_at"].rstrip("Z").partition(".")[0]

    async def ids(**query: str) -> list[str]:
        answer = await finix.get(
            "/files", params={name.replace("_at_", "_at."): one for name, one in query.items()}
        )
        return [one["id"] for one in answer.json()["_embedded"]["files"]]

    assert await ids(id=early) == [early]
    assert await ids(created_at_gte=split) == [late["id"]]
    assert await ids(created_at_lte=split) == [late["id"], early]
    assert await ids(updated_at_gte=split) == [late["id"]]
    await finix.post(f"/files/{early}/upload", files={"file": ("a.pdf", PDF, "application/pdf")})
    assert early in await ids(updated_at_gte=split)
    assert (await finix.get("/files", params={"created_at.gte": "soon"})).status_code == 400
    one, two = await link(finix, early), await link(finix, early, type="VIEW")
    told = (await finix.get(f"/files/{early}/external_links", params={"id": one["id"]})).json()
    assert [each["id"] for each in told["_embedded"]["external_links"]] == [one["id"]]
    told = (await finix.get(f"/files/{early}/external_links")).json()
    assert [each["id"] for each in told["_embedded"]["external_links"]] == [two["id"], one["id"]]


async def test_who_is_not_known_gets_unknown(spoken: Spoken) -> None:
    for auth in (None, ("US1", "wrong")):
        async with client(spoken, auth=auth) as stranger:
            refused = await stranger.get("/files")
            assert refused.status_code == 401
            assert errors_of(refused)[0][0] == "UNKNOWN"
            assert refused.headers["x-request-id"]


async def test_an_old_version_pages_by_offset(spoken: Spoken) -> None:
    async with client(spoken, headers={"Finix-Version": "2022-2-1"}) as old:
        page = (await old.get("/files")).json()["page"]
        assert "next_cursor" not in page
        assert page["offset"] == 0


async def test_what_is_not_there_is_not_found(finix: httpx.AsyncClient) -> None:
    made, other = await uploaded(finix), await uploaded(finix)
    foreign = await link(finix, other["id"])
    for path in (
        "/files/FILE_x",
        f"/files/{made['id']}/external_links/{foreign['id']}",
        "/files/FILE_x/download",
    ):
        answer = await finix.get(path)
        assert (answer.status_code, errors_of(answer)[0][0]) == (404, "NOT_FOUND")
    assert (await finix.delete(f"/files/{made['id']}")).status_code == 405
    assert (await finix.get("/files", headers={"Accept": "text/html"})).status_code == 406
    assert (
        await finix.post("/files", content=b"a=b", headers={"Content-Type": "text/plain"})
    ).status_code == 400


async def test_many_links_are_paged_through(finix: httpx.AsyncClient) -> None:
    made = await file(finix)
    ids = {(await link(finix, made["id"], type="UPLOAD"))["id"] for _ in range(250)}
    seen: set[str] = set()
    cursor: str | None = None
    while True:
        params: dict[str, Any] = {"limit": 100} | ({"after_cursor": cursor} if cursor else {})
        page = (await finix.get(f"/files/{made['id']}/external_links", params=params)).json()
        seen |= {one["id"] for one in page["_embedded"]["external_links"]}
        cursor = page["page"]["next_cursor"]
        if cursor is None:
            break
    assert seen == ids

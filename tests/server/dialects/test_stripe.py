"""The Stripe dialect by hand: what it refuses, how it pages, what lasts and what ends."""

from __future__ import annotations

import asyncio
import base64
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest

from tests.server.conftest import PUBLIC
from tests.server.dialects.conftest import Spoken

PNG = b"\x89PNG\r\n\x1a\n" + bytes(8)
NOW = 1_795_262_400
"""Where the test's clock stands, in seconds."""
DAY = 86_400
LINK = "file_link_data"


class Stripe:
    """A client with the few calls that the tests repeat."""

    def __init__(self, spoken: Spoken, **options: Any) -> None:
        self.spoken = spoken
        self.http = spoken.client("stripe", **options)

    async def upload(self, data: bytes = PNG, name: str = "a.png", **fields: str) -> dict[str, Any]:
        answer = await self.http.post(
            "/v1/files", data={"purpose": "dispute_evidence"} | fields, files={"file": (name, data)}
        )
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def link(self, **fields: object) -> dict[str, Any]:
        answer = await self.http.post("/v1/file_links", data=fields)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def update(self, link: dict[str, Any], **fields: object) -> httpx.Response:
        return await self.http.post(f"/v1/file_links/{link['id']}", data=fields)

    async def ids(self, path: str = "/v1/file_links", **params: Any) -> list[str]:
        answer = await self.http.get(path, params=params)
        assert answer.status_code == 200, answer.text
        return [found["id"] for found in answer.json()["data"]]

    async def fetch(self, url: str) -> httpx.Response:
        return await self.spoken.stranger.get(url)


@pytest.fixture
async def stripe(spoken: Spoken) -> AsyncIterator[Stripe]:
    opened = Stripe(spoken)
    yield opened
    await opened.http.aclose()


def error_of(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["request-id"].startswith("req_")
    return dict(answer.json()["error"])


async def test_a_file_has_every_field_as_documented(stripe: Stripe) -> None:
    file = await stripe.upload(name="/home/me/Größe 雪.png")
    base = stripe.spoken.dialects["stripe"]["base_url"]
    assert file == {
        "id": file["id"],
        "object": "file",
        "created": NOW,
        "expires_at": NOW + 270 * DAY,
        "filename": "Größe 雪.png",
        "links": {
            "object": "list",
            "data": [],
            "has_more": False,
            "url": f"/v1/file_links?file={file['id']}",
        },
        "purpose": "dispute_evidence",
        "size": len(PNG),
        "title": None,
        "type": "png",
        "url": f"{base}/v1/files/{file['id']}/contents",
    }
    assert len(file["id"]) == len("file_1Mr4LDLkdIwHu7ixFCz0dZiH")
    assert (await stripe.http.get(f"/v1/files/{file['id']}")).json() == file


async def test_a_name_comes_back_with_its_quotes(stripe: Stripe) -> None:
    assert (await stripe.upload(name='a "b";c%2.png'))["filename"] == 'a "b";c%2.png'


async def test_a_link_has_every_field_as_documented(stripe: Stripe) -> None:
    file = await stripe.upload()
    link = await stripe.link(**{"file": file["id"], "expires_at": NOW + 60, "metadata[order]": "6735"})
    assert link | {"id": "", "url": ""} == {
        "id": "",
        "object": "file_link",
        "created": NOW,
        "expired": False,
        "expires_at": NOW + 60,
        "file": file["id"],
        "livemode": False,
        "metadata": {"order": "6735"},
        "url": "",
    }
    assert (await stripe.http.get(f"/v1/file_links/{link['id']}")).json() == link
    never = await stripe.link(file=file["id"])
    assert (never["expires_at"], never["metadata"]) == (None, {})


async def test_the_address_gives_the_bytes_until_the_link_expires(stripe: Stripe) -> None:
    file = await stripe.upload()
    link = await stripe.link(file=file["id"], expires_at=NOW + 60)
    answer = await stripe.fetch(link["url"])
    assert (answer.content, answer.headers["content-disposition"][:6]) == (PNG, "inline")
    stripe.spoken.clock.move(seconds=60)
    for method in ("GET", "HEAD"):
        assert (await stripe.spoken.stranger.request(method, link["url"])).status_code == 410
    assert (await stripe.http.get(f"/v1/file_links/{link['id']}")).json()["expired"] is True
    assert (await stripe.fetch(link["url"] + "x")).status_code == 410


async def test_the_address_names_account_and_mode_as_stripes_does(stripe: Stripe) -> None:
    link = await stripe.link(file=(await stripe.upload())["id"])
    token = link["url"].rpartition("/")[2]
    version, account, tail = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode().split("|")
    assert version == "00"
    assert account.removeprefix("acct_1") in stripe.spoken.dialects["stripe"]["secret"]
    assert tail.startswith("fl_test_")


async def test_the_file_ends_its_links_and_its_contents(stripe: Stripe) -> None:
    file = await stripe.upload(purpose="customer_signature")
    link = await stripe.link(file=file["id"], expires_at=NOW + 30 * DAY)
    assert file["expires_at"] == NOW + 7 * DAY
    stripe.spoken.clock.move(days=7)
    assert (await stripe.fetch(link["url"])).status_code == 410
    error_of(await stripe.http.get(f"/v1/files/{file['id']}/contents"), 404)


async def test_contents_are_only_for_the_secret(stripe: Stripe) -> None:
    file = await stripe.upload()
    assert (await stripe.http.get(file["url"])).content == PNG
    error_of(await stripe.fetch(file["url"]), 401)
    hidden = await stripe.upload(purpose="identity_document")
    assert hidden["url"] is None
    error_of(await stripe.http.get(f"/v1/files/{hidden['id']}/contents"), 403)


async def test_what_the_owner_takes_back_has_expired_here(stripe: Stripe) -> None:
    link = await stripe.link(file=(await stripe.upload())["id"])
    (owned,) = (await stripe.spoken.owner.get("/api/links")).json()["data"]
    await stripe.spoken.owner.post(f"/api/links/{owned['id']}/revoke")
    assert await stripe.ids(expired="true") == [link["id"]]
    assert (await stripe.fetch(link["url"])).status_code == 410
    await stripe.spoken.owner.delete(f"/api/links/{owned['id']}")
    error_of(await stripe.http.get(f"/v1/file_links/{link['id']}"), 404)


async def test_a_file_that_the_owner_deletes_ends_its_links(stripe: Stripe) -> None:
    file = await stripe.upload()
    link = await stripe.link(file=file["id"])
    (owned,) = (await stripe.spoken.owner.get("/api/files")).json()["data"]
    await stripe.spoken.owner.delete(f"/api/files/{owned['id']}", params={"force": "true"})
    error_of(await stripe.http.get(f"/v1/files/{file['id']}"), 404)
    left = (await stripe.http.get(f"/v1/file_links/{link['id']}", params={"expand[]": "file"})).json()
    assert (left["file"], left["expired"]) == (file["id"], True)
    assert (await stripe.fetch(link["url"])).status_code == 410


async def test_a_password_that_the_owner_sets_is_asked_for_here_too(stripe: Stripe) -> None:
    link = await stripe.link(file=(await stripe.upload())["id"])
    (owned,) = (await stripe.spoken.owner.get("/api/links")).json()["data"]
    await stripe.spoken.owner.patch(f"/api/links/{owned['id']}", json={"password": "sesame"})
    assert (await stripe.fetch(link["url"])).status_code == 401
    assert (await stripe.spoken.stranger.get(link["url"], auth=("", "sesame"))).content == PNG


async def test_an_expiry_moves_ends_and_goes_away(stripe: Stripe) -> None:
    link = await stripe.link(file=(await stripe.upload())["id"])
    assert (await stripe.update(link, expires_at=NOW + 5)).json()["expires_at"] == NOW + 5
    assert (await stripe.update(link, expires_at="")).json()["expires_at"] is None
    assert error_of(await stripe.update(link, expires_at=NOW), 400)["param"] == "expires_at"
    ended = (await stripe.update(link, expires_at="now")).json()
    assert (ended["expires_at"], ended["expired"]) == (NOW, True)
    for change in ({"expires_at": NOW + 5}, {"expires_at": ""}, {"metadata[a]": "b"}):
        assert error_of(await stripe.update(link, **change), 400)["type"] == "invalid_request_error"


async def test_metadata_is_merged_and_unset(stripe: Stripe) -> None:
    pairs = {"metadata[a]": "1", "metadata[7]": "ü", "metadata[empty]": ""}
    link = await stripe.link(file=(await stripe.upload())["id"], **pairs)
    assert link["metadata"] == {"7": "ü", "a": "1"}

    async def after(**change: str) -> object:
        return (await stripe.update(link, **change)).json()["metadata"]

    assert await after(**{"metadata[b]": "2"}) == {"7": "ü", "a": "1", "b": "2"}
    assert await after(**{"metadata[a]": "", "metadata[none]": ""}) == {"7": "ü", "b": "2"}
    assert await after(expires_at="") == {"7": "ü", "b": "2"}
    too_many = {f"metadata[{n}]": "" if n == 7 else "v" for n in range(51)}
    assert error_of(await stripe.update(link, **too_many), 400)["param"] == "metadata"
    assert await after(metadata="") == {}


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"metadata[" + "k" * 41 + "]": "v"}, "metadata"),
        ({"metadata[k]": "v" * 501}, "metadata"),
        ({f"metadata[{n}]": "v" for n in range(51)}, "metadata"),
        ({"metadata": "text"}, "metadata"),
        ({"metadata[a][b]": "deep"}, "metadata"),
        ({"expires_at": "now"}, "expires_at"),
        ({"expires_at": ""}, "expires_at"),
        ({"expires_at": str(NOW)}, "expires_at"),
        ({"expires_at": "2027-01-01"}, "expires_at"),
        ({"expires_at": "9" * 14}, "expires_at"),
        ({"expires_at": "9" * 40}, "expires_at"),
        ({"file": ""}, "file"),
        ({"file": "file_none"}, "file"),
        ({"expand[]": "url"}, "expand"),
        ({"expand": "file"}, "expand"),
        ({"surprise": "1"}, "surprise"),
        ({"file[a]": "1"}, "file"),
        ({"a[b": "1"}, "a[b"),
    ],
)
async def test_a_link_is_refused_by_the_parameter_at_fault(
    stripe: Stripe, fields: dict[str, str], param: str
) -> None:
    body = {"file": (await stripe.upload())["id"]} | fields
    if "file[a]" in body:
        del body["file"]
    error = error_of(await stripe.http.post("/v1/file_links", data=body), 400)
    assert (error["type"], error["param"]) == ("invalid_request_error", param)
    assert await stripe.ids() == []


async def test_codes_are_those_that_stripe_documents(stripe: Stripe) -> None:
    async def code(method: str, path: str, status: int = 400, **options: Any) -> str:
        return str(error_of(await stripe.http.request(method, path, **options), status)["code"])

    assert await code("POST", "/v1/file_links", data={}) == "parameter_missing"
    assert await code("POST", "/v1/file_links", data={"file": ""}) == "parameter_invalid_empty"
    assert await code("GET", "/v1/files", params={"what": "1"}) == "parameter_unknown"
    assert await code("GET", "/v1/files", params={"limit": "ten"}) == "parameter_invalid_integer"
    assert await code("GET", "/v1/files", params={"limit": "101"}) == "parameter_invalid_integer"
    assert await code("GET", "/v1/files", params={"limit": "0"}) == "parameter_invalid_integer"
    assert await code("GET", "/v1/files", params={"created[gt]": "x"}) == "parameter_invalid_integer"
    assert await code("GET", "/v1/files", params={"created": "x"}) == "parameter_invalid_integer"
    assert await code("GET", "/v1/files", params={"starting_after": "x"}) == "resource_missing"
    assert await code("GET", "/v1/file_links", params={"file": "x"}) == "resource_missing"
    both = {"starting_after": "x", "ending_before": "y"}
    assert await code("GET", "/v1/files", params=both) == "parameters_exclusive"
    assert await code("GET", "/v1/files/file_none", 404) == "resource_missing"
    assert await code("GET", "/v1/file_links/link_none", 404) == "resource_missing"
    assert await code("POST", "/v1/file_links/link_none", 404) == "resource_missing"


async def test_there_is_no_delete_and_no_update_of_files(stripe: Stripe) -> None:
    file = await stripe.upload()
    link = await stripe.link(file=file["id"])
    for method, path in (
        ("DELETE", f"/v1/file_links/{link['id']}"),
        ("DELETE", f"/v1/files/{file['id']}"),
        ("POST", f"/v1/files/{file['id']}"),
        ("GET", "/v1/nothing"),
        ("GET", "/v1/files/"),
    ):
        error = error_of(await stripe.http.request(method, path), 404)
        assert error["message"].startswith(f"Unrecognized request URL ({method}: {path})")


async def test_json_is_no_language_of_this_api(stripe: Stripe) -> None:
    error = error_of(await stripe.http.post("/v1/file_links", json={"file": "x"}), 400)
    assert "application/x-www-form-urlencoded" in error["message"]


@pytest.mark.parametrize(
    ("fields", "head", "size", "name", "param"),
    [
        ({"purpose": "selfie"}, PNG, 16, "a.png", "purpose"),
        ({"purpose": "nonsense"}, PNG, 16, "a.png", "purpose"),
        ({"purpose": ""}, PNG, 16, "a.png", "purpose"),
        ({"purpose": "pci_document"}, PNG, 16, "a.pdf", "file"),
        ({}, b"plain", 16, "a.txt", "file"),
        ({}, b"%PDF-", (5 << 20) + 1, "a.pdf", "file"),
        ({"purpose": "business_logo"}, PNG, (512 << 10) + 1, "a.png", "file"),
        ({"purpose": "identity_document", LINK + "[create]": "true"}, PNG, 16, "a.png", LINK),
        ({LINK + "[create]": "true", LINK + "[expires_at]": "9"}, PNG, 16, "a", LINK + "[expires_at]"),
        ({LINK + "[create]": "1"}, PNG, 16, "a", LINK + "[create]"),
        ({LINK + "[metadata][a]": "b"}, PNG, 16, "a", LINK + "[create]"),
        ({LINK: "text"}, PNG, 16, "a", LINK),
        ({"title": "x"}, PNG, 16, "a.png", "title"),
    ],
)
async def test_an_upload_is_refused_by_the_parameter_at_fault(
    stripe: Stripe, fields: dict[str, str], head: bytes, size: int, name: str, param: str
) -> None:
    answer = await stripe.http.post(
        "/v1/files",
        data={"purpose": "dispute_evidence"} | fields,
        files={"file": (name, head.ljust(size, b" "))},
    )
    assert error_of(answer, 400)["param"] == param
    assert (await stripe.spoken.owner.get("/api/files")).json()["data"] == []


async def test_an_upload_needs_a_file_and_a_form(stripe: Stripe) -> None:
    post = stripe.http.post
    assert error_of(await post("/v1/files", data={"purpose": "selfie"}), 400)["param"] == "file"
    text = {"purpose": (None, "dispute_evidence"), "file": (None, "text")}
    assert error_of(await post("/v1/files", files=text), 400)["param"] == "file"
    broken = {"Content-Type": "multipart/form-data; boundary=x"}
    error_of(await post("/v1/files", content=b"--y", headers=broken), 400)
    error_of(await post("/v1/files", content=b"--", headers={"Content-Type": "multipart/form-data"}), 400)


async def test_no_link_for_a_purpose_that_allows_none(stripe: Stripe) -> None:
    file = await stripe.upload(purpose="identity_document")
    error = error_of(await stripe.http.post("/v1/file_links", data={"file": file["id"]}), 400)
    assert error["param"] == "file"


async def test_properties_are_expanded(stripe: Stripe) -> None:
    with_link: dict[str, Any] = {LINK + "[create]": "true"}
    file = await stripe.upload(**with_link)
    (link,) = file["links"]["data"]

    async def get(path: str, *expand: str) -> Any:
        params = {f"expand[{n}]": name for n, name in enumerate(expand)}
        return (await stripe.http.get(path, params=params)).json()

    assert (await get(f"/v1/file_links/{link['id']}", "file"))["file"] == file
    assert (await stripe.update(link, **{"expand[]": "file"})).json()["file"] == file
    assert (await get("/v1/file_links", "data.file"))["data"][0]["file"] == file
    deep = await get(f"/v1/files/{file['id']}", "links.data.file")
    assert deep["links"]["data"][0]["file"]["id"] == file["id"]
    assert (await get("/v1/files", "data.links"))["data"] == [file]


async def test_pages_go_both_ways_over_a_thousand_links(stripe: Stripe) -> None:
    file = await stripe.upload()
    many(stripe, file, 1_050)
    seen: list[str] = []
    page: dict[str, Any] = {"has_more": True}
    while page["has_more"]:
        params = {"limit": 100, "file": file["id"]} | ({"starting_after": seen[-1]} if seen else {})
        page = (await stripe.http.get("/v1/file_links", params=params)).json()
        seen += [link["id"] for link in page["data"]]
    assert seen == [f"link_{n}" for n in reversed(range(1_050))]
    assert await stripe.ids() == seen[:10]
    assert await stripe.ids(ending_before=seen[500], limit=3) == seen[497:500]
    first = (await stripe.http.get("/v1/file_links", params={"ending_before": seen[2]})).json()
    assert ([link["id"] for link in first["data"]], first["has_more"]) == (seen[:2], False)
    (embedded,) = (await stripe.http.get("/v1/files")).json()["data"]
    assert (len(embedded["links"]["data"]), embedded["links"]["has_more"]) == (10, True)


def many(stripe: Stripe, file: dict[str, Any], count: int) -> None:
    """Put links into the catalogue at once; a call for each would take the test too long."""
    database = sqlite3.connect(stripe.spoken.store.database.path)
    with database:
        (subject,) = database.execute("SELECT id FROM file").fetchone()
        for n in range(count):
            database.execute(
                "INSERT INTO link (id, kind, name, slug, created_at, updated_at, revision) "
                "VALUES (?, 'view', 'a', ?, ?, 0, ?)",
                (f"l_{n}", f"slug{n}", NOW * 1000, n),
            )
            database.execute("INSERT INTO link_file VALUES (?, 1, ?, '')", (f"l_{n}", subject))
            database.execute(
                "INSERT INTO dialect_object (dialect, kind, id, subject, parent, created_at, fields) "
                "VALUES ('stripe', 'file_link', ?, ?, ?, ?, '{}')",
                (f"link_{n}", f"l_{n}", file["id"], NOW * 1000),
            )
    database.close()


async def test_lists_are_filtered(stripe: Stripe) -> None:
    clock = stripe.spoken.clock
    clock.move(seconds=0.5)
    first = await stripe.upload()
    old = (await stripe.link(file=first["id"], expires_at=NOW + 5))["id"]
    clock.move(seconds=10)
    second = await stripe.upload(purpose="business_icon")
    new = (await stripe.link(file=second["id"]))["id"]
    assert await stripe.ids() == [new, old]
    assert await stripe.ids(file=first["id"]) == [old]
    assert await stripe.ids(expired="true") == [old]
    assert await stripe.ids(expired="false") == [new]
    cases: list[tuple[dict[str, Any], list[str]]] = [
        ({"created": NOW}, [old]),
        ({"created[gt]": NOW}, [new]),
        ({"created[gte]": NOW}, [new, old]),
        ({"created[gte]": NOW + 10, "created[lte]": NOW + 10}, [new]),
        ({"created[lt]": NOW + 10}, [old]),
        ({"created[lte]": NOW - 1}, []),
    ]
    for bounds, found in cases:
        assert await stripe.ids(**bounds) == found, bounds
    assert await stripe.ids("/v1/files", purpose="business_icon") == [second["id"]]
    until: dict[str, Any] = {"created[lte]": NOW}
    assert await stripe.ids("/v1/files", **until) == [first["id"]]


async def test_keys_are_taken_both_ways_and_nothing_else(spoken: Spoken) -> None:
    secret = spoken.dialects["stripe"]["secret"]
    assert secret.startswith("sk_test_51")
    for auth in ((secret, ""), (secret, "ignored")):
        assert (await spoken.client("stripe", auth=auth).get("/v1/files")).status_code == 200
    nobody = spoken.client("stripe", auth=None)
    assert "did not provide" in error_of(await nobody.get("/v1/files"), 401)["message"]
    for header in ("Bearer sk_test_" + "x" * 90, "Basic !", "Bearer ", "Token x", f"Bearer {secret[:-1]}"):
        error = error_of(await nobody.get("/v1/files", headers={"Authorization": header}), 401)
        assert secret[:-1] not in error["message"]
    assert spoken.dialects["stripe"]["base_url"] == f"{PUBLIC}/dialects/stripe"


async def test_connected_accounts_have_objects_of_their_own(spoken: Spoken, stripe: Stripe) -> None:
    other = Stripe(spoken, headers={"Stripe-Account": "acct_1abc"})
    mine, theirs = await stripe.upload(), await other.upload()
    assert await stripe.ids("/v1/files") == [mine["id"]]
    assert await other.ids("/v1/files") == [theirs["id"]]
    error_of(await other.http.get(f"/v1/files/{mine['id']}"), 404)
    link = await other.link(file=theirs["id"])
    assert (await stripe.fetch(link["url"])).content == PNG
    wrong = await stripe.http.get("/v1/files", headers={"Stripe-Account": "nobody"})
    assert error_of(wrong, 403)["code"] == "account_invalid"


async def test_a_key_repeats_the_answer_for_a_day(stripe: Stripe) -> None:
    file, key = await stripe.upload(), {"Idempotency-Key": "k1"}

    async def link(**fields: object) -> httpx.Response:
        body = {"file": file["id"]} | fields
        return await stripe.http.post("/v1/file_links", data=body, headers=key)

    error_of(await link(expires_at=1), 400)
    first = await link()
    again = await link()
    assert again.json() == first.json()
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert again.headers["idempotency-key"] == "k1"
    assert error_of(await link(expires_at=NOW + 9), 400)["type"] == "idempotency_error"
    assert len(await stripe.ids()) == 1
    stripe.spoken.clock.move(hours=24)
    assert (await link()).json()["id"] != first.json()["id"]


async def test_an_upload_is_repeated_by_its_bytes(stripe: Stripe) -> None:
    async def upload(data: bytes) -> httpx.Response:
        form: dict[str, Any] = {"data": {"purpose": "dispute_evidence"}, "files": {"file": ("a.png", data)}}
        return await stripe.http.post("/v1/files", headers={"Idempotency-Key": "k"}, **form)

    first = (await upload(PNG)).json()
    assert (await upload(PNG)).json() == first
    assert error_of(await upload(PNG + b"x"), 400)["type"] == "idempotency_error"
    assert await stripe.ids("/v1/files") == [first["id"]]
    assert len((await stripe.spoken.owner.get("/api/files")).json()["data"]) == 1


async def test_a_key_under_way_is_not_used_twice(stripe: Stripe) -> None:
    file, gate = await stripe.upload(), threading.Event()
    held = asyncio.ensure_future(stripe.spoken.store.database.write(lambda db: gate.wait(10)))

    async def link() -> httpx.Response:
        key = {"Idempotency-Key": "k"}
        return await stripe.http.post("/v1/file_links", data={"file": file["id"]}, headers=key)

    attempts = {asyncio.ensure_future(link()) for _ in range(2)}
    (refused,), (other,) = await asyncio.wait(attempts, return_when=asyncio.FIRST_COMPLETED)
    gate.set()
    assert error_of(await refused, 409)["code"] == "idempotency_key_in_use"
    assert (await other).status_code == 200
    assert await held


async def test_versions_are_named_back(stripe: Stripe) -> None:
    assert (await stripe.http.get("/v1/files")).headers["stripe-version"] == "2026-09-30.endive"
    named = {"Stripe-Version": "2026-10-28.endive"}
    assert (await stripe.http.get("/v1/files", headers=named)).headers[
        "stripe-version"
    ] == "2026-10-28.endive"
    error_of(await stripe.http.get("/v1/files", headers={"Stripe-Version": "latest"}), 400)


async def test_too_many_requests_are_refused_until_time_passes(
    open_spoken: Callable[..., Spoken],
) -> None:
    stripe = Stripe(open_spoken(rates=True))
    for _ in range(20):
        await stripe.ids("/v1/files")
    answer = await stripe.http.get("/v1/files")
    assert error_of(answer, 429)["code"] == "rate_limit"
    assert answer.headers["stripe-rate-limited-reason"] == "endpoint-rate"
    stripe.spoken.clock.move(seconds=1)
    await stripe.ids("/v1/files")


async def test_without_dialects_there_are_none(share: Any) -> None:
    assert (await share.stranger.get("/dialects/stripe/v1/files")).status_code == 404

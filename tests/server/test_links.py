"""The owner's API: links, files, changes, idempotency."""

from __future__ import annotations

import pytest

from tests.server.conftest import Share


async def test_nothing_but_health_and_the_document_is_open_without_the_token(share: Share) -> None:
    assert (await share.stranger.get("/api/health")).status_code == 200
    assert (await share.stranger.get("/api/openapi.json")).status_code == 200
    for path in ("/api/files", "/api/links", "/api/changes", "/api/links/x", "/api/tus/x"):
        answer = await share.stranger.request("HEAD" if "tus" in path else "GET", path)
        assert answer.status_code == 401, path
        assert answer.headers["x-request-id"]


async def test_a_link_has_every_field_of_the_contract(share: Share) -> None:
    file = await share.file(name="report.pdf")
    link = await share.link(file, expires_at="2026-12-01T00:00:00+02:00", metadata={"a": "b"}, slug="my-slug")
    assert link | {"id": "", "files": []} == {
        "id": "",
        "kind": "download",
        "name": "report.pdf",
        "slug": "my-slug",
        "url": "https://share.example/l/my-slug",
        "state": "active",
        "created_at": "2026-11-21T12:00:00.000Z",
        "updated_at": "2026-11-21T12:00:00.000Z",
        "expires_at": "2026-11-30T22:00:00.000Z",
        "revoked_at": None,
        "downloads": 0,
        "download_limit": None,
        "has_password": False,
        "last_download_at": None,
        "files": [],
        "metadata": {"a": "b"},
        "revision": link["revision"],
    }
    assert [entry["id"] for entry in link["files"]] == [file]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"slug": "api"}, "invalid"),
        ({"slug": "no"}, "invalid"),
        ({"slug": "dots.not"}, "invalid"),
        ({"slug": "ѕlug-cyrillic"}, "invalid"),
        ({"slug": "f_" + "a" * 22}, "invalid"),
        ({"expires_at": "2026-11-21T11:59:59Z"}, "expires_in_past"),
        ({"expires_at": "2026-12-01T00:00:00"}, "invalid"),
        ({"expires_at": "9999-12-31T23:59:59-14:00"}, "invalid"),
        ({"password": ""}, "invalid"),
        ({"password": "x" * 1025}, "invalid"),
        ({"password": "é" * 600}, "invalid"),
        ({"download_limit": 0}, "invalid"),
        ({"download_limit": True}, "invalid"),
        ({"metadata": {str(n): "" for n in range(51)}}, "invalid"),
        ({"metadata": {"k": "v" * 501}}, "invalid"),
        ({"files": []}, "invalid"),
        ({"files": [{"id": "f_none"}]}, "invalid"),
        ({"kind": "upload"}, "invalid"),
        ({"surprise": 1}, "invalid"),
    ],
)
async def test_what_cannot_be_used_is_refused_by_field(
    share: Share, change: dict[str, object], code: str
) -> None:
    body = {"kind": "download", "files": [{"id": await share.file()}]} | change
    answer = await share.owner.post("/api/links", json=body)
    assert answer.status_code == 422
    error = answer.json()["error"]
    assert error["code"] == code
    assert error["field"] in {*change, "files"}


async def test_bodies_that_are_no_json_are_refused(share: Share) -> None:
    for raw in (b"", b"{", b"[]", b"\xff", b'{"kind": "\\ud800"}', b"[" * 100_000):
        assert (await share.owner.post("/api/links", content=raw)).status_code == 422
    assert (await share.owner.post("/api/links", content=b" " * 300_000)).status_code == 413


async def test_a_slug_is_taken_also_in_another_case(share: Share) -> None:
    file = await share.file()
    await share.link(file, slug="Slug")
    body = {"kind": "download", "files": [{"id": file}], "slug": "sLUG"}
    answer = await share.owner.post("/api/links", json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "slug_taken")
    assert (await share.stranger.get("/l/sLUG")).status_code == 401


async def test_the_same_key_gives_the_same_link_and_another_body_is_a_conflict(share: Share) -> None:
    body = {"kind": "download", "files": [{"id": await share.file()}]}
    key = {"Idempotency-Key": "k1"}
    first = await share.owner.post("/api/links", json=body, headers=key)
    again = await share.owner.post("/api/links", json=body, headers=key)
    other = await share.owner.post("/api/links", json=body | {"name": "other"}, headers=key)
    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 409)
    assert first.json()["id"] == again.json()["id"]
    assert other.json()["error"]["code"] == "idempotency_conflict"


async def test_every_editable_field_changes_and_null_unsets(share: Share) -> None:
    one, two = await share.file(name="1"), await share.file(name="2")
    link = await share.link(
        one, expires_at="2026-12-01T00:00:00Z", metadata={"a": "1", "b": "2"}, password="p"
    )
    path = f"/api/links/{link['id']}"
    change = {
        "name": "new",
        "slug": "new-slug",
        "expires_at": None,
        "password": None,
        "download_limit": 5,
        "kind": "view",
        "metadata": {"a": None, "c": "3"},
        "files": [{"id": two, "caption": "second"}, {"id": one, "caption": ""}],
    }
    changed = (await share.owner.patch(path, json=change)).json()
    assert (changed["name"], changed["slug"]) == ("new", "new-slug")
    assert changed["expires_at"] is None
    assert not changed["has_password"]
    assert (changed["download_limit"], changed["kind"]) == (5, "view")
    assert changed["metadata"] == {"b": "2", "c": "3"}
    assert [(entry["id"], entry["caption"]) for entry in changed["files"]] == [(two, "second"), (one, "")]
    assert changed["revision"] > link["revision"]


async def test_a_stale_edit_is_refused(share: Share) -> None:
    link = await share.link(await share.file())
    path, tag = f"/api/links/{link['id']}", {"If-Match": f'"{link["revision"]}"'}
    assert (await share.owner.patch(path, json={"name": "x"}, headers=tag)).status_code == 200
    stale = await share.owner.patch(path, json={"name": "y"}, headers=tag)
    assert (stale.status_code, stale.json()["error"]["code"]) == (412, "stale")


async def test_an_expired_link_is_revived_by_editing_and_a_revoked_one_is_not(share: Share) -> None:
    link = await share.link(await share.file(), expires_at="2026-11-21T12:00:02Z")
    path, public = f"/api/links/{link['id']}", f"/l/{link['slug']}"
    assert (await share.stranger.get(public)).status_code == 200
    share.clock.move(seconds=2)
    assert (await share.stranger.get(public)).status_code == 410
    assert (await share.get_link(link))["state"] == "expired"
    await share.owner.patch(path, json={"expires_at": "2026-11-21T13:00:00Z"})
    assert (await share.stranger.get(public)).status_code == 200
    assert (await share.owner.patch(path, json={"expires_at": "now"})).json()["state"] == "expired"
    for _ in range(2):
        assert (await share.owner.post(f"{path}/revoke")).json()["state"] == "revoked"
    refused = await share.owner.patch(path, json={"expires_at": None})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "revoked")


async def test_a_file_in_use_is_deleted_only_by_force_and_its_bytes_go(share: Share) -> None:
    one, two = await share.file(name="1"), await share.file(name="2")
    both, alone = await share.link(one, two), await share.link(one)
    refused = await share.owner.delete(f"/api/files/{one}")
    assert refused.status_code == 409
    assert set(refused.json()["error"]["links"]) == {both["id"], alone["id"]}
    assert (await share.owner.delete(f"/api/files/{one}?force=true")).status_code == 204
    assert [entry["id"] for entry in (await share.get_link(both))["files"]] == [two]
    assert (await share.get_link(alone))["state"] == "revoked"
    assert (await share.owner.get(f"/api/files/{one}")).status_code == 404
    assert share.store.database.read.execute("SELECT count(*) FROM garbage").get == 0


async def test_lists_page_through_everything_once_and_filter(share: Share) -> None:
    file, other = await share.file(), await share.file(name="other")
    made = []
    for number in range(7):
        fields = {"expires_at": f"2026-12-0{number}T00:00:00Z"} if number else {}
        made.append(
            (await share.link(file if number % 2 else other, name=f"number {number}", **fields))["id"]
        )
    for sort, wanted in (("created_at", made[::-1]), ("expires_at", [*made[1:], made[0]])):
        seen: list[str] = []
        cursor: str | None = None
        while True:
            query = {"limit": "3", "sort": sort} | ({"cursor": cursor} if cursor else {})
            page = (await share.owner.get("/api/links", params=query)).json()
            seen += [link["id"] for link in page["data"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert seen == wanted
    await share.owner.post(f"/api/links/{made[3]}/revoke")

    async def count(**query: str) -> int:
        return len((await share.owner.get("/api/links", params=query)).json()["data"])

    assert await count(state="revoked") == 1
    assert await count(state="active") == 6
    assert await count(file=file) == 3
    assert await count(q="NUMBER 4") == 1
    assert await count(expires_before="2026-12-03T00:00:00Z") == 2
    assert await count(kind="upload") == 0
    assert (await share.owner.get("/api/links?cursor=zzz")).json()["error"]["code"] == "bad_cursor"
    assert (await share.owner.get("/api/links?limit=0")).status_code == 422


async def test_the_feed_tells_every_change_and_deletion_once(share: Share) -> None:
    file = await share.file()
    one, two = await share.link(file), await share.link(file)
    await share.stranger.get(f"/l/{one['slug']}")
    await share.owner.delete(f"/api/links/{two['id']}")
    first = (await share.owner.get("/api/changes?since=0&limit=1")).json()
    assert first["more"]
    assert (first["data"][0]["id"], first["data"][0]["link"]["downloads"]) == (one["id"], 1)
    second = (await share.owner.get(f"/api/changes?since={first['next_since']}")).json()
    assert [(row["id"], row["deleted"]) for row in second["data"]] == [(two["id"], True)]
    last = (await share.owner.get(f"/api/changes?since={second['next_since']}")).json()
    assert last == {"data": [], "next_since": second["next_since"], "more": False}

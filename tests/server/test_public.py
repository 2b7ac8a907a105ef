"""What strangers get: bytes, pages, ranges, counting, passwords, and nothing from a dead link."""

from __future__ import annotations

import asyncio
import io
from typing import Any
from zipfile import ZipFile

from tests.server.conftest import PAGE, Share


async def test_a_browser_gets_the_page_and_curl_the_bytes(share: Share) -> None:
    link = await share.link(await share.file(b"bytes", "<b>ü.txt"), name="{{7*7}}<script>")
    page = await share.stranger.get(f"/l/{link['slug']}", headers=PAGE)
    assert "{{7*7}}&lt;script&gt;" in page.text
    assert "&lt;b&gt;ü.txt" in page.text
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert "no-store" in page.headers["cache-control"]
    for path in ("", "/download", "/files/1"):
        answer = await share.stranger.get(f"/l/{link['slug']}{path}")
        assert answer.content == b"bytes"
        assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"


async def test_a_guarded_link_gives_bytes_only_where_they_are_asked_for(share: Share) -> None:
    file = await share.file()
    limited = await share.link(file, download_limit=1)
    plain = await share.stranger.get(f"/l/{limited['slug']}")
    assert plain.status_code == 403
    assert "/download" in plain.text
    assert (await share.stranger.get(f"/l/{limited['slug']}", headers=PAGE)).status_code == 200
    assert (await share.get_link(limited))["downloads"] == 0
    assert (await share.stranger.get(f"/l/{limited['slug']}/download")).content == b"hello"
    assert (await share.stranger.get(f"/l/{limited['slug']}/download")).status_code == 410


async def test_every_route_of_a_locked_link_asks_for_the_password_and_tells_nothing(share: Share) -> None:
    link = await share.link(await share.file(name="secret-name.txt"), password="p", kind="view")
    for path in ("", "/download", "/files/1", "/files/9", "/zip", "/view/1"):
        for headers in ({}, PAGE, {"Range": "bytes=0-1"}, {"If-None-Match": "*"}):
            for method in ("GET", "HEAD"):
                answer = await share.stranger.request(method, f"/l/{link['slug']}{path}", headers=headers)
                assert answer.status_code == 401, (path, headers)
                assert "secret-name" not in answer.text + str(answer.headers)
    allowed = await share.stranger.get(f"/l/{link['slug']}/download", auth=("", "p"))
    assert allowed.content == b"hello"


async def test_the_form_gives_a_cookie_that_opens_only_this_link_with_this_password(share: Share) -> None:
    file = await share.file()
    link, other = await share.link(file, password="p"), await share.link(file, password="p")
    path = f"/l/{link['slug']}"
    wrong = await share.stranger.post(f"{path}/unlock", data={"password": "q"}, headers=PAGE)
    assert wrong.status_code == 401
    right = await share.stranger.post(f"{path}/unlock", data={"password": "p"})
    assert (right.status_code, right.headers["location"]) == (303, path)
    cookie = right.headers["set-cookie"]
    for part in ("HttpOnly", "Secure", "SameSite=lax", f"Path={path}"):
        assert part in cookie
    value = {"Cookie": cookie.split(";")[0]}
    share.stranger.cookies.clear()
    assert (await share.stranger.get(f"{path}/download", headers=value)).status_code == 200
    assert (await share.stranger.get(f"/l/{other['slug']}/download", headers=value)).status_code == 401
    await share.owner.patch(f"/api/links/{link['id']}", json={"password": "new"})
    assert (await share.stranger.get(f"{path}/download", headers=value)).status_code == 401


async def test_guessing_is_slowed_down_per_address_and_link(share: Share) -> None:
    link = await share.link(await share.file(), password="p")
    path = f"/l/{link['slug']}/download"
    for _ in range(5):
        assert (await share.stranger.get(path, auth=("", "x"))).status_code == 401
    blocked = await share.stranger.get(path, auth=("", "p"))
    assert blocked.status_code == 429
    share.clock.move(seconds=int(blocked.headers["retry-after"]))
    assert (await share.stranger.get(path, auth=("", "p"))).status_code == 200


async def test_forty_at_once_with_three_allowed_are_exactly_three(share: Share) -> None:
    link = await share.link(await share.file(b"x" * 3_000_000), download_limit=3)
    path = f"/l/{link['slug']}/download"
    answers = await asyncio.gather(*(share.stranger.get(path) for _ in range(40)))
    assert sorted({answer.status_code for answer in answers}) in ([200, 429], [200, 410], [200, 410, 429])
    assert sum(answer.status_code == 200 for answer in answers) == 3
    told = await share.get_link(link)
    assert (told["downloads"], told["state"]) == (3, "exhausted")


async def test_what_is_not_a_finished_download_is_not_counted(share: Share) -> None:
    link = await share.link(await share.file(), download_limit=5)
    path = f"/l/{link['slug']}/download"
    etag = (await share.stranger.head(path)).headers["etag"]
    assert (await share.stranger.get(path, headers={"If-None-Match": etag})).status_code == 304
    assert (await share.stranger.get(path, headers={"Range": "bytes=9-"})).status_code == 416
    assert (await share.get_link(link))["downloads"] == 0
    part = await share.stranger.get(path, headers={"Range": "bytes=0-1"})
    assert (part.status_code, part.content) == (200, b"hello")
    rest = await share.stranger.get(path, headers={"Range": "bytes=2-"})
    assert (rest.status_code, rest.content) == (206, b"llo")
    assert (await share.get_link(link))["downloads"] == 2


async def test_every_way_of_being_gone_is_the_same_answer(share: Share) -> None:
    file = await share.file()
    expired = await share.link(file, expires_at="2026-11-21T12:00:01Z")
    revoked, deleted = await share.link(file), await share.link(file, password="p")
    used = await share.link(file, download_limit=1)
    await share.stranger.get(f"/l/{used['slug']}/download")
    await share.owner.post(f"/api/links/{revoked['id']}/revoke")
    await share.owner.delete(f"/api/links/{deleted['id']}")
    share.clock.move(seconds=1)
    slugs = [link["slug"] for link in (expired, revoked, deleted, used)] + ["never-was", "..%2f", "%00"]
    for accept in ("text/html", "application/json", "*/*"):
        seen: set[tuple[Any, ...]] = set()
        for slug in slugs:
            for path in ("", "/download", "/files/1", "/zip", "/view/1"):
                answer = await share.stranger.get(f"/l/{slug}{path}", headers={"Accept": accept})
                if slug == "..%2f" and answer.status_code == 404:
                    continue
                headers = {k: v for k, v in answer.headers.items() if k != "x-request-id"}
                seen.add((answer.status_code, answer.text, str(headers)))
        assert len(seen) == 1
        assert next(iter(seen))[0] == 410


async def test_a_files_number_outside_the_link_is_not_there(share: Share) -> None:
    link = await share.link(await share.file())
    for number in ("0", "2", "01", "-1", "1.0", "x", "٣"):
        assert (await share.stranger.get(f"/l/{link['slug']}/files/{number}")).status_code == 404


async def test_several_files_come_as_one_zip_in_order_and_count_once(share: Share) -> None:
    names = ["b.txt", "B.TXT", "b.txt", "..", "con:.txt", "empty"]
    bodies = [b"1", b"2" * 2_500_000, b"3", b"4", b"5", b""]
    files = [await share.file(data, name) for name, data in zip(names, bodies, strict=True)]
    link = await share.link(*files, name="All of it")
    answer = await share.stranger.get(f"/l/{link['slug']}")
    assert 'filename="All of it.zip"' in answer.headers["content-disposition"]
    with ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        assert [archive.read(name) for name in archive.namelist()] == bodies
        assert archive.namelist() == ["b.txt", "B (2).TXT", "b (3).txt", "file", "con_.txt", "empty"]
    assert (await share.get_link(link))["downloads"] == 1


async def test_the_log_tells_who_took_what(share: Share) -> None:
    file = await share.file()
    link = await share.link(file)
    await share.stranger.get(f"/l/{link['slug']}", headers={"User-Agent": "x" * 500})
    await share.stranger.get(f"/l/{link['slug']}/files/1", headers={"Range": "bytes=0-1"})
    rows = (await share.owner.get(f"/api/links/{link['id']}/downloads")).json()["data"]
    assert [(row["state"], row["bytes"], row["file_id"]) for row in rows] == [
        ("partial", 2, file),
        ("complete", 5, file),
    ]
    assert len(rows[1]["agent"]) == 200
    assert rows[1]["address"] == "127.0.0.1"

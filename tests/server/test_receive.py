"""Links that take files in: form, PUT and tus, within their limits."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx

from linktui.linkserver.catalog import links
from tests.server.conftest import PAGE, Share
from tests.server.test_tus import STREAM, TUS, content


async def upload_link(share: Share, **fields: Any) -> dict[str, Any]:
    return await share.link(kind="upload", **fields)


async def names(share: Share, link: dict[str, Any]) -> list[str]:
    return [file["name"] for file in (await share.get_link(link))["files"]]


async def test_the_page_works_with_and_without_its_script(share: Share) -> None:
    link = await upload_link(share, name="Send me plans")
    page = await share.stranger.get(f"/l/{link['slug']}", headers=PAGE)
    assert 'enctype="multipart/form-data"' in page.text
    assert f'data-tus="/l/{link["slug"]}/tus"' in page.text
    for asset in ("/assets/drop.js", "/assets/page.css"):
        assert asset in page.text
        assert (await share.stranger.get(asset)).status_code == 200
    assert (await share.stranger.get("/assets/../app.py")).status_code == 404


async def test_curl_puts_files_with_and_without_a_name(share: Share) -> None:
    link = await upload_link(share)
    for path, name in (("/plan.pdf", "plan.pdf"), ("/", "file"), ("", "file"), ("/plan.pdf", "plan.pdf")):
        answer = await share.stranger.put(f"/l/{link['slug']}{path}", content=b"data")
        assert answer.status_code == 201
        assert name in answer.text
    told = await share.get_link(link)
    assert [file["name"] for file in told["files"]] == ["plan.pdf", "file", "file", "plan.pdf"]
    assert told["downloads"] == 4
    file = (await share.owner.get(f"/api/files/{told['files'][0]['id']}")).json()
    assert file["from_link"] == link["id"]
    assert await content(share, file["id"]) == b"data"


async def test_a_plain_form_sends_several_files(share: Share) -> None:
    link = await upload_link(share)
    big = bytes(range(256)) * 12_000
    form = [
        ("files", ("../b.txt", b"one", "text/html")),
        ("files", ("", b"", "application/octet-stream")),
        ("files", ("é.bin", big, "x/y")),
    ]
    answer = await share.stranger.post(f"/l/{link['slug']}/upload", files=form, headers=PAGE)
    assert answer.status_code == 201
    assert "é.bin" in answer.text
    assert await names(share, link) == ["b.txt", "é.bin"]
    last = (await share.get_link(link))["files"][1]["id"]
    assert await content(share, last) == big


async def test_a_form_that_breaks_off_leaves_no_half_file(share: Share) -> None:
    link = await upload_link(share)
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    head = b'--b\r\nContent-Disposition: form-data; name="files"; filename="x"\r\n\r\nhalf'
    for body in (head, b"", b"nonsense", b"--b\r\n" + b"H" * 70_000 + b": x\r\n\r\n"):
        answer = await share.stranger.post(f"/l/{link['slug']}/upload", content=body, headers=headers)
        assert answer.status_code == 400
    assert (await share.stranger.post(f"/l/{link['slug']}/upload", content=b"x")).status_code == 400
    assert await names(share, link) == []
    assert (await share.owner.get("/api/files")).json()["data"] == []


async def test_the_page_sends_by_tus_without_the_token_and_learns_no_id(share: Share) -> None:
    link = await upload_link(share)
    tus = f"/l/{link['slug']}/tus"
    made = await share.stranger.post(
        tus, headers=TUS | {"Upload-Length": "4", "Upload-Metadata": "filename YS50eHQ="}
    )
    place = made.headers["location"]
    assert place.startswith(tus)
    sent = await share.stranger.patch(place, content=b"data", headers=TUS | STREAM | {"Upload-Offset": "0"})
    assert sent.status_code == 204
    assert "linktui-file" not in sent.headers
    assert await names(share, link) == ["a.txt"]
    other = await upload_link(share)
    foreign = place.replace(link["slug"], other["slug"])
    assert (await share.stranger.head(foreign, headers=TUS)).status_code == 404
    assert (await share.owner.head(f"/api/tus/{place.rpartition('/')[2]}", headers=TUS)).status_code == 404


async def test_no_more_files_than_the_limit_are_taken_even_at_once(share: Share) -> None:
    link = await upload_link(share, download_limit=3)
    path = f"/l/{link['slug']}/x"
    answers = await asyncio.gather(*(share.stranger.put(path, content=b"x") for _ in range(20)))
    statuses = [answer.status_code for answer in answers]
    assert statuses.count(201) == 3
    assert statuses.count(410) == 17
    assert len(await names(share, link)) == 3
    assert len((await share.owner.get("/api/files")).json()["data"]) == 3
    assert list((share.store.database.path.parent / "tmp").iterdir()) == []


async def test_a_locked_upload_link_takes_nothing_without_the_password(share: Share) -> None:
    link = await upload_link(share, password="p")
    path = f"/l/{link['slug']}"
    attempts: list[httpx.Response] = [
        await share.stranger.put(f"{path}/x", content=b"x"),
        await share.stranger.post(f"{path}/upload", files={"files": ("x", b"x")}),
        await share.stranger.post(f"{path}/tus", headers=TUS | {"Upload-Length": "1"}),
        await share.stranger.get(path),
    ]
    assert {answer.status_code for answer in attempts} == {401}
    assert (await share.stranger.put(f"{path}/x", content=b"x", auth=("", "p"))).status_code == 201


async def test_a_link_that_gives_takes_nothing(share: Share) -> None:
    gives = await share.link(await share.file())
    assert (await share.stranger.put(f"/l/{gives['slug']}/x", content=b"x")).status_code == 404


async def test_what_a_link_has_taken_costs_those_who_come_later_nothing(share: Share) -> None:
    link = await share.link(kind="upload")
    for number in range(3):
        assert (await share.stranger.put(f"/l/{link['slug']}/{number}", content=b"x")).status_code == 201
    row = links.by_slug(share.store.database.read, link["slug"])
    assert row is not None
    assert row.files == ()
    assert len((await share.get_link(link))["files"]) == 3

"""What strangers get: bytes, pages, ranges, counting, passwords, and nothing from a dead link."""

from __future__ import annotations

import io
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

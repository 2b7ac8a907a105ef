"""What strangers see of a link of the LiquidFiles dialect, and what each option shuts or opens."""

from __future__ import annotations

import io
import zipfile
from collections.abc import AsyncIterator
from typing import Any

import httpx
import nh3
import pytest

from tests.server.dialects.conftest import Spoken
from tests.server.dialects.test_liquidfiles import BASE, User, error_of, told

PAGE = {"Accept": "text/html"}
PNG = b"\x89PNG\r\n\x1a\n" + bytes(8)


class Visitor:
    """A stranger's browser at one link, which keeps its cookies."""

    def __init__(self, spoken: Spoken, link: dict[str, Any]) -> None:
        self.url = str(link["url"])
        self.http = httpx.AsyncClient(transport=spoken.transport, headers=PAGE, trust_env=False)

    async def get(self, path: str = "", **headers: str) -> httpx.Response:
        return await self.http.get(f"{self.url}{path}", headers=headers)

    async def unlock(self, password: str) -> httpx.Response:
        return await self.http.post(f"{self.url}/unlock", data={"password": password})


@pytest.fixture
async def user(spoken: Spoken) -> AsyncIterator[User]:
    opened = User(spoken)
    yield opened
    await opened.http.aclose()


async def test_the_page_shows_the_files_in_order(user: User) -> None:
    files = [await user.upload(b"x" * n, f"<{n}> ü.txt") for n in (2, 1)]
    link = await user.link(*files)
    await user.put(link, f"attachments/{files[0]['id']}", caption="two & more")
    page = await Visitor(user.spoken, link).get()
    assert page.status_code == 200
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert (
        0
        < page.text.index("&lt;2&gt; ü.txt")
        < page.text.index("two &amp; more")
        < page.text.index("&lt;1&gt;")
    )
    assert link["url"].removeprefix("https://share.example") + "/zip" in page.text


async def test_files_are_downloaded_and_noted(user: User) -> None:
    files = [await user.upload(b"one", "a.txt"), await user.upload(b"two", "a.txt")]
    link = await user.link(*files)
    visitor = Visitor(user.spoken, link)
    answer = await visitor.get(f"/files/{files[1]['id']}", **{"User-Agent": "Browser"})
    assert (answer.content, answer.headers["content-disposition"]) == (b"two", 'attachment; filename="a.txt"')
    archive = zipfile.ZipFile(io.BytesIO((await visitor.get("/zip")).content))
    assert [archive.read(name) for name in archive.namelist()] == [b"one", b"two"]
    zipped, single = (await user.http.get(f"/link/{link['id']}/downloads")).json()["downloads"]
    assert (zipped["attachment_id"], zipped["filename"]) == (None, "a.txt.zip")
    assert single == {
        "id": 1,
        "attachment_id": files[1]["id"],
        "message_id": None,
        "filelink_id": link["id"],
        "filename": "a.txt",
        "size": 3,
        "content_type": "text/plain",
        "checksum": files[1]["checksum"],
        "crc32": files[1]["crc32"],
        "downloaded_at": "2026-11-21T12:00:00.000Z",
        "user_id": single["user_id"],
        "recipient": None,
        "remote_ip": "127.0.0.1",
        "remote_host": "127.0.0.1",
        "download_time": "0.000",
        "download_speed": 3,
        "location": None,
        "user_agent": "Browser",
        "browser": None,
        "os": None,
    }
    assert error_of(await user.http.get("/link/none/downloads"), 404)


async def test_a_slug_is_an_address_beside_the_id(user: User) -> None:
    link = await user.link()
    await user.put(link, "update_slug", slug_input="eula")
    for url in (f"{BASE}/link/eula", link["url"]):
        assert "a.txt" in (await Visitor(user.spoken, {"url": url}).get()).text
    for wrong in ("EULA", "none"):
        answer = await Visitor(user.spoken, {"url": f"{BASE}/link/{wrong}"}).get()
        assert (answer.status_code, "not available" in answer.text) == (410, True)


async def test_a_password_is_asked_for_once(user: User) -> None:
    link = await user.link(password="geheim")
    file = f"/files/{link['attachments'][0]['id']}"
    visitor = Visitor(user.spoken, link)
    page = await visitor.get()
    assert (page.status_code, "a.txt" in page.text) == (401, False)
    assert (await visitor.get(file)).status_code == 401
    assert "not the password" in (await visitor.unlock("falsch")).text
    assert (await visitor.get(file)).status_code == 401
    assert (await visitor.unlock("geheim")).headers["location"] == link["url"].removeprefix(
        "https://share.example"
    )
    assert "a.txt" in (await visitor.get()).text
    assert (await visitor.get(file)).content == b"hello"
    assert (await Visitor(user.spoken, link).get(file)).status_code == 401
    other = await user.link(password="geheim")
    assert (await visitor.http.get(other["url"])).status_code == 401


async def test_whoever_must_sign_in_is_the_owner(user: User) -> None:
    link = await user.link(require_authentication=True)
    file = f"/files/{link['attachments'][0]['id']}"
    visitor = Visitor(user.spoken, link)
    page = await visitor.get()
    assert (page.status_code, "sends no mail" in page.text, "a.txt" in page.text) == (401, True, False)
    for path in (file, "/zip", f"/view/{link['attachments'][0]['id']}"):
        assert (await visitor.get(path)).status_code == 401
    key = user.spoken.dialects["liquidfiles"]["secret"]
    owner = {"Authorization": f"Bearer {key}"}
    assert (await visitor.get(file, **owner)).content == b"hello"
    assert "a.txt" in (await visitor.get("", **owner)).text


async def test_fault_20_what_is_only_viewed_is_not_downloaded(user: User) -> None:
    link = await user.link(await user.upload(b"plain", "a.txt"), await user.upload(b"PK", "b.zip"))
    text, archive = (one["id"] for one in link["attachments"])
    visitor = Visitor(user.spoken, link)
    assert (await visitor.get(f"/view/{text}")).status_code == 404
    await user.put(link, "update_allow_download", allow_download=False)
    for path in (f"/files/{text}", f"/files/{archive}", "/zip"):
        assert (await visitor.get(path)).status_code == 403
    page = (await visitor.get()).text
    assert ("Download<" in page, f"/view/{text}" in page, f"/view/{archive}" in page) == (False, True, False)
    shown = await visitor.get(f"/view/{text}")
    assert (shown.content, shown.headers["content-disposition"]) == (b"plain", 'inline; filename="a.txt"')
    assert (await visitor.get(f"/view/{archive}")).status_code == 404
    assert (await user.http.get(f"/link/{link['id']}/downloads")).json() == {"downloads": []}
    assert (await user.spoken.owner.get("/api/links")).json()["data"][0]["kind"] == "view"


async def test_pictures_show_as_the_display_says(user: User) -> None:
    link = await user.link(await user.upload(PNG, "a.png"))
    visitor = Visitor(user.spoken, link)
    for mode, picture, grid in (("icons", False, False), ("inline", True, False), ("gallery", True, True)):
        await user.put(link, "update_display_mode", display_mode=mode)
        page = (await visitor.get()).text
        assert ("<img" in page, 'class="files gallery"' in page) == (picture, grid), mode


async def test_direct_links_give_a_file_by_its_name(user: User) -> None:
    link = await user.link(await user.upload(PNG, "größe 1.png"))
    visitor = Visitor(user.spoken, link)
    assert (await visitor.get("/raw/größe 1.png")).status_code == 404
    await user.put(link, "update_direct_links", allow_direct_links=True)
    answer = await visitor.get("/raw/größe 1.png")
    assert (answer.content, answer.headers["content-type"]) == (PNG, "image/png")
    assert "/raw/gr%C3%B6%C3%9Fe%201.png" in (await visitor.get()).text
    assert (await visitor.get("/raw/other.png")).status_code == 404
    user.spoken.clock.move(days=15)
    assert (await visitor.get("/raw/größe 1.png")).status_code == 410


async def test_fault_06_header_and_footer_can_do_nothing(user: User) -> None:
    link = await user.link()
    hostile = (
        '<p onclick="x()">Über <b>uns</b></p><script>alert(1)</script><img src="https://x.example/i.gif">'
        '<form action="https://x.example"><input name="password"></form><a href="javascript:x()">y</a>'
        '<style>*{display:none}</style><a href="https://ok.example">ok</a><svg onload="x()"></svg>{{ 7*7 }}'
    )
    stored = told(await user.put(link, "update_header", header_html=hostile))
    assert stored["header_html"] == hostile
    await user.put(link, "update_footer", footer_html="<i>Fuß</i>")
    page = (await Visitor(user.spoken, link).get()).text
    assert "<p>Über <b>uns</b></p>" in page
    assert '<a href="https://ok.example" rel="noopener noreferrer">ok</a>' in page
    assert "{{ 7*7 }}" in page
    assert "<i>Fuß</i>" in page
    for word in (
        "onclick",
        "<script",
        "alert",
        "<img",
        "<form",
        "<input",
        "javascript:",
        "<style",
        "<svg",
        "onload",
    ):
        assert word not in page, word


async def test_fault_07_long_nested_html_is_refused_before_it_is_parsed(
    user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cleaning takes the square of the nesting, so what is parsed at all is counted, and bounded."""
    parsed: list[int] = []

    def clean(html: str, **_: object) -> str:
        parsed.append(len(html))
        return ""

    monkeypatch.setattr(nh3, "clean", clean)
    link = await user.link()
    for call, field in (("update_header", "header_html"), ("update_footer", "footer_html")):
        for size, refused in ((256 * 1024, {413, 422}), (16 * 1024 + 1, {422})):
            answer = await user.put(link, call, **{field: ("<div>" * size)[:size]})
            assert answer.status_code in refused
        assert (await user.put(link, call, **{field: ("<div>" * 4000)[: 16 * 1024]})).status_code == 200
    await Visitor(user.spoken, link).get()
    assert parsed == [16 * 1024] * 2


async def test_fault_11_another_sites_page_unlocks_nothing(user: User) -> None:
    link = await user.link(password="geheim")
    visitor = Visitor(user.spoken, link)
    foreign = {"Sec-Fetch-Site": "cross-site"}
    answer = await visitor.http.post(f"{link['url']}/unlock", data={"password": "geheim"}, headers=foreign)
    assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)

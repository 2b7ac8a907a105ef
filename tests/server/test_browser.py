"""The pages in a real browser: they send, they refuse, they fit a phone, and they run nobody's script."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from linktui.linkserver.server import LinkServer
from tests.server.browser import PHONE, Browser, needs_chromium
from tests.server.conftest import NOWHERE, make_link

pytestmark = needs_chromium


@pytest.fixture
def plans(tmp_path: Path) -> Path:
    """A file of three pieces, with a name that wants care."""
    path = tmp_path / "plans é <b>&.bin"
    path.write_bytes(os.urandom(20_000_000))
    return path


async def received(owner: httpx.AsyncClient, link: dict[str, str]) -> list[tuple[str, str]]:
    files = (await owner.get(f"/api/links/{link['id']}")).json()["files"]
    told = [(await owner.get(f"/api/files/{file['id']}")).json() for file in files]
    return [(file["name"], file["sha256"]) for file in told]


def facts(path: Path) -> tuple[str, str]:
    return path.name, hashlib.sha256(path.read_bytes()).hexdigest()


async def test_a_file_picked_or_dropped_arrives_whole_with_its_progress_shown(
    browser: Browser, owner: httpx.AsyncClient, server: LinkServer, plans: Path
) -> None:
    link = await make_link(owner, None, kind="upload", name="Plans")
    await browser.open(link["url"])
    await browser.run(
        "window.seen = new Set(); const list = document.getElementById('progress');"
        "const note = () => list.querySelectorAll('progress').forEach((bar) => seen.add(bar.value));"
        "new MutationObserver(note)"
        ".observe(list, {subtree: true, childList: true, attributes: true, characterData: true});"
    )
    await browser.type("#files", str(plans))
    await browser.until("document.querySelectorAll('.done').length === 1")
    seen = await browser.run("return [...window.seen]")
    assert any(0 < share < 1 for share in seen), seen
    await browser.drop("#drop", plans)
    await browser.until("document.querySelectorAll('.done').length === 2")
    assert await received(owner, link) == [facts(plans)] * 2
    assert {url for url in await browser.requests() if not url.startswith(f"{server.url}/")} == set()


async def test_the_same_page_sends_without_any_script(
    browser: Browser, owner: httpx.AsyncClient, plans: Path
) -> None:
    link = await make_link(owner, None, kind="upload")
    await browser.scripts(allowed=False)
    await browser.open(link["url"])
    await browser.type("#files", str(plans))
    await browser.click("#submit")
    await browser.until_said("Received, thank you")
    assert plans.name in await browser.text()
    assert await received(owner, link) == [facts(plans)]


async def test_a_link_that_takes_no_more_says_so_on_the_file(
    browser: Browser, owner: httpx.AsyncClient, plans: Path
) -> None:
    link = await make_link(owner, None, kind="upload")
    await browser.open(link["url"])
    await owner.post(f"/api/links/{link['id']}/revoke")
    await browser.type("#files", str(plans))
    await browser.until("document.querySelector('.failed')")
    assert "This link takes no more files." in await browser.text()


async def test_fault_03_nothing_hostile_in_a_view_link_runs(
    browser: Browser, owner: httpx.AsyncClient, server: LinkServer
) -> None:
    ran = f"{server.url}/ran"
    script = f"<script>fetch('{ran}', {{mode: 'no-cors'}})</script>"
    await browser.open(f"data:text/html,{quote(script)}")
    assert ran in await browser.requests()

    svg = f'<svg xmlns="http://www.w3.org/2000/svg" onload="fetch(\'{ran}\')">{script}</svg>'
    tag = f"<img src=x onerror=\"fetch('{ran}')\">"
    sheet = (
        '<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">'
        f'<xsl:template match="/"><html xmlns="http://www.w3.org/1999/xhtml">{script}</html></xsl:template>'
        "</xsl:stylesheet>"
    ).encode()
    page, picture = f"<!doctype html><body>{script}{tag}".encode(), svg.encode()
    hostile = {
        "a.html": page,
        "a.svg": picture,
        "a.xhtml": page,
        "a.txt": page,
        "a.png": page,
        "b.png": b"\x89PNG\r\n\x1a\n" + page,
        "a.gif": f"GIF89a/*{script}*/=1;fetch('{ran}')".encode(),
        "gif.html": f"GIF89a/*{script}*/=1".encode(),
        "a.md": page,
        "a.js": f"fetch('{ran}')".encode(),
        "a.pdf": f"%PDF-1.7\n1 0 obj<</Type/Catalog/OpenAction<</S/URI/URI({ran})>>>>endobj\n".encode(),
        "a.epub": b"PK\x03\x04mimetypeapplication/epub+zip" + page,
        "a.xsl": sheet,
        "a.xml": b'<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="./13"?><a/>',
        f"{tag}.txt": b"x",
    }
    files = []
    for name, data in hostile.items():
        answer = await owner.post("/api/files", params={"name": name}, content=data)
        files.append({"id": answer.json()["id"], "caption": tag})
    assert list(hostile)[12] == "a.xsl"  # which is where a.xml says its style sheet is
    body = {"kind": "view", "name": script, "files": files}
    url = (await owner.post("/api/links", json=body)).json()["url"]
    for path in ("", *(f"/view/{number}" for number in range(1, len(files) + 1))):
        await browser.open(f"{url}{path}")
        asked = await browser.requests()
        assert any(one.startswith(url) for one in asked)
        assert ran not in asked


@pytest.mark.parametrize("dark", [False, True])
async def test_every_page_fits_a_narrow_phone_and_asks_nobody_else(
    browser: Browser, owner: httpx.AsyncClient, server: LinkServer, tmp_path: Path, dark: bool
) -> None:
    await browser.look(width=PHONE, dark=dark)
    long = "Unbroken" * 25
    gives = await make_link(owner, b"x", kind="view", name=long)
    locked = await make_link(owner, b"x", password="p")
    takes = await make_link(owner, None, kind="upload", name=long, download_limit=9)
    small = tmp_path / f"{long}.txt"
    small.write_text("x")

    async def fits() -> None:
        across = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert await browser.run(f"return {across}") <= 0

    for url in (
        gives["url"],
        locked["url"],
        takes["url"],
        f"{server.url}/l/{NOWHERE}",
        f"{server.url}/l/gone",
    ):
        await browser.open(url)
        await fits()
    await browser.open(locked["url"])
    await browser.type("#password", "wrong")
    await browser.click(".button")
    await browser.until_said("not the password")
    await fits()
    await browser.open(takes["url"])
    await browser.type("#files", str(small))
    await browser.until("document.querySelector('.done')")
    await fits()
    await browser.scripts(allowed=False)
    await browser.open(takes["url"])
    await browser.type("#files", str(small))
    await browser.click("#submit")
    await browser.until_said("Received, thank you")
    await fits()
    assert {url for url in await browser.requests() if not url.startswith(f"{server.url}/")} == set()


async def test_a_moment_is_said_in_the_readers_zone_and_way(
    browser: Browser, owner: httpx.AsyncClient
) -> None:
    link = await make_link(owner, b"x", expires_at="2999-12-01T20:30:00Z")
    await browser.devtools("Emulation.setTimezoneOverride", timezoneId="Asia/Tokyo")
    await browser.devtools("Network.setExtraHTTPHeaders", headers={"Accept-Language": "de"})
    await browser.open(link["url"])
    said = str(await browser.run("return document.querySelector('time').textContent"))
    assert said.startswith("2. Dezember 2999")
    assert "05:30" in said
    assert "GMT+9" in said
    await browser.devtools("Network.setExtraHTTPHeaders", headers={})
    await browser.devtools("Emulation.setTimezoneOverride", timezoneId="")

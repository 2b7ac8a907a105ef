"""Every page that somebody gets to see can be used by everybody, by the judgement of axe-core."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import httpx
import pytest
from argon2 import PasswordHasher

from linktui.config.settings import SenderSettings
from linktui.linkserver import passwords
from linktui.linkserver.dialects.base import Dialects
from linktui.linkserver.sender import open_sender
from linktui.linkserver.server import LinkServer
from linktui.linkserver.throttle import FREE
from tests.server.axe import faults, needs_axe
from tests.server.browser import PHONE, Browser, needs_chromium
from tests.server.conftest import NOWHERE, make_link

pytestmark = [needs_chromium, needs_axe]
DESK = 1280
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000a49444154789c63000100000500010d0a2db40000000049454e44ae426082"
)
FILES = {
    "picture.png": PNG,
    "film.webm": b"\x1a\x45\xdf\xa3" + bytes(60),
    "sound.mp3": b"ID3" + bytes(60),
    "words.txt": b"words",
    "page.html": b"<p>page</p>",
    "drawing.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "paper.pdf": b"%PDF-1.7",
    "unknown": b"\x00\x01",
}


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    cheap = partial(PasswordHasher, time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "PasswordHasher", cheap)


@pytest.fixture
async def server(tmp_path: Path, free_port: int) -> AsyncIterator[LinkServer]:
    running = LinkServer(directory=tmp_path, port=free_port, dialects=Dialects())
    await running.start()
    yield running
    await running.stop()


class Judge:
    """Looks at pages and keeps what is wrong with them."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.found: list[str] = []

    async def look(self, page: str) -> None:
        """Judge the page that is open, as it is on a phone and a desk, by day and by night."""
        for width in (PHONE, DESK):
            for dark in (False, True):
                await self.browser.look(width=width, dark=dark)
                look = f"{page}, {width} wide, {'dark' if dark else 'light'}"
                self.found += [f"{look}: {fault}" for fault in await faults(self.browser)]

    async def open(self, pages: dict[str, str]) -> None:
        for page, url in pages.items():
            await self.browser.open(url)
            await self.look(page)


@pytest.fixture
def judge(browser: Browser) -> Judge:
    return Judge(browser)


async def test_a_fault_is_found(browser: Browser, owner: httpx.AsyncClient) -> None:
    await browser.open((await make_link(owner, b"x"))["url"])
    assert await faults(browser) == []
    await browser.run(
        "document.documentElement.lang = ''; document.querySelector('.button').style.color = '#1f60c0'"
    )
    assert [fault.split(" at ")[0] for fault in await faults(browser)] == [
        "violations: color-contrast",
        "violations: html-has-lang",
    ]


async def stored(owner: httpx.AsyncClient) -> list[dict[str, str]]:
    made = [
        (await owner.post("/api/files", params={"name": name}, content=data)).json()
        for name, data in FILES.items()
    ]
    return [
        {"id": one["id"]} | ({"caption": f"One of {one['name']}"} if at % 2 else {})
        for at, one in enumerate(made)
    ]


async def test_pages_that_give_something(judge: Judge, owner: httpx.AsyncClient) -> None:
    files = await stored(owner)
    ends = "2999-12-01T17:00:00Z"
    wanted: dict[str, dict[str, object]] = {
        "one file": {"files": files[:1]},
        "several files": {"files": files, "expires_at": ends, "download_limit": 3},
        "files to view": {"kind": "view", "files": files, "name": "Plans é <b>&"},
        "files to view, so often": {"kind": "view", "files": files, "download_limit": 9, "expires_at": ends},
    }
    pages = {name: (await make_link(owner, None, **fields))["url"] for name, fields in wanted.items()}
    await judge.open(pages)
    assert judge.found == []


async def test_pages_that_ask_or_refuse(judge: Judge, owner: httpx.AsyncClient, server: LinkServer) -> None:
    browser = judge.browser
    live = await make_link(owner, b"x", kind="view")
    locked = await make_link(owner, b"x", password="p")
    pages = {
        "revoked, expired, used up or unknown": f"{server.url}/l/{NOWHERE}",
        "no such file": f"{live['url']}/view/9",
        "an address to guess": f"{server.url}/l/unknown",
        "password": locked["url"],
    }
    await judge.open(pages)
    await browser.type("#password", "wrong")
    await browser.click(".button")
    await browser.until_said("not the password")
    await judge.look("wrong password")
    for _ in range(FREE - 1):
        await owner.get(f"{locked['url']}/download", auth=("", "wrong"))
    await browser.type("#password", "wrong")
    await browser.click(".button")
    await browser.until_said("Too many wrong passwords")
    await judge.look("too many wrong passwords")
    assert judge.found == []


async def test_pages_that_take_something(judge: Judge, owner: httpx.AsyncClient, tmp_path: Path) -> None:
    browser = judge.browser
    link = await make_link(owner, None, kind="upload", name="Plans", download_limit=9)
    note = tmp_path / "note.txt"
    note.write_text("note")
    await judge.open({"upload": link["url"]})
    # One that stays on its way: the browser sends nothing more.
    await browser.run("XMLHttpRequest.prototype.send = () => {};")
    await browser.type("#files", str(note))
    await browser.until("document.querySelector('progress')")
    await judge.look("on its way")
    await browser.open(link["url"])
    await browser.type("#files", str(note))
    await browser.until("document.querySelector('.done')")
    await owner.post(f"/api/links/{link['id']}/revoke")
    await browser.type("#files", str(note))
    await browser.until("document.querySelector('.failed')")
    await judge.look("one received, one refused")

    other = await make_link(owner, None, kind="upload")
    await browser.scripts(allowed=False)
    await browser.open(other["url"])
    await browser.scripts(allowed=True)
    await judge.look("upload without a script")
    await browser.type("#files", str(note))
    await browser.click("#submit")
    await browser.until_said("Received, thank you")
    await judge.look("received")
    assert judge.found == []


async def test_pages_of_a_sender_with_a_logo_and_a_colour_that_is_hard_to_read(
    judge: Judge, tmp_path: Path, free_port: int
) -> None:
    (tmp_path / "logo.png").write_bytes(PNG)
    settings = SenderSettings(name="Ada & Söhne", logo="logo.png", accent="#ffd000")
    sender = open_sender(settings, base=tmp_path)
    running = LinkServer(directory=tmp_path / "theirs", port=free_port, sender=sender)
    await running.start()
    try:
        await judge.open({"a page with a sender": f"{running.url}/l/unknown"})
        assert judge.found == []
        assert await judge.browser.run("return document.querySelector('.sender img').naturalWidth") == 1
        colour = await judge.browser.run(
            "return getComputedStyle(document.querySelector('.button')).backgroundColor"
        )
        assert colour == "rgb(255, 208, 0)"  # by night; by day it is darker
    finally:
        await running.stop()


async def test_the_focus_is_seen_where_it_is(judge: Judge, owner: httpx.AsyncClient) -> None:
    browser = judge.browser
    await browser.open((await make_link(owner, None, kind="upload"))["url"])
    await browser.run("document.getElementById('files').focus()")
    assert (
        await browser.run("return getComputedStyle(document.getElementById('drop')).outlineStyle") == "solid"
    )


@pytest.mark.soak  # the same style sheet and mostly the same templates as those above
async def test_pages_of_the_liquidfiles_dialect(judge: Judge, server: LinkServer) -> None:
    told = server.dialects()["liquidfiles"]
    headers = {"Authorization": f"Bearer {told['secret']}", "Accept": "application/json"}
    async with httpx.AsyncClient(
        base_url=told["base_url"], headers=headers, trust_env=False, timeout=60
    ) as user:
        ids = [
            (await user.post("/link/attachments/upload", params={"filename": name}, content=data)).json()[
                "attachment"
            ]["id"]
            for name, data in FILES.items()
        ]

        async def link(**fields: object) -> str:
            answer = await user.post("/link", json={"link": {"attachment": ids} | fields})
            assert answer.status_code == 200, answer.text
            (made,) = answer.json().values()
            return str(made["url"])

        html = {"header_html": "<h2>From <b>us</b></h2>", "footer_html": "<p>Bye</p>"}
        pages = {
            f"{mode} FileLink": await link(display_mode=mode, allow_direct_links=True, **html)
            for mode in ("icons", "inline", "gallery")
        }
        pages["view-only FileLink"] = await link(allow_download=False)
        pages["locked FileLink"] = await link(password="geheim")
        pages["FileLink for some"] = await link(require_authentication=True)
        pages["unknown FileLink"] = f"{told['base_url']}/link/none"
        pages["API in a browser"] = f"{told['base_url']}/account"
    await judge.open(pages)
    assert judge.found == []

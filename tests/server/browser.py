"""A headless Chromium, driven by plain WebDriver calls. https://www.w3.org/TR/webdriver2/"""

from __future__ import annotations

import asyncio
import base64
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

CHROMIUM, CHROMEDRIVER = shutil.which("chromium"), shutil.which("chromedriver")
PHONE = 320
"""The narrowest screen that the pages are made for."""
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None or CHROMEDRIVER is None, reason="chromium and chromedriver are not installed"
)


@contextmanager
def chromium(profile: Path) -> Iterator[str]:
    """Run a browser with an empty profile; give the address of its WebDriver session."""
    assert CHROMIUM is not None
    assert CHROMEDRIVER is not None
    options = {"binary": CHROMIUM, "args": [*_FLAGS, f"--user-data-dir={profile}"]}
    wanted = {"goog:chromeOptions": options, "goog:loggingPrefs": {"performance": "ALL"}}
    with subprocess.Popen([CHROMEDRIVER, "--port=0"], stdout=subprocess.PIPE, text=True) as driver:
        assert driver.stdout is not None
        try:
            port = next(
                found[1]
                for line in driver.stdout
                if (found := re.search(r"successfully on port (\d+)", line))
            )
            sessions = f"http://127.0.0.1:{port}/session"
            made = httpx.post(
                sessions, json={"capabilities": {"alwaysMatch": wanted}}, timeout=30, trust_env=False
            )
            session = f"{sessions}/{made.json()['value']['sessionId']}"
            yield session
            httpx.delete(session, timeout=30, trust_env=False)
        finally:
            driver.terminate()


class Browser:
    """One session, as the tests speak to it."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def open(self, url: str) -> None:
        await self._post("url", url=url)

    async def run(self, script: str) -> Any:
        """Run the body of a function in the page and return its result."""
        return await self._post("execute/sync", script=script, args=[])

    async def until(self, condition: str) -> None:
        """Return once an expression is true in the page; fails after five seconds."""
        async with asyncio.timeout(60):
            while not await self.run(f"return Boolean({condition})"):
                pass

    async def until_said(self, words: str) -> None:
        """Return once the page shows the words."""
        await self.until(f"document.body?.innerText.includes({json.dumps(words)})")

    async def text(self) -> str:
        return str(await self.run("return document.body.innerText"))

    async def type(self, selector: str, text: str) -> None:
        """Type into an element; into a file input, the path of a file."""
        await self._post(f"element/{await self._find(selector)}/value", text=text)

    async def click(self, selector: str) -> None:
        await self._post(f"element/{await self._find(selector)}/click")

    async def drop(self, selector: str, file: Path) -> None:
        """Drop a file on an element, as from a file manager."""
        box = await self.run(
            f"const box = document.querySelector({json.dumps(selector)}).getBoundingClientRect();"
            "return {x: box.x + box.width / 2, y: box.y + box.height / 2}"
        )
        data = {"items": [], "files": [str(file)], "dragOperationsMask": 1}
        for kind in ("dragEnter", "dragOver", "drop"):
            await self.devtools("Input.dispatchDragEvent", type=kind, data=data, **box)

    async def look(self, *, width: int, height: int = 740, dark: bool = False) -> None:
        """Take on a screen's size and its owner's taste."""
        await self.devtools(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=True
        )
        taste = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        await self.devtools("Emulation.setEmulatedMedia", features=[taste])

    async def scripts(self, *, allowed: bool) -> None:
        await self.devtools("Emulation.setScriptExecutionDisabled", value=not allowed)

    async def screenshot(self) -> bytes:
        """Return a PNG."""
        answer = await self._client.get("screenshot")
        return base64.b64decode(answer.json()["value"])

    async def requests(self) -> list[str]:
        """Return the addresses asked for since the last look."""
        entries = await self._post("se/log", type="performance")
        messages = [json.loads(entry["message"])["message"] for entry in entries]
        sent = [one["params"] for one in messages if one["method"] == "Network.requestWillBeSent"]
        return [str(params["request"]["url"]) for params in sent]

    async def devtools(self, command: str, **parameters: object) -> None:
        await self._post("goog/cdp/execute", cmd=command, params=parameters)

    async def _find(self, selector: str) -> str:
        found = await self._post("element", using="css selector", value=selector)
        return str(found[_ELEMENT])

    async def _post(self, command: str, **body: object) -> Any:
        answer = await self._client.post(command, json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()["value"]

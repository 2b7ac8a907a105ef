"""Make every screenshot from the real program, with a fixed clock: `make screenshots`.

The SVGs are Textual's own; each is also drawn as PNG where chromium is installed.
"""

from __future__ import annotations

import asyncio
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from linktui.config.locations import Locations
from linktui.config.settings import ScreenSettings
from linktui.ui.app import LinktuiApp
from linktui.wiring import build
from screenshots.scene import make_folder, seed
from tests.fakes import Clock, FakeProvider


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: the keys that lead to it and the size of the terminal."""

    name: str
    keys: tuple[str, ...] = ()
    size: tuple[int, int] = (110, 28)


BRIEF = {"list-directory", "fetch-downloads", "preview"}
"""Workers that end by themselves and change what is seen."""
SHOTS = (
    Shot("links"),
    Shot("links-80x24", size=(80, 24)),
    Shot("links-wide", size=(160, 40)),
    Shot("files", ("2",)),
    Shot("uploads", ("3",)),
    Shot("accounts", ("4", "j")),
    Shot("detail", ("j", "j", "j", "j", "enter"), size=(110, 34)),
    Shot("expiry", ("x", *"fri 17:00")),
    Shot("share", ("2", "G", "u"), size=(90, 28)),
    Shot("plan", ("a", "x", *"+7d", "enter", "j"), size=(110, 34)),
    Shot("help", ("question_mark",), size=(110, 34)),
)


async def take(shot: Shot, home: Path, folder: Path) -> None:
    """Open the program on the scene, press the keys and save what is on the screen."""
    clock = Clock()
    provider = FakeProvider(clock)
    house = build(Locations.below(home), clock=clock, connect_provider=lambda account: provider)
    await seed(house, provider)
    os.environ["HOME"] = str(folder.parent)
    os.chdir(folder)
    app = LinktuiApp(house.services, screen_settings=ScreenSettings())
    async with app.run_test(size=shot.size) as pilot:
        await pilot.pause()
        for key in shot.keys:
            await pilot.press({" ": "space", ":": "colon"}.get(key, key))
            for worker in [one for one in app.workers if one.group in BRIEF]:
                await worker.wait()
            await pilot.pause()
        svg = HERE / f"{shot.name}.svg"
        svg.write_text(app.export_screenshot(title="linktui"), encoding="utf-8")
    await house.close()


def draw(shot: Shot) -> None:
    """Draw a picture as PNG too, where there is a browser to draw it."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        return
    svg = HERE / f"{shot.name}.svg"
    found = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg.read_text(encoding="utf-8"))
    assert found, svg
    width, height = (math.ceil(float(side)) for side in found.groups())
    with tempfile.TemporaryDirectory() as profile:
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars"]
        options += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
        options += [f"--user-data-dir={profile}", f"--window-size={width},{height}"]
        options += [f"--screenshot={svg.with_suffix('.png')}", svg.as_uri()]
        subprocess.run([browser, *options], check=True, capture_output=True)


def main() -> None:
    """Take all pictures, or those named on the command line."""
    os.environ |= {"TZ": "UTC", "LANG": "C.UTF-8", "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    os.environ.pop("NO_COLOR", None)
    time.tzset()
    wanted = set(sys.argv[1:])
    for shot in SHOTS:
        if wanted and shot.name not in wanted:
            continue
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch, "outbox")
            make_folder(folder)
            asyncio.run(take(shot, Path(scratch, "home"), folder))
            draw(shot)
        os.chdir(HERE)


if __name__ == "__main__":
    main()

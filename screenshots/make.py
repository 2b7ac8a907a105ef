"""Make every screenshot from the real program, with a fixed clock: `make screenshots`.

The SVGs are Textual's own; each is also drawn as PNG where rsvg-convert (librsvg) is installed.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from linktui.ui.app import LinktuiApp
from tests.fakes import Clock, FakeProvider

from linktui.config.locations import Locations
from linktui.config.settings import ScreenSettings
from linktui.wiring import build
from screenshots.scene import make_folder, seed


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
    Shot("detail", ("j", "j", "j", "j", "enter"), size=(110, 34)),
    Shot("expiry", ("x", *"fri 17:00")),
    Shot("share", ("2", "G", "u"), size=(90, 28)),
    Shot("help", ("question_mark",), size=(110, 34)),
)


async def take(shot: Shot, home: Path, folder: Path) -> None:
    """Open the program on the scene, press the keys and save what is on the screen."""
    clock = Clock()
    provider = FakeProvider(clock)
    house = build(Locations.below(home), clock=clock, connect_provider=lambda account: provider)
    await seed(house, provider)
    os.chdir(folder)
    app = LinktuiApp(house.services, screen_settings=ScreenSettings())
    async with app.run_test(size=shot.size) as pilot:
        await pilot.pause()
        for key in shot.keys:
            await pilot.press({" ": "space", ":": "colon"}.get(key, key))
            await app.workers.wait_for_complete([one for one in app.workers if one.group in BRIEF])
            await pilot.pause()
        svg = HERE / f"{shot.name}.svg"
        svg.write_text(app.export_screenshot(title="linktui"), encoding="utf-8")
    await house.close()


def draw(shot: Shot) -> None:
    """Draw a picture as PNG too, where there is a converter."""
    svg = HERE / f"{shot.name}.svg"
    converter = shutil.which("rsvg-convert")
    if converter:
        subprocess.run([converter, "--zoom", "1.5", str(svg), "-o", str(svg.with_suffix(".png"))], check=True)


def main() -> None:
    """Take all pictures, or those named on the command line."""
    os.environ["TZ"] = "UTC"
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

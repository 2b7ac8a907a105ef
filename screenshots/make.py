"""Make every screenshot from the real program, with a fixed clock: `make screenshots`.

With `--check` they are compared with those that are kept. The SVGs are Textual's own; each is also drawn as
PNG where chromium is installed.
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
from tests.fakes import Clock, FakeProbes, FakeProvider


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: the keys that lead to it and the size of the terminal."""

    name: str
    keys: tuple[str, ...] = ()
    size: tuple[int, int] = (110, 28)
    theme: str = "linktui"
    empty: bool = False
    """Whether it is of somebody's first start."""


BRIEF = {"list-directory", "fetch-downloads", "preview"}
"""Workers that end by themselves and change what is seen."""
TEN = ("slash", *"-account:acme", "enter", *("space",) * 10)
"""Mark ten links that can be changed."""
PLAN = ("space", "j", "space", "x", *"+1d", "enter")
"""Plan a change of two links."""
SHOTS = (
    Shot("links"),
    Shot("links-80x24", size=(80, 24)),
    Shot("links-wide", size=(180, 40)),
    Shot("files", ("2",)),
    Shot("uploads", ("3",)),
    Shot("accounts", ("4", "j")),
    Shot("detail", ("j", "j", "j", "j", "enter"), size=(110, 34)),
    Shot("expiry", ("x", *"fri 17:00")),
    Shot("share", ("2", "G", "u"), size=(90, 28)),
    Shot("plan", ("a", "x", *"+7d", "enter", "j"), size=(110, 34)),
    Shot("help", ("question_mark",), size=(110, 34)),
    Shot("history", ("x", *"+2d", "enter", "j", *PLAN, "y", "escape", "H")),
    Shot("timeline", ("5",)),
    Shot("doctor", ("exclamation_mark",)),
    Shot("calls", ("at",)),
    Shot("copy-as", ("j", "j", "Y")),
    Shot("welcome", size=(90, 24), empty=True),
    Shot("tour-find", ("slash", *"state:active expires<3d")),
    Shot("tour-back", ("d",)),
    Shot("tour-account", ("4", "n")),
    Shot("tour-ten", (*TEN, "x", *"+7d", "enter"), size=(110, 34)),
    Shot("service-stripe", ("4", "j"), size=(110, 34)),
    Shot("service-finix", ("4", "j", "j"), size=(110, 34)),
    Shot("service-liquidfiles", ("4", "j", "j", "j"), size=(110, 34)),
    Shot("service-digitalriver", ("4", "j", "j", "j", "j"), size=(110, 34)),
    Shot("service-s3", ("4", "j", "j", "j", "j", "j"), size=(110, 34)),
    Shot("theme-ember", theme="ember", size=(80, 24)),
    Shot("theme-paper", theme="paper", size=(80, 24)),
    Shot("theme-okabe", theme="okabe", size=(80, 24)),
)


async def take(shot: Shot, home: Path, folder: Path) -> str:
    """Open the program on the scene, press the keys and return what is on the screen, as SVG."""
    clock = Clock()
    provider = FakeProvider(clock)
    probes = FakeProbes()
    house = build(
        Locations.below(home),
        clock=clock,
        connect_provider=lambda account: provider,
        connect_prober=lambda account: probes,
    )
    if not shot.empty:
        await seed(house, provider, probes)
    os.environ["HOME"] = str(folder.parent)
    os.chdir(folder)
    app = LinktuiApp(house.services, screen_settings=ScreenSettings(theme=shot.theme), welcomes=shot.empty)
    async with app.run_test(size=shot.size) as pilot:
        await pilot.pause()
        for key in shot.keys:
            await pilot.press({" ": "space", ":": "colon"}.get(key, key))
            for worker in [one for one in app.workers if one.group in BRIEF]:
                await worker.wait()
            await pilot.pause()
        svg = app.export_screenshot(title="linktui")
    await house.close()
    return svg


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


def main() -> int:
    """Take all pictures, or those named on the command line; with --check say which are old."""
    os.environ |= {"TZ": "UTC", "LANG": "C.UTF-8", "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    os.environ.pop("NO_COLOR", None)
    time.tzset()
    checks, wanted = "--check" in sys.argv, set(sys.argv[1:]) - {"--check"}
    old = []
    for shot in SHOTS:
        if wanted and shot.name not in wanted:
            continue
        kept = HERE / f"{shot.name}.svg"
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch, "outbox")
            make_folder(folder)
            svg = asyncio.run(take(shot, Path(scratch, "home"), folder))
        os.chdir(HERE)
        if not checks:
            kept.write_text(svg, encoding="utf-8")
            draw(shot)
        elif not kept.exists() or kept.read_text(encoding="utf-8") != svg:
            old.append(shot.name)
    if old:
        sys.stderr.write(f"Older than the program: {', '.join(old)}; `make screenshots` takes them anew.\n")
    return 1 if old else 0


if __name__ == "__main__":
    sys.exit(main())

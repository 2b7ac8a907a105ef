"""A bare app that shows one dialog and keeps its answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Static

from linktui.config.settings import DefaultSettings
from linktui.ui.dialogs.share import ShareDialog
from tests.ui.bare import BareApp
from tests.ui.samples import ACCOUNT, NOW

OPEN = object()


class Stage(BareApp):
    """Shows one dialog and keeps its answer."""

    def __init__(self, make: Callable[[], Screen[Any]]) -> None:
        super().__init__()
        self.make = make
        self.answer: Any = OPEN

    def on_mount(self) -> None:
        self.push_screen(self.make(), self._keep)

    def _keep(self, answer: object) -> None:
        self.answer = answer


async def answer_of(make: Callable[[], Screen[Any]], *keys: str) -> Any:
    """Return what a dialog answers to some keys; OPEN while it is still there."""
    stage = Stage(make)
    async with stage.run_test(size=(80, 24)) as pilot:
        await pilot.press(*keys)
        await settle(pilot)
    return stage.answer


async def settle(pilot: Pilot[None]) -> None:
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def share(*paths: Path, **more: Any) -> ShareDialog:
    accounts = more.pop("accounts", (ACCOUNT,))
    return ShareDialog(paths or (Path("/etc/passwd"),), accounts, DefaultSettings(), NOW, **more)


def words_of(stage: Stage) -> str:
    return "\n".join(str(static.render()) for static in stage.screen.query(Static) if static.display)

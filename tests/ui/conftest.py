"""What every test of the screens starts from, the same whatever the machine is set to."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from textual import _wait

from linktui.ui import app
from linktui.ui.terminal import clipboard
from linktui.ui.widgets import expiry_input
from tests.template import begin_with_a_copy
from tests.ui.program import World, open_world
from tests.ui.rest import paint_at_rest

NAP = 0.004
"""Seconds between two looks at whether the program under test rests."""


@pytest.fixture(autouse=True)
def _same_everywhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    for name in ("NO_COLOR", "COLORFGBG", "COLORTERM", "LC_ALL", "LC_CTYPE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("TERM", "xterm-256color")
    time.tzset()
    # Textual's pilot naps 20 ms at a time until the program rests; most of a test would be such naps.
    monkeypatch.setattr(_wait, "SLEEP_GRANULARITY", NAP)
    monkeypatch.setattr(_wait, "SLEEP_IDLE", NAP / 10)
    paint_at_rest(monkeypatch)
    begin_with_a_copy(monkeypatch)
    # A program freezes what it made by its first frame, once; here it would be kept from every test.
    monkeypatch.setattr(app, "gc", SimpleNamespace(freeze=lambda: None, enable=lambda: None))
    # A form's own clock stands: a busy machine may take a second to fill it in.
    monkeypatch.setattr(expiry_input, "time", SimpleNamespace(monotonic=lambda: 0.0))
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """An empty data directory with a service behind it."""
    world = open_world(tmp_path / "home")
    yield world
    await world.house.close()


@pytest.fixture
def copied(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was copied, in the place of a clipboard."""
    texts: list[str] = []

    def note(app: object, text: str, mode: str) -> str:
        texts.append(text)
        return clipboard.SENT

    monkeypatch.setattr(clipboard, "copy", note)
    return texts

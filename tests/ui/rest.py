"""Have a program that nobody sees paint each screen when it first rests, and as it ends.

Textual paints every frame even where there is no terminal, and throws it away: a third of the time of these
tests. What a test looks at is drawn as it looks, so that no frame between these two is missed.
"""

from __future__ import annotations

from typing import Any

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.screen import Screen


def paint_at_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hold frames back, but not those of an app with a terminal, or with one in memory."""
    paint, pause, shut_down = Screen._compositor_refresh, Pilot.pause, App._shutdown
    owing: set[Screen[Any]] = set()
    painted: set[Screen[Any]] = set()

    def hold(screen: Screen[Any]) -> None:
        if is_seen(screen.app) or screen is not screen.app.screen:
            paint(screen)
        else:
            owing.add(screen)
            screen._dirty_widgets.clear()  # the regions that they cover are noted by now
            screen.app._update_mouse_over(screen)

    def settle_up(screen: Screen[Any]) -> None:
        owing.discard(screen)
        painted.add(screen)
        paint(screen)

    async def pause_and_paint(pilot: Pilot[Any], delay: float | None = None) -> None:
        await pause(pilot, delay)
        if pilot.app.screen in owing - painted:
            settle_up(pilot.app.screen)
            await pause(pilot)

    async def paint_and_shut_down(app: App[Any]) -> None:
        if app._screen_stack and app.screen in owing:
            settle_up(app.screen)
        await shut_down(app)

    monkeypatch.setattr(Screen, "_compositor_refresh", hold)
    monkeypatch.setattr(Pilot, "pause", pause_and_paint)
    monkeypatch.setattr(App, "_shutdown", paint_and_shut_down)


def is_seen(app: App[Any]) -> bool:
    """Tell whether the frames of an app go anywhere."""
    return not app.is_headless or bool(getattr(app, "paints_itself", False))

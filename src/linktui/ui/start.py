"""Open the screens and stay until they are closed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from rich.color import ColorSystem

from linktui.config.settings import ScreenSettings
from linktui.services.house import Services
from linktui.ui.app import LinktuiApp
from linktui.ui.themes import DARK, LIGHT, SIXTEEN


def run(
    services: Services,
    *,
    screen: ScreenSettings,
    state_directory: Path,
    database: Path,
    themes: Path | None = None,
    settings_file: Path | None = None,
    keep_daemon: Callable[[], object] | None = None,
) -> int:
    """Run the program in this terminal and return its exit code.

    `keep_daemon` starts the daemon unless one is alive; it is called in a thread, again and again.
    """
    app = LinktuiApp(
        services,
        screen_settings=screen,
        themes=themes,
        settings_file=settings_file,
        keep_daemon=keep_daemon,
        welcomes=True,
    )
    app.report_directory = state_directory
    app.database = database
    with services.presence.looking():
        app.run(mouse=screen.mouse)
    return app.return_code or 0


def rehearse(services: Services, *, screen: ScreenSettings) -> None:
    """Paint the screens once, to nobody, so that all they import and keep is in memory."""
    asyncio.run(_paint_to_nobody(LinktuiApp(services, screen_settings=screen)))


async def _paint_to_nobody(app: LinktuiApp) -> None:
    app.nobody_looks = True
    app.line.out = lambda _: None  # so that it is painted as for a terminal
    app.appearance.tell_colours(ColorSystem.TRUECOLOR, none=False)  # whatever terminals will ask
    async with app.run_test(size=(120, 40)) as pilot:
        for theme in (SIXTEEN, LIGHT, DARK):
            app.choose_theme(theme)
            await pilot.pause()

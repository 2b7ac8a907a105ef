"""Open the screens and stay until they are closed."""

from __future__ import annotations

from pathlib import Path

from linktui.config.settings import ScreenSettings
from linktui.services.house import Services
from linktui.ui.app import LinktuiApp


def run(
    services: Services,
    *,
    screen: ScreenSettings,
    note: str = "",
    state_directory: Path,
    themes: Path | None = None,
) -> int:
    """Run the program in this terminal and return its exit code; `note` is said at the start."""
    app = LinktuiApp(services, screen_settings=screen, themes=themes, note=note)
    app.report_directory = state_directory
    app.run(mouse=screen.mouse)
    return app.return_code or 0

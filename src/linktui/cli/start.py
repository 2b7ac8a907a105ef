"""What `linktui` alone does: open the screens, and have a daemon behind them."""

from __future__ import annotations

import sys
from argparse import Namespace
from dataclasses import replace

from linktui.cli.desk import Surroundings
from linktui.cli.exit_codes import ExitCode, Stop


def require_terminal() -> None:
    """Raise Stop unless somebody sits at a terminal."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Stop(
            "The screens need a terminal; see `linktui --help` for what works without.", ExitCode.REFUSED
        )


def open_screens(arguments: Namespace, surroundings: Surroundings) -> ExitCode:
    """Open the screens; the daemon starts behind them, and it is said there if it does not."""
    require_terminal()
    from linktui.ui.start import run

    house = surroundings.open_house(surroundings.locations)
    try:
        screen = house.settings.screen
        if arguments.no_mouse:
            screen = replace(screen, mouse=False)
        if arguments.slow:
            screen = replace(screen, slow="on")
        locations = surroundings.locations
        code = run(
            house.services,
            screen=screen,
            state_directory=locations.state,
            database=locations.database,
            themes=locations.themes,
            keep_daemon=lambda: surroundings.ensure_running(locations),
        )
    finally:
        house.database.close()
    return ExitCode.DONE if code == 0 else ExitCode.FAULT

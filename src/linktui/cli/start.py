"""What `linktui` alone does: have a daemon, then open the screens."""

from __future__ import annotations

import sys
from argparse import Namespace
from dataclasses import replace

from linktui.cli.desk import Surroundings
from linktui.cli.exit_codes import ExitCode, Stop
from linktui.model.errors import LinktuiError
from linktui.model.wording import explain


def require_terminal() -> None:
    """Raise Stop unless somebody sits at a terminal."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Stop(
            "The screens need a terminal; see `linktui --help` for what works without.", ExitCode.REFUSED
        )


def open_screens(arguments: Namespace, surroundings: Surroundings) -> ExitCode:
    """Open the screens; a daemon that does not start is said there, not in their way."""
    require_terminal()
    note = ""
    try:
        surroundings.ensure_running(surroundings.locations)
    except LinktuiError as error:
        note = explain(error)
    from linktui.ui.start import run

    house = surroundings.open_house(surroundings.locations)
    try:
        screen = house.settings.screen
        if arguments.no_mouse:
            screen = replace(screen, mouse=False)
        locations = surroundings.locations
        code = run(
            house.services,
            screen=screen,
            note=note,
            state_directory=locations.state,
            themes=locations.themes,
        )
    finally:
        house.database.close()
    return ExitCode.DONE if code == 0 else ExitCode.FAULT

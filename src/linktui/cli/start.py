"""What `linktui` alone does: open the screens, and have a daemon behind them."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

from linktui.cli.desk import Surroundings
from linktui.cli.exit_codes import ExitCode, Stop

if TYPE_CHECKING:  # a first screen does not wait for the parser of all commands
    from argparse import Namespace

OPTIONS = {
    "--no-mouse": "leave the mouse to the terminal",
    "--no-warm": "start anew, not from the process that the daemon keeps ready",
    "--screenshots": "keep addresses off the screens",
    "--slow": "spare a slow line: fewer frames, coarser words",
}
"""What may be said of the screens, with its help."""
WEB_DRIVER = "web_driver:WebDriver"
"""How the driver is called that `linktui web` has the screens drawn by."""
SIGNALLED = 128
"""Exit codes above it say by which signal the screens were ended, as a shell has them."""


def only_options(argv: Sequence[str]) -> Namespace | None:
    """Return what a command line says that is made of these options alone; None for any other."""
    if not OPTIONS.keys() >= set(argv):
        return None
    said = {option.removeprefix("--").replace("-", "_"): option in argv for option in OPTIONS}
    return cast("Namespace", SimpleNamespace(act=open_screens, **said))


def require_terminal() -> None:
    """Raise Stop unless somebody sits at a terminal, or at a browser that stands for one."""
    if os.environ.get("TEXTUAL_DRIVER", "").endswith(WEB_DRIVER):
        return
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
        if arguments.screenshots:
            screen = replace(screen, mask_urls=True)
        if arguments.slow:
            screen = replace(screen, slow="on")
        locations = surroundings.locations
        code = run(
            house.services,
            screen=screen,
            state_directory=locations.state,
            database=locations.database,
            themes=locations.themes,
            settings_file=locations.settings_file,
            keep_daemon=lambda: surroundings.ensure_running(locations),
        )
    finally:
        house.database.close()
    if code > SIGNALLED:
        raise SystemExit(code)
    return ExitCode.DONE if code == 0 else ExitCode.FAULT

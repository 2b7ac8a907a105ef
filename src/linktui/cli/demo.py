"""The command `demo`: a throw-away home with links and uploads in every state."""

from __future__ import annotations

import os
import tempfile
from argparse import ArgumentParser, Namespace
from dataclasses import replace
from pathlib import Path

from linktui.cli.desk import Surroundings, at_desk
from linktui.cli.exit_codes import ExitCode
from linktui.cli.output import say
from linktui.cli.start import open_screens, require_terminal
from linktui.config.locations import Locations


def add(parser: ArgumentParser) -> None:
    """Describe `demo`."""
    parser.add_argument("--home", type=Path, metavar="DIR", help="make it there, and keep it")
    parser.add_argument("--fill-only", action="store_true", help="make it without opening the screens")
    parser.set_defaults(act=_demo)


def _demo(arguments: Namespace, surroundings: Surroundings) -> ExitCode:
    if not arguments.fill_only:
        require_terminal()
    if arguments.home is not None:
        return _run(arguments, surroundings, arguments.home.absolute())
    with tempfile.TemporaryDirectory(prefix="linktui-demo-") as home:
        return _run(arguments, surroundings, Path(home))


def _run(arguments: Namespace, surroundings: Surroundings, home: Path) -> ExitCode:
    from linktui.cli.demo_accounts import write_settings
    from linktui.cli.demo_scene import fill
    from linktui.daemon.control import stop

    there = replace(surroundings, locations=Locations.below(home))
    # Whatever the screens start must live in the same home.
    os.environ["LINKTUI_HOME"] = str(home)
    write_settings(there.locations)
    say("Making links and uploads in every state; a moment.")
    try:
        code = at_desk(fill, daemon=True)(arguments, there)
        return code if arguments.fill_only else open_screens(arguments, there)
    finally:
        if arguments.home is None or not arguments.fill_only:
            stop(there.locations)

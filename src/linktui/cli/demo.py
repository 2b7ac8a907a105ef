"""The command `demo`: a throw-away home with links and uploads in every state."""

from __future__ import annotations

import os
import shutil
import tempfile
from argparse import ArgumentParser, Namespace
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from linktui.cli.caretaker import tidied_after
from linktui.cli.desk import Surroundings, at_desk
from linktui.cli.exit_codes import ExitCode
from linktui.cli.output import say
from linktui.cli.start import open_screens, require_terminal
from linktui.config.locations import Locations
from linktui.model.errors import LinktuiError


def add(parser: ArgumentParser) -> None:
    """Describe `demo`."""
    parser.add_argument("--home", type=Path, metavar="DIR", help="make it there, and keep it")
    parser.add_argument("--fill-only", action="store_true", help="make it without opening the screens")
    parser.set_defaults(act=_demo)


def _demo(arguments: Namespace, surroundings: Surroundings) -> ExitCode:
    if not arguments.fill_only:
        require_terminal()
    thrown_away = arguments.home is None
    home = Path(tempfile.mkdtemp(prefix="linktui-demo-")) if thrown_away else arguments.home.absolute()
    if arguments.fill_only and not thrown_away:
        return _run(arguments, surroundings, home)
    with tidied_after(partial(_tidy, home, remove=thrown_away)):
        return _run(arguments, surroundings, home)


def _run(arguments: Namespace, surroundings: Surroundings, home: Path) -> ExitCode:
    from linktui.cli.demo_accounts import write_settings
    from linktui.cli.demo_scene import fill

    there = replace(surroundings, locations=Locations.below(home))
    # Whatever the screens start must live in the same home.
    os.environ["LINKTUI_HOME"] = str(home)
    write_settings(there.locations)
    say("Making links and uploads in every state; a moment.")
    code = at_desk(fill, daemon=True)(arguments, there)
    return code if arguments.fill_only else open_screens(arguments, there)


def _tidy(home: Path, *, remove: bool) -> None:
    from linktui.daemon.control import stop

    with suppress(LinktuiError):
        stop(Locations.below(home))
    if remove:
        shutil.rmtree(home, ignore_errors=True)

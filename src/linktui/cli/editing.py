"""Links as a sheet of text: written to a file by `links export`, opened in an editor by `links edit`."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

from linktui.cli.bulk import chosen, plan_all
from linktui.cli.desk import Desk, at_desk
from linktui.cli.exit_codes import ExitCode
from linktui.cli.options import add_filter
from linktui.cli.output import say, write_script
from linktui.config.editor import editor_command
from linktui.model.errors import InvalidInput
from linktui.model.link import Link
from linktui.model.plan_words import counted
from linktui.services.sheets import SheetForm


def add_export(parser: ArgumentParser) -> None:
    """Describe `links export`."""
    parser.add_argument("id", nargs="*", metavar="ID")
    add_filter(parser)
    parser.add_argument("--account", default="", metavar="NAME", help="with --filter: only there")
    parser.add_argument("--ended", action="store_true", help="with --filter: also those that are over")
    parser.add_argument("--format", choices=[form.value for form in SheetForm], help="by FILE, else text")
    parser.add_argument("-o", "--output", metavar="FILE", help="write it there (0600) instead of to stdout")
    parser.set_defaults(act=at_desk(_export))


def form_of(name: str, said: str | None) -> SheetForm:
    """Return the form that was said, or else that a file's name says."""
    if said:
        return SheetForm(said)
    return {".toml": SheetForm.TOML, ".csv": SheetForm.CSV}.get(Path(name).suffix.lower(), SheetForm.TEXT)


async def edit_as_text(desk: Desk, links: Sequence[Link]) -> ExitCode:
    """Open links in the editor and make a plan of what was changed there."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise InvalidInput(
            "edit",
            "names nothing to change, and there is no terminal for an editor; say what to change"
            " (see --help), or use `linktui links export` and `linktui plan make`",
        )
    command = editor_command()

    async def open_editor(path: Path) -> None:
        done = await asyncio.to_thread(subprocess.run, [*command, str(path)], check=False)
        if done.returncode:
            raise InvalidInput("editor", f"{command[0]} ended with {done.returncode}")

    intents = await desk.services.sheets.edit(links, open_editor)
    if intents is None:
        say("Nothing was changed.")
        return ExitCode.DONE
    return await plan_all(desk, f"edit {counted(len(links), 'link')} as text", intents)


async def _export(desk: Desk) -> ExitCode:
    arguments, links = desk.arguments, chosen(desk)
    text = await desk.services.sheets.export(links, form_of(arguments.output or "", arguments.format))
    if arguments.output is None:
        write_script(text.removesuffix("\n"))
        return ExitCode.DONE
    path = Path(arguments.output)
    try:
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise InvalidInput("output", f"{path} cannot be written: {error.strerror or error}") from error
    say(f"{counted(len(links), 'link')} in {path}; `linktui plan make {path}` makes a plan of your changes.")
    return ExitCode.DONE

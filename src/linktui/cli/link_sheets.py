"""Links as text, TOML or CSV: `links export` writes them, `plan make` reads what was changed in them."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

from linktui.cli.applying import add_applying
from linktui.cli.bulk import carry_out
from linktui.cli.chosen import add_chosen, chosen
from linktui.cli.desk import Desk, at_desk
from linktui.cli.exit_codes import ExitCode, Stop
from linktui.cli.output import say, write_script
from linktui.config.private_file import write_private
from linktui.model.errors import InvalidInput, SheetFaults, SourceUnreadable
from linktui.model.link import Link
from linktui.model.plan_words import counted
from linktui.services.sheets import SheetForm

STDIN = "-"
_FORMS = [form.value for form in SheetForm]
_SUFFIXES = {".txt": SheetForm.TEXT, ".toml": SheetForm.TOML, ".csv": SheetForm.CSV}


def add_export(parser: ArgumentParser) -> None:
    """Describe `links export`."""
    add_chosen(parser, example="export --filter account:acme -o links.csv")
    parser.add_argument(
        "--format",
        choices=_FORMS,
        help="text unless the file's name says otherwise",
    )
    parser.add_argument("--output", "-o", metavar="FILE", help="write it there (0600), not to stdout")
    parser.set_defaults(act=at_desk(_export))


def add_make(parser: ArgumentParser) -> None:
    """Describe `plan make`."""
    parser.add_argument("file", metavar="FILE", help="what `links export` wrote and you changed; - is stdin")
    parser.add_argument(
        "--format",
        choices=_FORMS,
        help="as the file's name or its content says unless told",
    )
    parser.add_argument("--apply", action="store_true", help="go on as `plan apply` does")
    add_applying(parser)
    parser.set_defaults(act=at_desk(_make))


async def edit_as_text(desk: Desk, links: Sequence[Link]) -> ExitCode:
    """Have links edited in the person's editor, and make what was changed so."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Stop(
            "Nothing is said of what to change, and an editor needs a terminal; without one there are"
            " `linktui links export` and `linktui plan make`.",
            ExitCode.REFUSED,
        )
    intents = await desk.services.sheets.edit(links, _open_editor)
    if not intents:
        say("Nothing was changed.")
        return ExitCode.DONE
    return await carry_out(desk, f"edit {counted(len(links), 'link')} as text", intents, keep=True)


def form_of(text: str, name: str, said: str | None) -> SheetForm:
    """Return how a text is written: as was said, by the suffix of its file, or by what it begins with."""
    if said:
        return SheetForm(said)
    if (suffix := Path(name).suffix.lower()) in _SUFFIXES:
        return _SUFFIXES[suffix]
    lines = [line.strip() for line in text.removeprefix("\N{BYTE ORDER MARK}").splitlines()]
    rows = [line for line in lines if line and not line.startswith("#")]
    if any(row.replace(" ", "") == "[[link]]" for row in rows):
        return SheetForm.TOML
    first = rows[0].lower() if rows else ""
    # The first word of a line of text is ACCOUNT/ID, which no column is called.
    is_table = first.startswith("sep=") or (
        first.partition("/")[1] == "" and any(sign in first for sign in ",;\t")
    )
    return SheetForm.CSV if is_table else SheetForm.TEXT


async def _export(desk: Desk) -> ExitCode:
    arguments = desk.arguments
    links = chosen(desk, all_if_none=True)
    form = form_of("", arguments.output or "", arguments.format)
    text = await desk.services.sheets.export(links, form)
    if arguments.output is None:
        write_script(text.removesuffix("\n"))
        return ExitCode.DONE
    write_private(Path(arguments.output).expanduser(), text)
    file = arguments.output
    say(f"{counted(len(links), 'link')} in {file}; `linktui plan make {file}` makes a plan of your changes.")
    return ExitCode.DONE


async def _make(desk: Desk) -> ExitCode:
    arguments = desk.arguments
    text = _read(arguments.file)
    name = "stdin" if arguments.file == STDIN else arguments.file
    try:
        intents = desk.services.sheets.read(text, form_of(text, arguments.file, arguments.format))
    except SheetFaults as error:
        for fault in error.faults:
            say(f"{name}:{fault.line}: {fault.sentence}")
        raise Stop(f"{counted(len(error.faults), 'fault')}; nothing was planned.", ExitCode.USAGE) from error
    if not intents:
        say("It changes nothing.")
        return ExitCode.DONE
    arguments.plan = not arguments.apply
    return await carry_out(desk, f"make {Path(name).name} so", intents)


async def _open_editor(path: Path) -> None:
    from linktui.config.editor import editor_command, run_editor

    trouble = run_editor(editor_command(), path)
    if trouble:
        raise InvalidInput("editor", trouble)


def _read(file: str) -> str:
    try:
        content = sys.stdin.buffer.read() if file == STDIN else Path(file).expanduser().read_bytes()
        return content.decode()
    except UnicodeDecodeError as error:
        raise SourceUnreadable(Path(file), "it is not UTF-8") from error
    except OSError as error:
        raise SourceUnreadable(Path(file), (error.strerror or str(error)).lower()) from error

"""Links as text, TOML or CSV: `links export` writes them, `plan make` reads what was changed in them."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from linktui.cli.bulk import add_bulk, carry_out
from linktui.cli.chosen import add_chosen, chosen
from linktui.cli.desk import Desk, at_desk
from linktui.cli.exit_codes import ExitCode, Stop
from linktui.cli.output import say, write_script
from linktui.model.errors import InvalidInput, SourceUnreadable, StorageUnusable
from linktui.model.link import Link
from linktui.model.plan_words import counted

STDIN = "-"
FORMS = ("text", "toml", "csv")
_SUFFIXES = {".txt": "text", ".links": "text", ".toml": "toml", ".csv": "csv"}


def add_export(parser: ArgumentParser) -> None:
    """Describe `links export`."""
    add_chosen(parser)
    parser.add_argument("--format", choices=FORMS, help="text unless the file's name says otherwise")
    parser.add_argument("--output", "-o", metavar="FILE", help="instead of stdout")
    parser.set_defaults(act=at_desk(_export))


def add_make(parser: ArgumentParser) -> None:
    """Describe `plan make`."""
    parser.add_argument("file", metavar="FILE", help="what `links export` wrote and you changed; - is stdin")
    parser.add_argument("--format", choices=FORMS, help="as the file's name or its content says unless told")
    parser.add_argument("--apply", action="store_true", help="go on as `plan apply` does")
    add_bulk(parser)
    parser.set_defaults(act=at_desk(_make))


async def edit_as_text(desk: Desk, links: Sequence[Link]) -> ExitCode:
    """Have links edited in the person's editor, and make what was changed so."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Stop(
            "Nothing is said of what to change, and an editor needs a terminal; without one there are"
            " `linktui links export` and `linktui plan make`.",
            ExitCode.REFUSED,
        )
    intents = await _sheets(desk).edit(links, _open_editor)
    if not intents:
        say("Nothing was changed.")
        return ExitCode.DONE
    return await carry_out(desk, f"edit {counted(len(links), 'link')} as text", intents)


def form_of(text: str, name: str) -> str:
    """Return how a text is written, by the suffix of its file or else by what it begins with."""
    if (suffix := Path(name).suffix.lower()) in _SUFFIXES:
        return _SUFFIXES[suffix]
    lines = [line.strip() for line in text.removeprefix("\N{BYTE ORDER MARK}").splitlines()]
    said = [line for line in lines if line and not line.startswith("#")]
    if any(line.replace(" ", "") == "[[link]]" for line in said):
        return "toml"
    first = said[0].lower() if said else ""
    is_table = first.startswith("sep=") or (
        first.partition("/")[1] == "" and any(sign in first for sign in ",;\t")
    )
    return "csv" if is_table else "text"


async def _export(desk: Desk) -> ExitCode:
    arguments = desk.arguments
    links = chosen(desk, all_if_none=True)
    form = arguments.format or form_of("", arguments.output or "")
    text = await _sheets(desk).export(links, form)
    if arguments.output is None:
        write_script(text.removesuffix("\n"))
    else:
        _save(Path(arguments.output).expanduser(), text)
    say(f"{counted(len(links), 'link')}; `linktui plan make FILE` reads what you change in it.")
    return ExitCode.DONE


async def _make(desk: Desk) -> ExitCode:
    arguments = desk.arguments
    text = _read(arguments.file)
    name = "stdin" if arguments.file == STDIN else arguments.file
    try:
        intents = _sheets(desk).read(text, arguments.format or form_of(text, arguments.file))
    except InvalidInput as error:
        faults = getattr(error, "faults", None)
        if faults is None:
            raise
        for fault in faults:
            say(f"{name}:{fault.line}: {fault.sentence}")
        return ExitCode.USAGE
    if not intents:
        say("It changes nothing.")
        return ExitCode.DONE
    arguments.plan = not arguments.apply
    return await carry_out(desk, f"make {Path(name).name} so", intents)


async def _open_editor(path: Path) -> None:
    from linktui.config.editing import run_editor

    command = cast(Any, import_module("linktui.config.editor")).editor_command()
    trouble = run_editor(command, path)
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


def _save(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise StorageUnusable(path, (error.strerror or str(error)).lower()) from error


def _sheets(desk: Desk) -> Any:
    return cast(Any, desk.services).sheets

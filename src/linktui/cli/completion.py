"""The commands that describe the program to other programs: completion and schema."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable

from linktui.cli.desk import Surroundings
from linktui.cli.exit_codes import ExitCode
from linktui.cli.output import write_json, write_script
from linktui.cli.schema import SCHEMAS, document

SHELLS = ("bash", "zsh", "tcsh")


def add_completion(parser: ArgumentParser, *, whole: Callable[[], ArgumentParser]) -> None:
    """Describe `completion`; `whole` makes the parser to complete."""
    parser.add_argument("shell", choices=SHELLS)

    def act(arguments: Namespace, surroundings: Surroundings) -> ExitCode:
        import shtab

        write_script(str(shtab.complete(whole(), shell=arguments.shell)))
        return ExitCode.DONE

    parser.set_defaults(act=act)


def add_schema(parser: ArgumentParser) -> None:
    """Describe `schema`."""
    parser.add_argument("name", choices=list(SCHEMAS))
    parser.set_defaults(act=_schema)


def _schema(arguments: Namespace, surroundings: Surroundings) -> ExitCode:
    write_json(document(arguments.name))
    return ExitCode.DONE

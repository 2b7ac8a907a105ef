"""The commands about keys: list, set, reset and check. They need the screens, which know their commands."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator

from linktui.cli.desk import Desk, looking
from linktui.cli.exit_codes import ExitCode
from linktui.cli.options import add_output
from linktui.cli.output import say, write, write_csv, write_json, write_table
from linktui.cli.table import Column


def add_list(parser: ArgumentParser) -> None:
    """Describe `keys list`."""
    add_output(parser)
    parser.set_defaults(act=looking(_list))


def add_set(parser: ArgumentParser) -> None:
    """Describe `keys set`."""
    parser.add_argument("id", metavar="ID", help="a command, everywhere it is, or on one screen: links.sort")
    parser.add_argument("keys", metavar="KEYS", help="such as o, or f,F5; an empty text is no key")
    parser.add_argument("--take", action="store_true", help="take the key from the command that has it")
    parser.set_defaults(act=looking(_set))


def add_reset(parser: ArgumentParser) -> None:
    """Describe `keys reset`."""
    parser.add_argument("id", metavar="ID")
    parser.set_defaults(act=looking(_reset))


def add_check(parser: ArgumentParser) -> None:
    """Describe `keys check`."""
    parser.set_defaults(act=looking(_check))


def _list(desk: Desk) -> ExitCode:
    from linktui.ui.key_names import keys_text
    from linktui.ui.key_scopes import entries

    every = entries(desk.services.keys.all())
    if desk.arguments.json or desk.arguments.csv:
        records: list[dict[str, object]] = [
            {
                "screen": one.scope.name,
                "id": one.command.id,
                "keys": keys_text(one.keys).split(),
                "title": one.command.description,
                "help": one.command.tooltip,
                "takes": one.command.takes,
                "changed": one.own,
            }
            for one in every
        ]
        if desk.arguments.json:
            write_json(records)
        else:
            write_csv(records, of="keys")
        return ExitCode.DONE
    columns = (Column("COMMAND", fixed=True), Column("KEYS", fixed=True), Column("WHAT IT DOES"))
    write_table(columns, [
        (one.name, keys_text(one.keys) + (" *" if one.own else ""), one.command.tooltip) for one in every
    ])  # fmt: skip
    return ExitCode.DONE


def _set(desk: Desk) -> ExitCode:
    from linktui.ui.key_giving import give

    name, before = desk.arguments.id, set(_command_troubles(desk))
    for sentence in give(desk.services.keys, name, desk.arguments.keys, take=desk.arguments.take):
        say(sentence)
    for sentence in _command_troubles(desk):
        if sentence not in before:
            say(sentence)
    return ExitCode.DONE


def _reset(desk: Desk) -> ExitCode:
    from linktui.ui.key_check import check_name

    check_name(desk.arguments.id)
    desk.services.keys.remove(desk.arguments.id)
    say(f"{desk.arguments.id} has its own keys again.")
    return ExitCode.DONE


def _check(desk: Desk) -> ExitCode:
    from linktui.ui.key_check import troubles

    found = [*troubles(desk.services.keys.all()), *_command_troubles(desk)]
    for sentence in found:
        write(sentence)
    if not found:
        say("The keys are fine.")
    return ExitCode.USAGE if found else ExitCode.DONE


def _command_troubles(desk: Desk) -> Iterator[str]:
    """Yield what is wrong with the keys of the person's own commands."""
    from linktui.ui.own_commands import troubles

    yield from troubles(desk.services.own_commands, desk.services.keys.all())

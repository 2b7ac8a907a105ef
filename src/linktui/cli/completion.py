"""The commands that describe the program to other programs: completion and schema."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator

from linktui.cli.desk import Desk, Surroundings, looking
from linktui.cli.exit_codes import ExitCode, Stop
from linktui.cli.output import write_json, write_script
from linktui.cli.schema import SCHEMAS, document
from linktui.cli.tree import KINDS, Command, whole_tree
from linktui.model.query import LinkQuery

SHELLS = ("bash", "zsh", "fish", "tcsh")
MOST = 300
"""Words that are completed with: the latest."""
_BASH = '_linktui_{0}() {{ compgen -W "$(linktui completion --words {0} 2>/dev/null | cut -f1)" -- "$1"; }}'
_ZSH = (
    "_linktui_{0}() {{ local -a words;"
    ' words=(${{(f)"$(linktui completion --words {0} 2>/dev/null | cut -f1)"}}); compadd -a words; }}'
)


def add_completion(parser: ArgumentParser, *, whole: Callable[[], ArgumentParser]) -> None:
    """Describe `completion`; `whole` makes the parser to complete."""
    parser.add_argument("shell", nargs="?", choices=SHELLS)
    parser.add_argument("--words", choices=KINDS, help="print the ids or names that there are")

    def act(arguments: Namespace, surroundings: Surroundings) -> ExitCode:
        if arguments.words:
            return looking(_write_words)(arguments, surroundings)
        if arguments.shell is None:
            raise Stop(f"Say for which shell: {', '.join(SHELLS)}.", ExitCode.USAGE)
        write_script(_script(arguments.shell, whole()))
        return ExitCode.DONE

    parser.set_defaults(act=act)


def add_schema(parser: ArgumentParser) -> None:
    """Describe `schema`."""
    # Their names in the usage would be one word, too long for a line of the manual page.
    parser.add_argument("name", choices=list(SCHEMAS), metavar="THING", help=", ".join(SCHEMAS))
    parser.set_defaults(act=_schema)


def _script(shell: str, parser: ArgumentParser) -> str:
    tree = whole_tree(parser, "")
    if shell == "fish":
        from linktui.cli.fish import fish_script

        return fish_script(tree)
    import shtab

    for command in tree.walk():
        _have_words(command)
    function = {"bash": _BASH, "zsh": _ZSH}.get(shell, "")
    preamble = "\n".join(function.format(kind) for kind in KINDS)
    return str(shtab.complete(parser, shell=shell, preamble=preamble))


def _have_words(command: Command) -> None:
    """Have a command's ids and names completed with what there is."""
    for action in (*command.options, *command.positionals):
        if kind := command.words_for(action):
            action.complete = dict.fromkeys(("bash", "zsh"), f"_linktui_{kind}")  # type: ignore[attr-defined]


def _write_words(desk: Desk) -> ExitCode:
    for word, text in _words(desk, desk.arguments.words):
        write_script(f"{word}\t{text}")
    return ExitCode.DONE


def _words(desk: Desk, kind: str) -> Iterator[tuple[str, str]]:
    """Yield what there is of a kind, each with what it is called."""
    services, settings = desk.services, desk.house.settings
    match kind:
        case "links":
            links = services.links.window(LinkQuery(ended=True), offset=0, limit=MOST)
            yield from ((link.id, link.name) for link in links)
        case "files":
            from linktui.model.query import FileQuery

            yield from (
                (file.id, file.name) for file in services.files.window(FileQuery(), offset=0, limit=MOST)
            )
        case "uploads":
            yield from ((one.id, one.name) for one in services.transfers.snapshot()[-MOST:])
        case "plans":
            yield from ((str(plan.id), plan.title) for plan in services.plans.all(limit=MOST))
        case "accounts":
            yield from ((account.name, account.title) for account in services.accounts.all())
        case "commands":
            yield from ((name, command.title) for name, command in settings.commands.items())
        case "hooks":
            yield from ((name, " ".join(hook.on)) for name, hook in settings.hooks.items())


def _schema(arguments: Namespace, surroundings: Surroundings) -> ExitCode:
    write_json(document(arguments.name))
    return ExitCode.DONE

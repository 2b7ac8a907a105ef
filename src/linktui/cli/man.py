"""The command `man`: the manual page, made of the whole command line."""

from __future__ import annotations

from argparse import Action, ArgumentParser, Namespace
from collections.abc import Callable, Iterator

from linktui import __version__
from linktui.cli.desk import Surroundings
from linktui.cli.exit_codes import SENTENCES, ExitCode
from linktui.cli.output import write_script
from linktui.cli.tree import Command, whole_tree

SUBJECT = "share files by link, watch every link count down, take any of them back"
_FILES = (
    ("~/.config/linktui/linktui.toml", "the configuration, which need not exist"),
    ("~/.config/linktui/themes/", "themes of your own"),
    ("~/.local/share/linktui/", "links, the queue, the journal, and what the embedded server stores"),
    ("~/.local/state/linktui/", "logs"),
)
_VARIABLES = (
    ("LINKTUI_HOME", "a directory below which everything is kept, in place of those below"),
    ("XDG_CONFIG_HOME, XDG_DATA_HOME, XDG_STATE_HOME, XDG_CACHE_HOME", "where else things are"),
    ("VISUAL, EDITOR", "what links are edited with as text"),
    ("NO_COLOR", "set to anything: no colours"),
)


def add(parser: ArgumentParser, *, whole: Callable[[], ArgumentParser]) -> None:
    """Describe `man`; `whole` makes the parser that the page is about."""

    def act(arguments: Namespace, surroundings: Surroundings) -> ExitCode:
        write_script(manual(whole()))
        return ExitCode.DONE

    parser.set_defaults(act=act)


def manual(parser: ArgumentParser) -> str:
    """Return the page as roff, with the macros of man(7), the same on every day."""
    tree = whole_tree(parser, SUBJECT)
    return "\n".join(
        [
            f'.TH LINKTUI 1 "" "linktui {__version__}" "User Commands"',
            ".SH NAME",
            f"linktui \\- {_plain(SUBJECT)}",
            ".SH SYNOPSIS",
            ".B linktui",
            "[\\fIOPTION\\fR]",
            ".br",
            ".B linktui",
            "\\fICOMMAND\\fR [\\fIARGUMENT\\fR ...]",
            ".SH DESCRIPTION",
            "Without a command it opens the screens, in which ? shows every key.",
            "With one it does that and ends: stdout is data, and what it has to say goes to stderr.",
            ".SH OPTIONS",
            *(line for option in tree.options for line in _entry(_option(option), option.help or "")),
            ".SH COMMANDS",
            *(line for command in list(tree.walk())[1:] for line in _command(command)),
            ".SH EXIT STATUS",
            *(line for code in ExitCode for line in _entry(f"\\fB{code.value}\\fR", SENTENCES[code])),
            ".SH ENVIRONMENT",
            *(line for name, text in _VARIABLES for line in _entry(f"\\fB{_plain(name)}\\fR", text)),
            ".SH FILES",
            *(line for name, text in _FILES for line in _entry(f"\\fI{_plain(name)}\\fR", text)),
        ]
    )


def _command(command: Command) -> Iterator[str]:
    if command.below:
        return  # those below it say what it does
    usage = [
        f"\\fB{_plain(' '.join(['linktui', *command.path]))}\\fR",
        *map(_positional, command.positionals),
    ]
    yield f".SS {' '.join(usage)}"
    yield f"{_plain(command.text[:1].upper() + command.text[1:])}."
    for positional in command.positionals:
        if positional.help:
            yield from _entry(_named(positional), positional.help)
    for option in command.options:
        yield from _entry(_option(option), option.help or "")


def _entry(name: str, text: str) -> Iterator[str]:
    yield ".TP"
    yield name
    yield _plain(text.replace("%%", "%")) or "\\&"


def _option(option: Action) -> str:
    names = ", ".join(f"\\fB{_plain(name)}\\fR" for name in option.option_strings)
    return names if option.nargs == 0 else f"{names} {_named(option)}"


def _positional(action: Action) -> str:
    name = _named(action)
    match action.nargs:
        case "*":
            return f"[{name} ...]"
        case "+":
            return f"{name} ..."
        case "?":
            return f"[{name}]"
        case _:
            return name


def _named(action: Action) -> str:
    if action.metavar is None and action.choices is not None:
        return "|".join(f"\\fI{_plain(str(choice))}\\fR" for choice in action.choices)
    name = action.metavar or action.dest.upper()
    return f"\\fI{_plain(name if isinstance(name, str) else ' '.join(name))}\\fR"


def _plain(text: str) -> str:
    """Return a text in which nothing is roff's."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{escaped}" if escaped.startswith((".", "'")) else escaped

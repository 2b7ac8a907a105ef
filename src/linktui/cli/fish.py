"""The completion script for fish, made of the whole command line."""

from __future__ import annotations

from argparse import Action
from collections.abc import Iterator

from linktui.cli.tree import Command

_PREAMBLE = """\
# Completion of linktui for fish. To have it for good:
#   linktui completion fish >~/.config/fish/completions/linktui.fish
function __linktui_names
    set -l words (commandline -opc)
    string match --invert -- '-*' $words[2..-1]
end
function __linktui_in
    set -l names (__linktui_names)
    set -l many (count $argv)
    test (count $names) -ge $many; or return 1
    test $many -eq 0; or test "$names[1..$many]" = "$argv"
end
function __linktui_at
    set -l names (__linktui_names)
    test (count $names) -eq (count $argv); and __linktui_in $argv
end
complete -c linktui -f"""

FILES = " -F"


def fish_script(tree: Command) -> str:
    """Return the script."""
    return "\n".join([_PREAMBLE, *(line for command in tree.walk() for line in _lines(command))])


def _lines(command: Command) -> Iterator[str]:
    at = _condition("__linktui_at", command)
    within = _condition("__linktui_in", command)
    for below in command.below:
        yield f"{at} -a {_quoted(below.path[-1])} -d {_quoted(below.text)}"
    for option in command.options:
        names = "".join(
            f" -l {_quoted(name[2:])}" if name.startswith("--") else f" -s {_quoted(name[1:])}"
            for name in option.option_strings
        )
        values = _values(command, option)
        takes = "" if option.nargs == 0 else f" {'-r' if values == FILES else '-x'}{values}"
        yield f"{within}{names}{takes} -d {_quoted(_text(option))}"
    for positional in command.positionals:
        if values := _values(command, positional):
            yield f"{within}{values}"


def _condition(name: str, command: Command) -> str:
    return f"complete -c linktui -n {_quoted(' '.join([name, *command.path]))}"


def _values(command: Command, action: Action) -> str:
    """Return how an argument's words are found: its choices, what is there, or files."""
    if action.choices is not None:
        return f" -a {_quoted(' '.join(map(str, action.choices)))}"
    if kind := command.words_for(action):
        return f" -a {_quoted(f'(linktui completion --words {kind})')}"
    return FILES if action.metavar in {"FILE", "PATH", "file"} or action.dest in {"path", "paths"} else ""


def _text(action: Action) -> str:
    return (action.help or "").replace("%%", "%")


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"

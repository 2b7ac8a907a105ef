"""The whole command line as a list of commands, for what describes it to other programs."""

from __future__ import annotations

from argparse import SUPPRESS, Action, ArgumentParser, _HelpAction, _SubParsersAction
from collections.abc import Iterator
from dataclasses import dataclass

KINDS = ("links", "files", "uploads", "plans", "accounts", "commands", "hooks")
"""Of what there are words to complete with."""
_OF_ID = {
    "links": "links",
    "files": "files",
    "uploads": "uploads",
    "plan": "plans",
    "run": "links",
    "history": "links",
}


@dataclass(frozen=True, slots=True)
class Command:
    """One command, by the words that name it."""

    path: tuple[str, ...]
    text: str
    """Its help, in one phrase."""
    parser: ArgumentParser

    @property
    def options(self) -> list[Action]:
        """What begins with a dash."""
        return [one for one in _told(self.parser) if one.option_strings]

    @property
    def positionals(self) -> list[Action]:
        """What does not, without the commands below."""
        return [
            one
            for one in _told(self.parser)
            if not one.option_strings and not isinstance(one, _SubParsersAction)
        ]

    @property
    def below(self) -> list[Command]:
        """The commands below it; a hidden one is left out."""
        return [
            Command((*self.path, str(told.dest)), told.help or "", action.choices[told.dest])
            for action in self.parser._actions
            if isinstance(action, _SubParsersAction)
            for told in action._choices_actions
            if told.help
        ]

    def walk(self) -> Iterator[Command]:
        """Yield it and every command below it."""
        yield self
        for command in self.below:
            yield from command.walk()

    def words_for(self, action: Action) -> str:
        """Return of what kind the words are that an argument takes; empty for any other."""
        match action.metavar or action.dest, self.path:
            case "ID", (group, *_):
                return _OF_ID.get(group, "")
            case "NAME", ("accounts", *_):
                return "accounts"
            case "NAME", ("hooks", *_):
                return "hooks"
            case "NAME", ("run",) if action.dest == "name":
                return "commands"
            case "NAME", _ if "--account" in action.option_strings:
                return "accounts"
        return ""


def whole_tree(parser: ArgumentParser, text: str) -> Command:
    """Return the program itself, as the command above all others."""
    return Command((), text, parser)


def _told(parser: ArgumentParser) -> list[Action]:
    return [one for one in parser._actions if one.help is not SUPPRESS and not isinstance(one, _HelpAction)]

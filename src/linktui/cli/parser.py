"""Every command with its help, in one tree.

The modules of a command are imported where its branch is described, and only the branch that a command line
names is: a list of links must not wait for what an upload or an account needs.
"""

from __future__ import annotations

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Callable, Sequence
from functools import partial

from linktui import __version__
from linktui.cli.desk import Act
from linktui.cli.exit_codes import exit_code_table
from linktui.cli.start import open_screens

Describe = Callable[[ArgumentParser], None]


def build_parser(argv: Sequence[str] | None = None) -> ArgumentParser:
    """Return the command line with the branch that `argv` names described, or every branch if None."""
    parser = ArgumentParser(
        prog="linktui",
        description="Share files by link, watch every link count down, take any of them back.\n"
        "Without a command it opens the screens.",
        epilog=exit_code_table(),
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"linktui {__version__}")
    parser.add_argument("--no-mouse", action="store_true", help="leave the mouse to the terminal")
    parser.set_defaults(act=open_screens)
    commands = parser.add_subparsers(metavar="COMMAND")
    for name, text, describe in _COMMANDS:
        command = commands.add_parser(name, help=text, description=_sentence(text), allow_abbrev=False)
        if argv is None or name in argv:
            describe(command)
    return parser


class _Branch:
    """A command that has commands below it."""

    def __init__(self, parser: ArgumentParser) -> None:
        self._below = parser.add_subparsers(metavar="COMMAND", required=True)

    def add(self, name: str, text: str, describe: Describe) -> None:
        """Add a command."""
        describe(self._below.add_parser(name, help=text, description=_sentence(text), allow_abbrev=False))

    def add_hidden(self, name: str, act: Act) -> None:
        """Add a command that the help does not list."""
        self._below.add_parser(name).set_defaults(act=act)


def _upload(parser: ArgumentParser) -> None:
    from linktui.cli.upload import add_upload

    add_upload(parser)


def _links(parser: ArgumentParser) -> None:
    from linktui.cli import at_service, link_acts, links

    branch = _Branch(parser)
    branch.add("list", "list links", links.add_list)
    branch.add("show", "show one link, with its URL", links.add_show)
    branch.add("query", "ask the service now, by its own filters and pages", at_service.add_links)
    branch.add("create", "make a link to stored files, or an upload link", link_acts.add_create)
    branch.add("edit", "change a link", link_acts.add_edit)
    branch.add("extend", "let links end later", link_acts.add_extend)
    ending = "end links now; some services can revive them"
    branch.add("expire", ending, partial(link_acts.add_ending, verb="expire"))
    branch.add("revoke", "take links back for good", partial(link_acts.add_ending, verb="revoke"))
    branch.add("delete", "remove links without a trace", partial(link_acts.add_ending, verb="delete"))
    branch.add("downloads", "show who fetched a link", links.add_downloads)


def _files(parser: ArgumentParser) -> None:
    from linktui.cli import at_service, files

    branch = _Branch(parser)
    branch.add("list", "list stored files", files.add_list)
    branch.add("show", "show all that is known of a stored file", files.add_show)
    branch.add("query", "ask the service now, by its own filters and pages", at_service.add_files)
    branch.add("download", "fetch a stored file's bytes", files.add_download)
    branch.add("delete", "delete stored files", files.add_delete)


def _uploads(parser: ArgumentParser) -> None:
    from linktui.cli import uploads

    branch = _Branch(parser)
    branch.add("list", "list the queue", uploads.add_list)
    branch.add("pause", "pause uploads", partial(uploads.add_act, verb="pause"))
    branch.add("resume", "let paused uploads go on", partial(uploads.add_act, verb="resume"))
    branch.add("cancel", "cancel uploads", partial(uploads.add_act, verb="cancel"))
    branch.add("retry", "try stopped uploads again", partial(uploads.add_act, verb="retry"))
    branch.add("clear", "take finished uploads out of the list", uploads.add_clear)
    branch.add("limit", "show or set the bandwidth for all uploads together", uploads.add_limit)


def _accounts(parser: ArgumentParser) -> None:
    from linktui.cli import accounts

    branch = _Branch(parser)
    branch.add("list", "list accounts", accounts.add_list)
    branch.add("show", "show all that is known of an account", accounts.add_show)
    branch.add("add", "add an account, after a harmless call", accounts.add_add)
    branch.add("test", "make one harmless call and say who the account is", accounts.add_test)
    branch.add("options", "list what only this account's service has", accounts.add_options)
    branch.add("rename", "give an account another name", accounts.add_rename)
    branch.add("remove", "forget an account; its service keeps everything", accounts.add_remove)
    branch.add("default", "have new links go to an account", accounts.add_default)


def _daemon(parser: ArgumentParser) -> None:
    from linktui.cli import daemon

    branch = _Branch(parser)
    branch.add("status", "tell whether it runs (exit code 11: no)", daemon.add_status)
    branch.add("start", "start it", partial(_simply, act=daemon.start))
    branch.add("stop", "stop it", partial(_simply, act=daemon.stop))
    branch.add("restart", "stop and start it", partial(_simply, act=daemon.restart))
    branch.add("logs", "print its log", daemon.add_logs)
    branch.add_hidden("run", daemon.run)


def _serve(parser: ArgumentParser) -> None:
    from linktui.cli.serve import add_serve

    add_serve(parser)


def _log(parser: ArgumentParser) -> None:
    from linktui.cli.calls import add_log

    add_log(parser)


def _doctor(parser: ArgumentParser) -> None:
    from linktui.cli import doctor

    doctor.add(parser)


def _demo(parser: ArgumentParser) -> None:
    from linktui.cli import demo

    demo.add(parser)


def _completion(parser: ArgumentParser) -> None:
    from linktui.cli.completion import add_completion

    add_completion(parser, whole=build_parser)


def _schema(parser: ArgumentParser) -> None:
    from linktui.cli.completion import add_schema

    add_schema(parser)


_COMMANDS: tuple[tuple[str, str, Describe], ...] = (
    ("upload", "upload files, and make links to them", _upload),
    ("links", "list, make and change links", _links),
    ("files", "list, fetch and delete stored files", _files),
    ("uploads", "look after the upload queue", _uploads),
    ("accounts", "the accounts at services: add, test, rename, remove", _accounts),
    ("daemon", "the background process that uploads and serves", _daemon),
    ("serve", "run the link server by itself", _serve),
    ("log", "list the calls made to the services", _log),
    ("doctor", "say what is wrong with terminal, directories, daemon, database, clock", _doctor),
    ("demo", "open a throw-away home with links and uploads in every state", _demo),
    ("completion", "print a shell's completion script", _completion),
    ("schema", "print the JSON Schema of what --json prints", _schema),
)


def _simply(parser: ArgumentParser, act: Act) -> None:
    parser.set_defaults(act=act)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."

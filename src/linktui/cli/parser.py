"""Every command with its help, in one tree."""

from __future__ import annotations

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Callable
from functools import partial

from linktui import __version__
from linktui.cli import (
    accounts,
    calls,
    daemon,
    demo,
    doctor,
    files,
    link_acts,
    links,
    serve,
    start,
    upload,
    uploads,
)
from linktui.cli.completion import add_completion, add_schema
from linktui.cli.desk import Act
from linktui.cli.exit_codes import exit_code_table

Describe = Callable[[ArgumentParser], None]


class _Branch:
    """A command that has commands below it."""

    def __init__(self, parser: ArgumentParser, *, required: bool = True) -> None:
        self._below = parser.add_subparsers(metavar="COMMAND", required=required)

    def add(self, name: str, text: str, describe: Describe) -> None:
        """Add a command."""
        describe(self._below.add_parser(name, help=text, description=_sentence(text), allow_abbrev=False))

    def add_hidden(self, name: str, act: Act) -> None:
        """Add a command that the help does not list."""
        self._below.add_parser(name).set_defaults(act=act)

    def branch(self, name: str, text: str) -> _Branch:
        """Add a command with commands of its own."""
        return _Branch(self._below.add_parser(name, help=text, description=_sentence(text)))


def build_parser() -> ArgumentParser:
    """Return the whole command line."""
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
    parser.set_defaults(act=start.open_screens)
    root = _Branch(parser, required=False)
    root.add("upload", "upload files, and make links to them", upload.add_upload)
    _add_links(root.branch("links", "list, make and change links"))
    _add_files(root.branch("files", "list and delete stored files"))
    _add_uploads(root.branch("uploads", "look after the upload queue"))
    _add_accounts(root.branch("accounts", "the accounts at services: add, test, rename, remove"))
    _add_daemon(root.branch("daemon", "the background process that uploads and serves"))
    root.add("serve", "run the link server by itself", serve.add_serve)
    root.add("log", "list the calls made to the services", calls.add_log)
    root.add("doctor", "say what is wrong with terminal, directories, daemon, database, clock", doctor.add)
    root.add("demo", "open a throw-away home with links and uploads in every state", demo.add)
    root.add("completion", "print a shell's completion script", partial(add_completion, whole=build_parser))
    root.add("schema", "print the JSON Schema of what --json prints", add_schema)
    return parser


def _add_links(branch: _Branch) -> None:
    branch.add("list", "list links", links.add_list)
    branch.add("show", "show one link, with its URL", links.add_show)
    branch.add("create", "make a link to stored files, or an upload link", link_acts.add_create)
    branch.add("edit", "change a link", link_acts.add_edit)
    branch.add("extend", "let links end later", link_acts.add_extend)
    branch.add(
        "expire", "end links now; some services can revive them", partial(link_acts.add_ending, verb="expire")
    )
    branch.add("revoke", "take links back for good", partial(link_acts.add_ending, verb="revoke"))
    branch.add("delete", "remove links without a trace", partial(link_acts.add_ending, verb="delete"))
    branch.add("downloads", "show who fetched a link", links.add_downloads)


def _add_files(branch: _Branch) -> None:
    branch.add("list", "list stored files", files.add_list)
    branch.add("show", "show all that is known of a stored file", files.add_show)
    branch.add("download", "fetch a stored file's bytes", files.add_download)
    branch.add("delete", "delete stored files", files.add_delete)


def _add_uploads(branch: _Branch) -> None:
    branch.add("list", "list the queue", uploads.add_list)
    branch.add("pause", "pause uploads", partial(uploads.add_act, verb="pause"))
    branch.add("resume", "let paused uploads go on", partial(uploads.add_act, verb="resume"))
    branch.add("cancel", "cancel uploads", partial(uploads.add_act, verb="cancel"))
    branch.add("retry", "try stopped uploads again", partial(uploads.add_act, verb="retry"))
    branch.add("clear", "take finished uploads out of the list", uploads.add_clear)
    branch.add("limit", "show or set the bandwidth for all uploads together", uploads.add_limit)


def _add_accounts(branch: _Branch) -> None:
    branch.add("list", "list accounts", accounts.add_list)
    branch.add("show", "show all that is known of an account", accounts.add_show)
    branch.add("add", "add an account, after a harmless call", accounts.add_add)
    branch.add("test", "make one harmless call and say who the account is", accounts.add_test)
    branch.add("options", "list what only this account's service has", accounts.add_options)
    branch.add("rename", "give an account another name", accounts.add_rename)
    branch.add("remove", "forget an account; its service keeps everything", accounts.add_remove)
    branch.add("default", "have new links go to an account", accounts.add_default)


def _add_daemon(branch: _Branch) -> None:
    branch.add("status", "tell whether it runs (exit code 11: no)", daemon.add_status)
    branch.add("start", "start it", partial(_simply, act=daemon.start))
    branch.add("stop", "stop it", partial(_simply, act=daemon.stop))
    branch.add("restart", "stop and start it", partial(_simply, act=daemon.restart))
    branch.add("logs", "print its log", daemon.add_logs)
    branch.add_hidden("run", daemon.run)


def _simply(parser: ArgumentParser, act: Act) -> None:
    parser.set_defaults(act=act)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."

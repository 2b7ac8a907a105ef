"""Every command with its help, in one tree.

A command's module is imported only when a command line names the command: a list of links must not wait for
what an upload or an account needs.
"""

from __future__ import annotations

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

from linktui import __version__
from linktui.cli.exit_codes import exit_code_table
from linktui.cli.start import OPTIONS, open_screens

Describe = Callable[[ArgumentParser], None]
Tree = Sequence[tuple[str, str, "Describe | Tree"]]
"""Commands, each with its help (none for a hidden one) and what describes it, or the commands below it."""


def build_parser(argv: Sequence[str] | None = None) -> ArgumentParser:
    """Return the command line with the commands that `argv` names described, or all of them if None."""
    parser = ArgumentParser(
        prog="linktui",
        description="Share files by link, watch every link count down, take any of them back.\n"
        "Without a command it opens the screens.",
        epilog=exit_code_table(),
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"linktui {__version__}")
    for option, text in OPTIONS.items():
        parser.add_argument(option, action="store_true", help=text)
    parser.set_defaults(act=open_screens)
    _add(parser, _COMMANDS, argv, required=False)
    return parser


def _add(parser: ArgumentParser, tree: Tree, argv: Sequence[str] | None, *, required: bool = True) -> None:
    # Without `prog` argparse formats a usage to find it out, which takes a while.
    below = parser.add_subparsers(metavar="COMMAND", required=required, prog=parser.prog)
    for name, text, what in tree:
        help_texts: dict[str, Any] = (
            {"help": text, "description": f"{text[:1].upper()}{text[1:]}."} if text else {}
        )
        command = below.add_parser(name, allow_abbrev=False, **help_texts)
        if argv is not None and name not in argv:
            continue
        if callable(what):
            what(command)
        else:
            _add(command, what, argv)


def _by(module: str, name: str, **more: str) -> Describe:
    """Return what describes a command, to be imported when it is called."""

    def describe(parser: ArgumentParser) -> None:
        getattr(import_module(f"linktui.cli.{module}"), name)(parser, **more)

    return describe


def _add_completion(parser: ArgumentParser) -> None:
    from linktui.cli.completion import add_completion

    add_completion(parser, whole=build_parser)


def _add_man(parser: ArgumentParser) -> None:
    from linktui.cli.man import add

    add(parser, whole=build_parser)


_LINKS: Tree = (
    ("list", "list links", _by("links", "add_list")),
    ("query", "ask the service now, by its own filters and pages", _by("at_service", "add_links")),
    ("show", "show one link, with its URL", _by("links", "add_show")),
    ("qr", "show a link as a QR code, or make a picture of it", _by("qr", "add")),
    ("create", "make a link to stored files, or an upload link", _by("link_acts", "add_create")),
    ("edit", "change links, field by field or in your editor", _by("link_edits", "add_edit")),
    ("tag", "set and remove links' tags", _by("link_edits", "add_tag")),
    ("move", "have links stand at another account, with new URLs", _by("link_moves", "add_move")),
    ("export", "write links out, to be changed and read by `plan make`", _by("link_sheets", "add_export")),
    ("check", "look whether links are as their services say", _by("link_check", "add_check")),
    ("calendar", "write the ends of links for a calendar (ICS)", _by("link_calendar", "add_calendar")),
    ("extend", "let links end later", _by("link_acts", "add_extend")),
    ("expire", "end links now; they can be revived", _by("link_acts", "add_ending", verb="expire")),
    ("revoke", "take links back for good", _by("link_acts", "add_ending", verb="revoke")),
    ("delete", "remove links without a trace", _by("link_acts", "add_ending", verb="delete")),
    ("downloads", "show who fetched a link", _by("links", "add_downloads")),
)
_FILES: Tree = (
    ("list", "list stored files", _by("files", "add_list")),
    ("query", "ask the service now, by its own filters and pages", _by("at_service", "add_files")),
    ("browse", "list one folder, as its service has it now", _by("browse", "add_browse")),
    ("show", "show all that is known of a stored file", _by("files", "add_show")),
    ("download", "fetch a stored file's bytes", _by("files", "add_download")),
    ("delete", "delete stored files", _by("files", "add_delete")),
    ("versions", "list what a stored file was before", _by("versions", "add_versions")),
    ("restore", "have a stored file be again what it was", _by("versions", "add_restore")),
)
_UPLOADS: Tree = (
    ("list", "list the queue", _by("uploads", "add_list")),
    ("pause", "pause uploads", _by("uploads", "add_act", verb="pause")),
    ("resume", "let paused uploads go on", _by("uploads", "add_act", verb="resume")),
    ("cancel", "cancel uploads", _by("uploads", "add_act", verb="cancel")),
    ("retry", "try stopped uploads again", _by("uploads", "add_act", verb="retry")),
    ("clear", "take finished uploads out of the list", _by("uploads", "add_clear")),
    ("limit", "show or set the bandwidth for all uploads together", _by("uploads", "add_limit")),
)
_PLANS: Tree = (
    ("list", "list plans, newest first", _by("plans", "add_list")),
    ("show", "show what a plan does, change by change", _by("plans", "add_show")),
    ("make", "make a plan of links written as text, TOML or CSV", _by("link_sheets", "add_make")),
    ("apply", "make a plan's changes, and wait for them", _by("plan_acts", "add_apply")),
    ("undo", "take a plan back (the latest one unless named)", _by("plan_acts", "add_undo")),
    ("redo", "do again what the latest undo took back", _by("plan_acts", "add_redo")),
    ("pause", "have a plan go no further for now", _by("plan_acts", "add_pause")),
    ("stop", "have a plan end; what was done stays done", _by("plan_acts", "add_stop")),
    ("retry", "try again what failed, was stale or was stopped", _by("plan_acts", "add_retry")),
    ("renew", "have new links made where links cannot be changed", _by("plan_acts", "add_renew")),
    ("discard", "forget a plan of which nothing was sent", _by("plan_acts", "add_discard")),
)
_FILTERS: Tree = (
    ("list", "list saved filters", _by("filters", "add_list")),
    ("save", "save a filter under a name, as a tab of the Links screen", _by("filters", "add_save")),
    ("remove", "forget a saved filter", _by("filters", "add_remove")),
)
_KEYS: Tree = (
    ("list", "list every command with its keys", _by("keys", "add_list")),
    ("set", "give a command other keys", _by("keys", "add_set")),
    ("reset", "give a command its own keys back", _by("keys", "add_reset")),
    ("check", "say what is wrong with your keys (exit code 2)", _by("keys", "add_check")),
)
_ACCOUNTS: Tree = (
    ("list", "list accounts", _by("accounts", "add_list")),
    ("show", "show all that is known of an account", _by("accounts", "add_show")),
    ("add", "add an account, after a harmless call", _by("account_acts", "add_add")),
    ("test", "make one harmless call and say who the account is", _by("account_acts", "add_test")),
    ("options", "list what only this account's service has", _by("accounts", "add_options")),
    ("rename", "give an account another name", _by("account_acts", "add_rename")),
    ("remove", "forget an account; its service keeps everything", _by("account_acts", "add_remove")),
    ("default", "have new links go to an account", _by("account_acts", "add_default")),
)
_THEMES: Tree = (
    ("list", "list themes", _by("theme", "add_list")),
    ("use", "have the screens look so, those that are open too", _by("theme", "add_use")),
    ("new", "write a theme of your own, to be changed", _by("theme", "add_new")),
    ("check", "say what is wrong with a theme's file", _by("theme", "add_check")),
)
_DAEMON: Tree = (
    ("status", "tell whether it runs (exit code 11: no)", _by("daemon", "add_status")),
    ("start", "start it", _by("daemon", "add_start")),
    ("stop", "stop it", _by("daemon", "add_stop")),
    ("restart", "stop and start it", _by("daemon", "add_restart")),
    ("logs", "print its log", _by("daemon", "add_logs")),
    ("run", "", _by("daemon", "add_run")),
)
_HOOKS: Tree = (
    ("list", "list hooks", _by("hooks", "add_list")),
    ("test", "run a hook now, for an event that is made up", _by("hooks", "add_test")),
    ("log", "list what hooks were run for, and how it went", _by("hooks", "add_log")),
)
_COMMANDS: Tree = (
    ("upload", "upload files, and make links to them", _by("upload", "add_upload")),
    ("links", "list, make and change links", _LINKS),
    ("expiring", "list links that end soon (exit code 10: there are some)", _by("expiring", "add")),
    ("plan", "changes to many links: look, apply, undo", _PLANS),
    ("history", "everything that linktui began to do", _by("history", "add_history")),
    ("filters", "saved filters, the tabs of the Links screen", _FILTERS),
    ("keys", "the keys of the screens, and keys of your own", _KEYS),
    ("files", "list, fetch and delete stored files", _FILES),
    ("uploads", "look after the upload queue", _UPLOADS),
    ("accounts", "the accounts at services: add, test, rename, remove", _ACCOUNTS),
    ("theme", "what the screens look like", _THEMES),
    ("daemon", "the background process that uploads and serves", _DAEMON),
    ("serve", "run the link server by itself", _by("serve", "add_serve")),
    ("web", "open the screens in a browser", _by("web", "add")),
    ("run", "run a command of your own on links, files or uploads", _by("own_commands", "add")),
    ("hooks", "what is run when something happens", _HOOKS),
    ("log", "list the calls made to the services", _by("calls", "add_log")),
    (
        "doctor",
        "say what is wrong with terminal, directories, daemon, database, clock",
        _by("doctor", "add"),
    ),
    ("demo", "open a throw-away home with links and uploads in every state", _by("demo", "add")),
    ("completion", "print a shell's completion script", _add_completion),
    ("man", "print the manual page (`linktui man | man -l -`)", _add_man),
    ("schema", "print the JSON Schema of what --json prints", _by("completion", "add_schema")),
)

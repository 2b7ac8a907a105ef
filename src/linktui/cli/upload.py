"""The command `upload`: queue files, wait for the daemon to send them, print the URLs."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

from linktui.cli.desk import Desk, at_desk, confirm
from linktui.cli.exit_codes import ExitCode, Stop, exit_code_of_kind
from linktui.cli.options import add_json, add_link_options, add_yes, confirm_irrevocable, link_spec
from linktui.cli.output import say, write, write_json
from linktui.cli.records import upload_record
from linktui.cli.rehearse import add_dry_run, show_requests
from linktui.model.errors import InvalidInput
from linktui.model.option import with_defaults
from linktui.model.transfer import OnConflict, Transfer, TransferState
from linktui.services.extent import extent_of
from linktui.services.transfers import Order, source_of

STDIN = "-"
_CHOICES = {"keep-both": OnConflict.KEEP_BOTH, "reuse": OnConflict.REUSE, "skip": OnConflict.SKIP,
            "ask": OnConflict.ASK}  # fmt: skip
_ANSWERS = {"b": OnConflict.KEEP_BOTH, "r": OnConflict.REUSE, "s": OnConflict.SKIP}


def add_upload(parser: ArgumentParser) -> None:
    """Describe `upload`."""
    parser.add_argument("file", nargs="+", metavar="FILE", help="a file or folder; - is stdin")
    parser.add_argument("--link", action="store_true", help="make a link and print its URL")
    parser.add_argument("--one-link", action="store_true", help="one link for all files (means --link)")
    add_link_options(parser)
    parser.add_argument("--account", metavar="NAME")
    parser.add_argument("--zip", action="store_true", help="send a folder as one ZIP")
    parser.add_argument("--follow", action="store_true", help="follow symbolic links")
    parser.add_argument(
        "--on-conflict",
        choices=list(_CHOICES),
        default="keep-both",
        help="when a file of the same name and size is stored already",
    )
    parser.add_argument("--detach", action="store_true", help="print the upload's id and return at once")
    add_yes(parser)
    add_dry_run(parser)
    add_json(parser)
    parser.set_defaults(act=at_desk(_upload))


async def _upload(desk: Desk) -> ExitCode:
    from linktui.cli.waiting import wait_for  # needs an event loop, which a list does without

    _check(desk)
    await desk.ensure_running()
    order = _order(desk)
    if desk.arguments.dry_run:
        return await _rehearse(desk, order)
    if order.share is not None:
        confirm_irrevocable(desk.services, order.account, order.share, yes=desk.arguments.yes)
    if desk.arguments.file == [STDIN]:
        name = desk.arguments.name or "stdin"
        queued = await desk.services.transfers.enqueue_stream(sys.stdin.buffer, name, order)
    else:
        await _ask_about_much(order, yes=desk.arguments.yes)
        queued = await desk.services.transfers.enqueue(order)
    for upload in queued:
        if upload.state is TransferState.CONFLICT:
            await desk.services.transfers.decide([upload.id], _ask(upload))
    if desk.arguments.detach:
        return _hand_over(desk, queued)
    return _report(desk, await wait_for(desk, queued))


async def _ask_about_much(order: Order, *, yes: bool) -> None:
    """Ask before a folder with a lot in it is queued; raises Stop if it is not meant."""
    extent = None if yes else await extent_of(order.paths)
    if extent is not None and extent.is_large:
        confirm(f"Upload {extent.words} to {order.account}?", yes=False)


async def _rehearse(desk: Desk, order: Order) -> ExitCode:
    if desk.arguments.file == [STDIN]:
        raise InvalidInput("dry run", "cannot know what stdin is going to say; name a file")
    requests = [
        request
        for path in order.paths
        for request in await desk.services.rehearsal.upload(order, path, source_of(path.expanduser()).size)
    ]
    return show_requests(requests, as_json=desk.arguments.json)


def _check(desk: Desk) -> None:
    """Refuse what cannot work before anything is started."""
    arguments = desk.arguments
    if STDIN in arguments.file and len(arguments.file) > 1:
        raise InvalidInput("files", "cannot be uploaded together with stdin (-); upload that by itself")
    if arguments.on_conflict == "ask" and not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise Stop("--on-conflict ask needs a terminal.", ExitCode.REFUSED)
    if arguments.file == [STDIN] and arguments.password_file == STDIN:
        raise InvalidInput("password file", "cannot be stdin too")
    for file in arguments.file:
        path = os.path.expanduser(file)  # noqa: PTH111 - which leaves the name of nobody as it is
        if file != STDIN and not os.path.isdir(path):  # noqa: PTH112 - which raises nothing
            source_of(Path(path))


def _order(desk: Desk) -> Order:
    arguments = desk.arguments
    account = desk.services.accounts.get(arguments.account or desk.services.accounts.default.name)
    shared = arguments.link or arguments.one_link
    for_links = {option.key for option in account.limits.link_options if shared}
    for_files = {option.key for option in account.limits.file_options}
    given = dict(arguments.option)
    about_link = {key: value for key, value in given.items() if key in for_links}
    options = {key: value for key, value in given.items() if key in for_files or key not in for_links}
    spec = link_spec(arguments, desk.services, account=account.name, options=about_link) if shared else None
    return Order(
        account=account.name,
        paths=tuple(Path(file) for file in arguments.file),
        share=spec,
        options=with_defaults(account.limits.file_options, options),
        one_link=arguments.one_link,
        zip_folders=arguments.zip,
        on_conflict=_CHOICES[arguments.on_conflict],
        follow_symlinks=arguments.follow,
    )


def _ask(upload: Transfer) -> OnConflict:
    say(f"“{upload.name}” is stored already, with the same size.")
    while True:
        sys.stderr.write("Keep [b]oth, [r]euse the stored one if it is the same, or [s]kip? ")
        sys.stderr.flush()
        answer = sys.stdin.readline()
        if not answer:
            return OnConflict.SKIP
        if answer.strip().lower()[:1] in _ANSWERS:
            return _ANSWERS[answer.strip().lower()[:1]]


def _hand_over(desk: Desk, queued: Sequence[Transfer]) -> ExitCode:
    if desk.arguments.json:
        write_json([upload_record(upload) for upload in queued])
    else:
        for upload in queued:
            write(upload.id)
    say("The daemon does it; see `linktui uploads list`.")
    return ExitCode.DONE


def _report(desk: Desk, uploads: Sequence[Transfer]) -> ExitCode:
    done = [upload for upload in uploads if upload.state is TransferState.DONE]
    if desk.arguments.json:
        write_json([upload_record(upload) for upload in uploads])
    else:
        for text in dict.fromkeys(upload.url or upload.file_id for upload in done):
            write(text)
    codes = [_code_of(upload) for upload in uploads]
    failures = [code for code in codes if code is not ExitCode.DONE]
    for upload, code in zip(uploads, codes, strict=True):
        if upload.state is not TransferState.DONE:
            say(_sentence(upload, code))
    if not failures:
        return ExitCode.DONE
    return failures[0] if len(failures) == len(uploads) else ExitCode.PARTIAL


def _sentence(upload: Transfer, code: ExitCode) -> str:
    if upload.state is TransferState.LINKING:
        return f"“{upload.name}” is stored, but got no link, because another file of it was not sent."
    if upload.error:
        return upload.error if upload.name in upload.error else f"“{upload.name}”: {upload.error}"
    ended = "was cancelled" if code is ExitCode.INTERRUPTED else "was not sent"
    return f"“{upload.name}” {ended}."


def _code_of(upload: Transfer) -> ExitCode:
    match upload.state:
        case TransferState.DONE:
            return ExitCode.DONE
        case TransferState.AUTH_NEEDED:
            return ExitCode.UNAUTHORIZED
        case TransferState.SOURCE_CHANGED:
            return ExitCode.SOURCE
        case TransferState.CANCELLED | TransferState.CANCELLING:
            return ExitCode.DONE if upload.on_conflict is OnConflict.SKIP else ExitCode.INTERRUPTED
        case TransferState.FAILED:
            return exit_code_of_kind(upload.error_kind)
        case _:
            return ExitCode.CONFLICT

"""The commands for the upload queue: list, pause, resume, cancel, retry, clear and limit."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime

from linktui.cli.desk import Desk, at_desk, confirm, looking
from linktui.cli.exit_codes import ExitCode
from linktui.cli.options import add_output, add_yes, rate
from linktui.cli.output import say, write, write_csv, write_json, write_table
from linktui.cli.records import upload_record
from linktui.cli.several import each, found
from linktui.cli.table import Column
from linktui.model.errors import InvalidInput
from linktui.model.phrases import rate_text, size_text
from linktui.model.queue_words import fraction, percent, state_text
from linktui.model.transfer import Transfer, TransferState
from linktui.services.house import Services

_COLUMNS = (
    Column("ID", fixed=True),
    Column("NAME"),
    Column("STATE", fixed=True),
    Column("DONE", right=True, fixed=True),
    Column("SIZE", right=True, fixed=True),
    Column("RATE", right=True, fixed=True),
    Column("TRIES", right=True, fixed=True),
    Column("SAID"),
)
_SAID = {
    "pause": "{} of {} paused.",
    "resume": "{} of {} go on.",
    "cancel": "{} of {} cancelled.",
    "retry": "{} of {} tried again.",
}


def add_list(parser: ArgumentParser) -> None:
    """Describe `uploads list`."""
    parser.add_argument("--filter", default="", metavar="WORDS", help="words that all have to occur")
    parser.add_argument(
        "--state", action="append", default=[], choices=[state.value for state in TransferState]
    )
    add_output(parser)
    parser.set_defaults(act=looking(_list))


def add_act(parser: ArgumentParser, verb: str) -> None:
    """Describe `uploads pause`, `resume`, `cancel` or `retry`."""
    parser.add_argument("id", nargs="*", metavar="ID")
    parser.add_argument("--all", action="store_true", help="every upload that it applies to")
    if verb == "cancel":
        add_yes(parser)

    async def work(desk: Desk) -> ExitCode:
        return await _act(desk, verb)

    parser.set_defaults(act=at_desk(work))


def add_clear(parser: ArgumentParser) -> None:
    """Describe `uploads clear`."""
    parser.set_defaults(act=at_desk(_clear))


def add_limit(parser: ArgumentParser) -> None:
    """Describe `uploads limit`."""
    parser.add_argument("rate", nargs="?", type=rate, metavar="RATE", help="2MB, 500k, 1MiB; 0 is no limit")
    parser.set_defaults(act=at_desk(_limit))


def _list(desk: Desk) -> ExitCode:
    words = desk.arguments.filter.casefold().split()
    wanted = {TransferState(state) for state in desk.arguments.state} or set(TransferState)
    uploads = [
        upload
        for upload in desk.services.transfers.snapshot()
        if upload.state in wanted and all(word in upload.name.casefold() for word in words)
    ]
    records = [upload_record(upload) for upload in uploads]
    if desk.arguments.json:
        write_json(records)
    elif desk.arguments.csv:
        write_csv(records, of="uploads")
    elif uploads:
        write_table(_COLUMNS, [_row(upload, desk.services.clock()) for upload in uploads])
    else:
        say("No upload is in the queue; `linktui upload FILE` begins one.")
    return ExitCode.DONE


async def _act(desk: Desk, verb: str) -> ExitCode:
    service = desk.services.transfers
    uploads = _chosen(desk)
    if verb == "cancel":
        names = f"“{uploads[0].name}”" if len(uploads) == 1 else f"{len(uploads)} uploads"
        confirm(f"Cancel {names}?", yes=desk.arguments.yes)
    done = 0

    async def act(upload: Transfer) -> None:
        nonlocal done
        done += await _ACTS[verb](desk.services, [upload.id])

    code = await each(uploads, act)
    if verb != "pause":
        await desk.ensure_running()
    say(_SAID[verb].format(done, len(uploads)))
    if done or code is not ExitCode.DONE or desk.arguments.all:
        return code
    states = ", ".join(sorted({service.resolve(upload.id).state.value for upload in uploads}))
    say(f"It is {states}, so there is nothing to {verb}.")
    return ExitCode.CONFLICT


def _chosen(desk: Desk) -> list[Transfer]:
    if desk.arguments.all:
        return [upload for upload in desk.services.transfers.snapshot() if not _over(upload)]
    if not desk.arguments.id:
        raise InvalidInput("uploads", "are to be named by their ids, or with --all")
    return [found(desk.services.transfers.resolve, upload_id) for upload_id in desk.arguments.id]


def _over(upload: Transfer) -> bool:
    return upload.state in {TransferState.DONE, TransferState.CANCELLED}


async def _clear(desk: Desk) -> ExitCode:
    say(f"{await desk.services.transfers.clear()} taken out of the list; files and links stay.")
    return ExitCode.DONE


async def _limit(desk: Desk) -> ExitCode:
    service = desk.services.transfers
    if desk.arguments.rate is None:
        set_now = service.bandwidth_limit
        write(str(desk.house.settings.uploads.bandwidth_limit if set_now is None else set_now))
        return ExitCode.DONE
    await service.limit_bandwidth(desk.arguments.rate)
    limited = f"limited to {rate_text(desk.arguments.rate)} together"
    say(f"Uploads are {limited if desk.arguments.rate else 'not limited'}.")
    return ExitCode.DONE


def _row(upload: Transfer, now: datetime) -> tuple[str, ...]:
    return (
        upload.id,
        upload.name,
        state_text(upload, now),
        percent(fraction(upload)),
        size_text(upload.size),
        rate_text(upload.rate) if upload.state is TransferState.UPLOADING else "",
        str(upload.attempts) if upload.attempts else "",
        upload.error,
    )


async def _pause(services: Services, ids: Iterable[str]) -> int:
    return await services.transfers.pause(ids)


async def _resume(services: Services, ids: Iterable[str]) -> int:
    return await services.transfers.resume(ids)


async def _cancel(services: Services, ids: Iterable[str]) -> int:
    return await services.transfers.cancel(ids)


async def _retry(services: Services, ids: Iterable[str]) -> int:
    return await services.transfers.retry(ids)


_ACTS: dict[str, Callable[[Services, Iterable[str]], Awaitable[int]]] = {
    "pause": _pause,
    "resume": _resume,
    "cancel": _cancel,
    "retry": _retry,
}

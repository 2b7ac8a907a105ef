"""Print the requests that an act would send, for --dry-run."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence

from linktui.cli.exit_codes import ExitCode
from linktui.cli.output import say, write, write_json
from linktui.cli.records import request_record
from linktui.model.call import Rehearsed


def add_dry_run(parser: ArgumentParser) -> None:
    """Add --dry-run."""
    parser.add_argument(
        "--dry-run", action="store_true", help="print the requests instead of sending them, secrets masked"
    )


def show_requests(requests: Sequence[Rehearsed], *, as_json: bool) -> ExitCode:
    """Write requests as they would go over the line."""
    if as_json:
        write_json([request_record(request) for request in requests])
        return ExitCode.DONE
    for request in requests:
        write(f"{request.method} {request.url}")
        for name, value in request.headers:
            write(f"{name}: {value}")
        if request.body:
            write("")
            for line in request.body.splitlines():
                write(line)
        write("")
    say(f"{len(requests)} request{'' if len(requests) == 1 else 's'}, not sent.")
    return ExitCode.DONE

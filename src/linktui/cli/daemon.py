"""The commands for the background process: status, start, stop, restart and logs."""

from __future__ import annotations

import time
from argparse import ArgumentParser, Namespace
from collections import deque

from linktui.cli.desk import Desk, Surroundings, looking
from linktui.cli.exit_codes import ExitCode
from linktui.cli.options import add_json
from linktui.cli.output import say, write, write_facts, write_json
from linktui.cli.records import daemon_record
from linktui.model.errors import DaemonNotRunning, StorageUnusable
from linktui.model.phrases import ago_text, moment_text
from linktui.model.queue_words import counts_text, totals
from linktui.model.transfer import TransferState

FOLLOW = 0.3
"""Seconds between two looks at a followed log."""


def add_status(parser: ArgumentParser) -> None:
    """Describe `daemon status`."""
    add_json(parser)
    parser.set_defaults(act=looking(_status))


def add_logs(parser: ArgumentParser) -> None:
    """Describe `daemon logs`."""
    parser.add_argument("-n", "--lines", type=int, default=50, metavar="N", help="the last N lines")
    parser.add_argument("-f", "--follow", action="store_true", help="and what comes after")
    parser.set_defaults(act=_logs)


def add_start(parser: ArgumentParser) -> None:
    """Describe `daemon start`."""
    parser.set_defaults(act=start)


def add_stop(parser: ArgumentParser) -> None:
    """Describe `daemon stop`."""
    parser.set_defaults(act=stop)


def add_restart(parser: ArgumentParser) -> None:
    """Describe `daemon restart`."""
    parser.set_defaults(act=restart)


def add_run(parser: ArgumentParser) -> None:
    """Describe `daemon run`."""
    parser.set_defaults(act=run)


def start(arguments: Namespace, surroundings: Surroundings) -> ExitCode:
    """Start the daemon unless it runs; returns once it is ready."""
    from linktui.daemon.control import ensure_running

    running = ensure_running(surroundings.locations)
    say(f"The daemon runs as process {running.pid} and serves {running.address}.")
    return ExitCode.DONE


def stop(arguments: Namespace, surroundings: Surroundings) -> ExitCode:
    """End the daemon; what it was sending goes on with the next one."""
    from linktui.daemon.control import stop as stop_daemon

    say("The daemon has ended." if stop_daemon(surroundings.locations) else "No daemon was running.")
    return ExitCode.DONE


def restart(arguments: Namespace, surroundings: Surroundings) -> ExitCode:
    """End the daemon and start a new one."""
    stop(arguments, surroundings)
    return start(arguments, surroundings)


def run(arguments: Namespace, surroundings: Surroundings) -> ExitCode:
    """Be the daemon, in the foreground: what `daemon start` starts."""
    from linktui.daemon.main import run as run_daemon

    code = run_daemon(surroundings.locations, open_house=surroundings.open_house)
    # The daemon's own codes are for `daemon start` alone, which understands them.
    raise SystemExit(code)


def _status(desk: Desk) -> ExitCode:
    from linktui.daemon.control import status

    running = status(desk.surroundings.locations)
    transfers = desk.services.transfers.snapshot()
    if desk.arguments.json:
        write_json(daemon_record(running, transfers))
    if running is None:
        raise DaemonNotRunning
    if not desk.arguments.json:
        unfinished = [transfer for transfer in transfers if transfer.state is not TransferState.DONE]
        write_facts(
            [
                ("process", str(running.pid)),
                ("address", running.address),
                ("since", moment_text(running.since)),
                ("heartbeat", ago_text(running.heartbeat, desk.services.clock())),
                ("uploads", counts_text(totals(unfinished)) or "nothing to do"),
            ]
        )
    return ExitCode.DONE


def _logs(arguments: Namespace, surroundings: Surroundings) -> ExitCode:
    path = surroundings.locations.log
    try:
        with path.open(encoding="utf-8", errors="replace") as log:
            for line in deque(log, maxlen=max(0, arguments.lines)):
                write(line.rstrip("\n"))
            while arguments.follow:
                line = log.readline()
                if line:
                    write(line.rstrip("\n"))
                else:
                    time.sleep(FOLLOW)
    except FileNotFoundError:
        say("The daemon has not written a log yet.")
    except OSError as error:
        raise StorageUnusable(path, error.strerror or str(error)) from error
    return ExitCode.DONE

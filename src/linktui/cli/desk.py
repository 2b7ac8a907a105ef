"""What a command works with: its arguments, an open house, and the daemon when it asks for it."""

from __future__ import annotations

import select
import signal
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from linktui.cli.exit_codes import ExitCode, Stop
from linktui.config.locations import Locations

if TYPE_CHECKING:  # the house is opened by the commands that need it; `--version` does without
    from argparse import Namespace

    from linktui.services.house import House, Services

_LOOK_UP = 0.2
"""Seconds after which a wait for an answer looks whether it was interrupted."""


def _start_daemon(locations: Locations) -> None:
    from linktui.daemon.control import ensure_running

    ensure_running(locations)


def _build(locations: Locations) -> House:
    from linktui.wiring import build

    return build(locations)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """Where the program runs, and how it opens a house and has a daemon there."""

    locations: Locations
    open_house: Callable[[Locations], House] = _build
    ensure_running: Callable[[Locations], None] = _start_daemon


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What one command works with while the house is open."""

    arguments: Namespace
    house: House
    surroundings: Surroundings

    @property
    def services(self) -> Services:
        """Every service of the house."""
        return self.house.services

    async def ensure_running(self) -> None:
        """Have a daemon, started first if none is alive; raises DaemonStartFailed."""
        import asyncio

        await asyncio.to_thread(self.surroundings.ensure_running, self.surroundings.locations)


Act: TypeAlias = "Callable[[Namespace, Surroundings], ExitCode]"
"""One command."""


def looking(work: Callable[[Desk], ExitCode]) -> Act:
    """Return a command that opens the house for `work`, which only reads what is there, and closes it.

    It calls no service and writes nothing, so it does without an event loop, which takes as long to import
    as everything else.
    """

    def act(arguments: Namespace, surroundings: Surroundings) -> ExitCode:
        house = surroundings.open_house(surroundings.locations)
        try:
            return work(Desk(arguments=arguments, house=house, surroundings=surroundings))
        finally:
            house.database.close()

    return act


def at_desk(work: Callable[[Desk], Awaitable[ExitCode]], *, daemon: bool = False) -> Act:
    """Return a command that opens the house for `work` and closes it; `daemon` has one running first."""

    def act(arguments: Namespace, surroundings: Surroundings) -> ExitCode:
        import asyncio

        if daemon:
            surroundings.ensure_running(surroundings.locations)
        return asyncio.run(_work(work, arguments, surroundings))

    return act


def looking_or_asking(look: Callable[[Desk], ExitCode], ask: Callable[[Desk], Awaitable[ExitCode]]) -> Act:
    """Return a command that looks at what is known here, or with --now asks the service."""

    def act(arguments: Namespace, surroundings: Surroundings) -> ExitCode:
        return (at_desk(ask, daemon=True) if arguments.now else looking(look))(arguments, surroundings)

    return act


async def _work(
    work: Callable[[Desk], Awaitable[ExitCode]], arguments: Namespace, surroundings: Surroundings
) -> ExitCode:
    house = surroundings.open_house(surroundings.locations)
    try:
        return await work(Desk(arguments=arguments, house=house, surroundings=surroundings))
    finally:
        await house.close()


def confirm(question: str, *, yes: bool) -> None:
    """Ask before what cannot be undone; raises Stop unless the answer is yes."""
    if yes:
        return
    if not _somebody_sits_here():
        raise Stop(f"{question} Say so with --yes.", ExitCode.REFUSED)
    if _answer(f"{question} [y/N]").lower() not in {"y", "yes"}:
        raise Stop("Nothing was done.", ExitCode.REFUSED)


def confirm_number(question: str, number: int) -> None:
    """Ask for a number to be typed before what cannot be undone; raises Stop unless it is."""
    if not _somebody_sits_here():
        raise Stop(f"{question} Say so with --yes --count {number}.", ExitCode.REFUSED)
    if _answer(f"{question} Type {number} to go on:") != str(number):
        raise Stop("Nothing was done.", ExitCode.REFUSED)


def _somebody_sits_here() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _answer(question: str) -> str:
    """Return what is typed; Ctrl-C is a no, at once: asyncio's own handler would wait for the line's end."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        sys.stderr.write(f"{question} ")
        sys.stderr.flush()
        # A signal just before the wait breaks it off nowhere; it is seen when the wait is over.
        while not select.select([sys.stdin], [], [], _LOOK_UP)[0]:
            pass
        return sys.stdin.readline().strip()
    except KeyboardInterrupt as interrupt:
        sys.stderr.write("\n")
        raise Stop("Nothing was done.", ExitCode.INTERRUPTED) from interrupt
    finally:
        signal.signal(signal.SIGINT, before)

"""Do one act to several things: go on after a failure, say each, and tell the exit code of it all."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from linktui.cli.exit_codes import ExitCode, Stop, exit_code_of
from linktui.cli.output import say
from linktui.model.errors import InvalidInput, LinktuiError
from linktui.model.wording import explain

T = TypeVar("T")


def found(resolve: Callable[[str], T], wanted: str) -> T:
    """Return what an id means; raises Stop with the exit code for what is not there."""
    try:
        return resolve(wanted)
    except InvalidInput as error:
        raise Stop(explain(error), ExitCode.NOT_FOUND) from error


async def each(things: Sequence[T], act: Callable[[T], Awaitable[None]]) -> ExitCode:
    """Do `act` to each thing; PARTIAL if it failed for some of several."""
    failures: list[ExitCode] = []
    for thing in things:
        try:
            await act(thing)
        except LinktuiError as error:
            say(explain(error))
            failures.append(exit_code_of(error))
    if not failures:
        return ExitCode.DONE
    return failures[0] if len(things) == 1 else ExitCode.PARTIAL

"""Do something to files one after another, and once that is confirmed, with force to those that resist."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from textual.screen import Screen

from linktui.model.errors import LinktuiError
from linktui.model.wording import explain
from linktui.ui.dialogs.confirm import ConfirmDialog

T = TypeVar("T")
R = TypeVar("R")


async def carry_out(
    screen: Screen[Any],
    things: Sequence[T],
    act: Callable[[T, bool], Awaitable[R]],
    *,
    resisting: type[LinktuiError],
    question: Callable[[Sequence[T]], ConfirmDialog],
) -> list[R]:
    """Return what `act(thing, force)` returned for each that it could be done to.

    `question` asks whether to force those for which it raised `resisting`. Other failures are said, and hold
    up none of what comes after.
    """
    done: list[R] = []
    resisted: list[T] = []
    failures: list[LinktuiError] = []

    async def each(some: Sequence[T], *, force: bool) -> None:
        for thing in some:
            try:
                done.append(await act(thing, force))
            except LinktuiError as error:
                if isinstance(error, resisting) and not force:
                    resisted.append(thing)
                else:
                    failures.append(error)

    await each(things, force=False)
    if resisted:
        sure: bool = await screen.app.push_screen_wait(question(resisted))
        if sure:
            await each(resisted, force=True)
    if failures:
        count = f"{len(failures):,} of {len(things):,} failed. " if len(things) > 1 else ""
        screen.notify(f"{count}{explain(failures[0])}", severity="error", timeout=10, markup=False)
    return done

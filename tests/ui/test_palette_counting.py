"""What a command's argument means is found out beside the typing, and of the last that was typed alone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget
from textual.widgets import OptionList

from linktui.ui.commands import command, declared
from linktui.ui.offered import Offer, Offered
from linktui.ui.offering import meaning
from linktui.ui.screens.palette import PaletteScreen
from tests.ui.stage import Stage


class Slow(Widget):
    """Has a command whose argument takes a while to be understood."""

    BINDINGS: ClassVar[list[BindingType]] = [
        command("f", "find", "Find", "Find something.", takes="words"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.known = asyncio.Event()
        self.begun: list[str] = []
        self.broken_off: list[str] = []

    def offers(self, command_id: str, typed: str) -> Sequence[Offer] | None:
        return meaning(typed, self._read)

    def _read(self, phrase: str) -> Callable[[], Awaitable[str]]:
        async def find_out() -> str:
            self.begun.append(phrase)
            try:
                await self.known.wait()
            except asyncio.CancelledError:
                self.broken_off.append(phrase)
                raise
            return f"{len(phrase)} found"

        return find_out


async def test_the_newest_of_what_was_typed_is_found_out_beside_the_typing() -> None:
    slow = Slow()
    find = Offered(slow, declared(Slow)["find"], ("f",))
    stage = Stage(lambda: PaletteScreen([find]))
    async with stage.run_test() as pilot:

        def line() -> str:
            return str(stage.screen.query_one(OptionList).get_option_at_index(0).prompt)

        await pilot.press(*"find ab")
        await pilot.pause()
        assert line() == "find ab  …"
        await pilot.press("c")
        await pilot.pause()
        assert slow.begun[-2:] == ["ab", "abc"]
        assert slow.broken_off[-1] == "ab"
        slow.known.set()
        await stage.workers.wait_for_complete()
        assert line() == "find abc  3 found"
        await pilot.press("enter")
        await pilot.pause()
    assert stage.answer.argument == "abc"

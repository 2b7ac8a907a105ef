"""What goes over the line to the terminal, in bytes: a budget, with a clock that is moved by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from textual.pilot import Pilot

from linktui.model.transfer import TransferState
from linktui.ui.app import LinktuiApp
from linktui.ui.messages import TransfersChanged
from linktui.ui.terminal.line import ASK_BYTES, SLOW_FRAME, STUCK, Line, Mode
from tests.fakes import NOON
from tests.ui.eyes import Eyes
from tests.ui.program import World, drawn, links_of, program
from tests.ui.samples import transfer
from tests.ui.shell import press, settle

SIZE = (120, 56)
ROWS = 50


class Seconds:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@asynccontextmanager
async def watched(world: World, **settings: str) -> AsyncIterator[tuple[LinktuiApp, Pilot[None], Eyes]]:
    """Run the program before a terminal in memory."""
    eyes = Eyes(*SIZE)
    async with program(world, size=SIZE, **settings) as (app, pilot):
        app.line.out = eyes.take
        app.screen.refresh(layout=True)
        await settle(pilot)
        app.redraw()
        app.line._frame_at = 0.0  # nothing waits for a frame that was long ago
        app._paint_now()
        assert eyes.lines == drawn(app)
        eyes.rest()
        yield app, pilot, eyes


async def seed(world: World, left: timedelta) -> None:
    """Have 60 links that end one after another, the newest first."""
    await world.keep(
        *(
            world.provider.seed_link(
                name=f"report-{number:03}.pdf",
                created_at=NOON - number * timedelta(seconds=1),
                expires_at=NOON + left + number * timedelta(seconds=7),
            )
            for number in range(60)
        )
    )


async def tick(world: World, app: LinktuiApp, pilot: Pilot[None], seconds: int) -> None:
    for _ in range(seconds):
        world.clock.move(seconds=1)
        links_of(app)._on_tick()
        await settle(pilot)


async def test_fifty_rows_that_tick_cost_two_hundred_bytes_a_second(world: World) -> None:
    await seed(world, timedelta(minutes=30))
    async with watched(world) as (app, pilot, eyes):
        await tick(world, app, pilot, 20)
        assert len(links_of(app).table.in_sight) >= ROWS
        assert 0 < eyes.bytes <= 200 * 20
        assert eyes.lines == drawn(app)


async def test_links_of_days_and_nothing_that_happens_cost_nothing(world: World) -> None:
    await seed(world, timedelta(days=9, minutes=30))
    async with watched(world) as (app, pilot, eyes):
        await tick(world, app, pilot, 20)
        app.show_headers()
        app.screen.refresh(layout=True)
        await settle(pilot)
        assert eyes.frames == []


async def test_what_ticks_below_a_dialog_is_not_written_over_it(world: World) -> None:
    await seed(world, timedelta(minutes=30))
    async with watched(world) as (app, pilot, eyes):
        list_ = links_of(app)
        await press(pilot, "question_mark")
        world.clock.move(seconds=3)
        list_.table.tick()
        await settle(pilot)
        assert eyes.lines == drawn(app)
        await press(pilot, "escape")
        assert eyes.lines == drawn(app)
        assert " 29m 57s" in "\n".join(eyes.lines)


async def test_a_line_of_a_list_that_scrolls_costs_less_than_two_of_its_rows(world: World) -> None:
    await world.seed(*(f"report-{number:03}.pdf" for number in range(200)))
    async with watched(world) as (app, pilot, eyes):
        await press(pilot, *["j"] * 60)
        eyes.rest()
        await press(pilot, *["j"] * 20)
        assert 0 < eyes.bytes <= 480 * 20  # in 256 colours, as most terminals are asked for
        assert eyes.lines == drawn(app)


async def test_progress_costs_the_digits_that_change(world: World) -> None:
    async with watched(world) as (app, pilot, eyes):
        await press(pilot, "3")
        for step in range(11):
            if step == 1:
                eyes.rest()
            running = tuple(
                transfer(number, TransferState.UPLOADING, sent=step * 100_000 + number * 1000, rate=512_000.0)
                for number in range(3)
            )
            app.screen.post_message(TransfersChanged(running))
            await settle(pilot)
        assert 0 < eyes.bytes <= 150 * 10
        assert eyes.lines == drawn(app)


async def test_a_slow_line_counts_in_minutes_and_takes_few_frames(world: World) -> None:
    await seed(world, timedelta(minutes=30))
    async with watched(world, slow="on") as (app, pilot, eyes):
        text = "\n".join(eyes.lines)
        for words in (" 30m ", " 31m ", "slow line"):
            assert words in text
        app.line._now = seconds = Seconds()
        app.line.began_frame()
        await tick(world, app, pilot, 61)
        assert eyes.frames == [], "a frame waits for its time"
        seconds.now += SLOW_FRAME
        app._paint_now()
        assert len(eyes.frames) == 1
        assert eyes.bytes <= 61 * 20
        assert eyes.lines == drawn(app)


async def test_the_keys_of_the_line_show_its_traffic_spare_it_and_paint_anew(world: World) -> None:
    await world.seed("one.txt")
    async with watched(world) as (app, pilot, eyes):
        await press(pilot, "T")
        assert "B/s" in drawn(app)[0]
        await press(pilot, "T", "L")
        assert "B/s" not in drawn(app)[0]
        assert "slow line" in drawn(app)[0]
        assert app.animation_level == "none"
        await press(pilot, "L")
        assert not app.line.slow
        eyes.take("\x1b[2J")
        await press(pilot, "ctrl+l")
        assert eyes.lines == drawn(app)


def test_a_line_is_slow_once_its_answers_take_long_and_quick_once_they_do_not() -> None:
    line, told = Line(), []
    line.on_change = lambda: told.append(line.slow)
    for seconds in (0.5, 0.01, 0.5, 0.6, 0.7, 0.01, 0.01, 0.01):
        line.answered(seconds)
    assert told == [True, False]


@pytest.mark.parametrize("mode", [Mode.ON, Mode.OFF])
def test_a_line_that_a_person_has_judged_is_not_judged_again(mode: Mode) -> None:
    line = Line(mode)
    for seconds in (0.5, 0.5, 0.5, 0.01, 0.01, 0.01):
        line.answered(seconds)
        assert line.slow is (mode is Mode.ON)
        assert not line.to_ask


def test_no_frame_is_written_before_the_last_one_was_taken_and_a_stuck_line_is_slow() -> None:
    seconds = Seconds()
    line = Line(now=seconds)
    line.began_frame()
    line.note(5000)
    assert line.wait() > 0
    line.took(5000)
    assert line.wait() == 0
    for _ in range(2):
        line.note(10)
        seconds.now += STUCK + 0.1
        assert line.wait() > 0
    assert line.slow


def test_a_slow_line_takes_four_frames_a_second() -> None:
    seconds = Seconds()
    line = Line(Mode.ON, now=seconds)
    assert line.wait() == 0
    line.began_frame()
    assert line.wait() == SLOW_FRAME
    seconds.now += SLOW_FRAME
    assert line.wait() == 0


def test_a_terminal_is_asked_only_after_much_was_written() -> None:
    seconds = Seconds()
    line = Line(now=seconds)
    line.note(ASK_BYTES)
    assert line.to_ask
    line.asked()
    seconds.now += 60
    assert not line.to_ask, "an idle line stays idle"


def test_the_rate_is_that_of_the_last_seconds() -> None:
    seconds = Seconds()
    line = Line(now=seconds)
    line.note(5000)
    assert line.rate == 1000
    seconds.now += 60
    assert (line.rate, line.total) == (0, 5000)

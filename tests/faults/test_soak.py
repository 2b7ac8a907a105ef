"""Ten minutes of everything at once, with lines that fail and a daemon that is killed all the while.

`LINKTUI_SOAK=60 pytest -m soak tests/faults/test_soak.py` takes a minute instead.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from tests.faults.soak.figures import Figures
from tests.faults.soak.reckoning import Reckoning
from tests.faults.soak.scene import staged
from tests.faults.soak.work import Work

SECONDS = float(os.environ.get("LINKTUI_SOAK", "600"))


@pytest.mark.soak  # ten minutes
async def test_nothing_is_lost_or_counted_wrong_in_ten_minutes_of_faults_and_kills(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with staged(tmp_path) as scene:
        work = Work(scene)
        await work.run(SECONDS)
        reckoning = Reckoning(work)
        await reckoning.settled()
        reckoning.every_upload_is_one_file_with_its_digest()
        reckoning.every_link_has_its_exact_count()
        reckoning.every_link_is_known_as_it_is()
        reckoning.every_change_is_made()
        await reckoning.what_was_ended_gives_nothing()
        figures = Figures(work, reckoning, lines=await scene.lines.last_words())
        with capsys.disabled():
            figures.show()
        reckoning.nothing_is_left_over()
        figures.are_flat()
        assert await scene.daemon.stop() == 0
        reckoning.the_log_tells_of_no_fault_of_our_own()
        reckoning.every_database_is_whole()
        await asyncio.to_thread(reckoning.no_process_is_left)

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linktui.model.link import LinkSpec
from linktui.model.queue_words import (
    STATE_WORDS,
    bar,
    counts_text,
    fraction,
    percent,
    plan_text,
    state_text,
    totals,
    totals_text,
)
from linktui.model.transfer import TransferState
from tests.ui.samples import NOW, transfer


@given(st.floats(-1, 2), st.integers(1, 60))
def test_a_bar_is_as_wide_as_asked_for(part: float, width: int) -> None:
    assert len(bar(part, width)) == width


@given(st.floats(0, 1, exclude_max=True))
def test_nothing_reads_as_whole_before_it_is(part: float) -> None:
    assert percent(part) != "100%"
    assert bar(part, 10) != "█" * 10


def test_every_state_has_a_sign_and_a_word() -> None:
    assert set(STATE_WORDS) == set(TransferState)


def test_a_waiting_upload_counts_down_to_its_next_try() -> None:
    waiting = transfer(1, TransferState.WAITING, next_at=NOW + timedelta(seconds=42))
    assert state_text(waiting, NOW) == "◷ retry in 42s"


def test_an_empty_file_is_whole_only_when_it_is_done() -> None:
    source = transfer(1, TransferState.QUEUED).source
    empty = {"source": type(source)(path=source.path, device=1, inode=1, size=0, mtime_ns=1)}
    assert fraction(transfer(1, TransferState.QUEUED, **empty)) == 0
    assert fraction(transfer(1, TransferState.DONE, **empty)) == 1


def test_the_total_counts_what_is_sent_and_leaves_cancelled_uploads_out() -> None:
    queue = [
        transfer(1, TransferState.UPLOADING, offset=4_000_000, sent=5_000_000, rate=2_500_000.0),
        transfer(2, TransferState.QUEUED),
        transfer(3, TransferState.CANCELLED),
        transfer(4, TransferState.FAILED),
    ]
    assert totals_text(totals(queue)) == "5 MB of 30 MB · 2.5 MB/s · 6s left"
    assert counts_text(totals(queue)) == "1 running · 1 queued · 1 stuck"


@pytest.mark.parametrize("password", ["hunter2", None])
def test_the_plan_says_that_there_is_a_password_and_never_which(password: str | None) -> None:
    said = plan_text(transfer(1, TransferState.QUEUED, share=LinkSpec(password=password)))
    assert "hunter2" not in said
    assert ("with a password" in said) is (password is not None)

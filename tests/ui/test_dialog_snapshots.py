from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from linktui.config.settings import DefaultSettings
from linktui.model.transfer import TransferState
from linktui.ui.dialogs.bandwidth import BandwidthDialog
from linktui.ui.dialogs.conflict import ConflictDialog
from linktui.ui.dialogs.copy_as import CopyAsDialog
from linktui.ui.dialogs.edit_link import EditLinkDialog
from linktui.ui.dialogs.edit_several import EditSeveralDialog
from linktui.ui.dialogs.expiry import ExpiryDialog, ExpiryOfSeveralDialog
from linktui.ui.dialogs.move import MoveDialog
from linktui.ui.dialogs.new_link import NewLinkDialog
from linktui.ui.dialogs.qr import QrDialog
from linktui.ui.dialogs.tags import TagsDialog
from linktui.ui.widgets import expiry_input
from tests.ui.samples import ACCOUNT, FILE, HOSTILE, LIMITS, LINK, NOW, POOR_ACCOUNT, at_now, transfer
from tests.ui.stage import Stage, share

Snap = Callable[..., bool]
TWO = (Path("/x/report.pdf"), Path("/x/photo.jpg"))
GUARDED = replace(LINK, has_password=True, download_limit=5)


@pytest.fixture(autouse=True)
def _still_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expiry_input, "time", SimpleNamespace(monotonic=lambda: 0.0))


STATES: dict[str, tuple[Callable[[], Any], list[str]]] = {
    "share": (partial(share, *TWO), []),
    "share_folder": (partial(share, Path("/")), []),
    "share_hostile": (partial(share, *(Path("/x", name.replace("/", "∕")) for name in HOSTILE)), []),
    "share_poor": (partial(share, *TWO, accounts=(POOR_ACCOUNT,)), []),
    "share_no_link": (partial(share, *TWO), ["shift+tab", "left"]),
    "share_fault": (partial(share, *TWO), ["tab", "tab", "tab", *"many", "enter"]),
    "share_expiry_fault": (partial(share, *TWO), [*"soonish", "enter"]),
    "new_link": (partial(NewLinkDialog, (FILE,), (ACCOUNT,), DefaultSettings(), NOW), []),
    "new_upload_link": (partial(NewLinkDialog, (), (ACCOUNT,), DefaultSettings(), NOW), []),
    "expiry": (
        partial(ExpiryDialog, "When should it end?", now=NOW, current=None, limits=LIMITS),
        [*"fri 17:00"],
    ),
    "expiry_of_several": (
        partial(ExpiryOfSeveralDialog, "When should 12 links end?", now=NOW),
        [*"+7d"],
    ),
    "tags": (partial(TagsDialog, "Tags of “report.pdf”", LINK.metadata), []),
    "tags_of_several": (partial(TagsDialog, "Tags of 12 links"), []),
    "edit_several": (partial(EditSeveralDialog, 12, LIMITS, NOW), []),
    "edit_several_poor": (partial(EditSeveralDialog, 12, POOR_ACCOUNT.limits, NOW), []),
    "move": (partial(MoveDialog, [GUARDED] * 3, (ACCOUNT, POOR_ACCOUNT), NOW), []),
    "move_poor": (
        partial(MoveDialog, [GUARDED] * 3, (POOR_ACCOUNT, ACCOUNT), NOW),
        [*["tab"] * 2, "right", "enter"],
    ),
    "new_links": (partial(NewLinkDialog, (FILE, FILE), (ACCOUNT,), DefaultSettings(), NOW), []),
    "edit": (partial(EditLinkDialog, GUARDED, LIMITS, NOW), []),
    "edit_poor": (partial(EditLinkDialog, GUARDED, POOR_ACCOUNT.limits, NOW), []),
    "copy_as": (partial(CopyAsDialog, [LINK] * 6, {}, at_now), ["down"]),
    "conflict": (partial(ConflictDialog, transfer(1, TransferState.CONFLICT), others=3), []),
    "bandwidth": (partial(BandwidthDialog, 2_000_000), []),
    "bandwidth_fault": (partial(BandwidthDialog, None), [*"fast", "enter"]),
    "qr": (partial(QrDialog, LINK), []),
}


@pytest.mark.parametrize("state", STATES)
def test_a_dialog_looks_as_it_should_in_the_smallest_terminal(state: str, snap_compare: Snap) -> None:
    make, keys = STATES[state]
    assert snap_compare(Stage(make), press=keys, terminal_size=(80, 24))


@pytest.mark.parametrize("state", ["share", "edit"])
def test_a_form_stays_narrow_in_a_wide_terminal(state: str, snap_compare: Snap) -> None:
    make, keys = STATES[state]
    assert snap_compare(Stage(make), press=keys, terminal_size=(160, 45))

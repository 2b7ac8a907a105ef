from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot

from linktui.model.file import File
from linktui.model.link import LinkSpec
from linktui.model.transfer import TransferState
from linktui.services.house import House
from linktui.storage.accounts import Accounts
from linktui.storage.files import Files
from linktui.storage.transfers import Transfers
from linktui.ui.screens.files import FilesScreen
from linktui.ui.screens.uploads import UploadsScreen
from tests.fakes import NOON, Clock, FakeProvider
from tests.ui.samples import HOSTILE, transfer
from tests.ui.shell import Make, Seed, Shell, open_house, press, settle

Snap = Callable[..., bool]
WHEN = NOON.timestamp() - 86_400 * 3
SMALL, WIDE = (80, 24), (160, 40)


async def seed_nothing(house: House) -> None:
    """Leave the house as a first start finds it."""


async def seed_failing(house: House) -> None:
    await Accounts(house.database).failed("local", error="The daemon is not running.")


async def seed_all(house: House) -> None:
    names = ("report.pdf", "backup-2026-11.tar.zst", HOSTILE[0], "slides.odp")
    files = [
        File(
            account="local",
            id=f"f_{number}",
            name=name,
            size=12_345 * 10**number,
            created_at=NOON - timedelta(days=number),
            link_count=number % 3,
        )
        for number, name in enumerate(names)
    ]
    await Files(house.database).save(files, seen=NOON)
    await Accounts(house.database).synced("local", at=NOON, cursor="1", clock_offset=timedelta(0))
    share = LinkSpec(password="secret", expires_at=NOON + timedelta(days=7))
    waiting = {
        "attempts": 3,
        "next_at": NOON + timedelta(seconds=42),
        "error": "The service does not answer.",
    }
    await Transfers(house.database).add(
        [
            transfer(
                1, TransferState.UPLOADING, offset=4_000_000, sent=4_321_000, rate=2_500_000.0, share=share
            ),
            transfer(
                2, TransferState.UPLOADING, name="a very long name " * 6, offset=9_000_000, rate=500_000.0
            ),
            transfer(3, TransferState.QUEUED),
            transfer(4, TransferState.PAUSED, offset=1_000_000),
            transfer(5, TransferState.WAITING, **waiting),
            transfer(6, TransferState.CONFLICT, name="report.pdf"),
            transfer(7, TransferState.FAILED, error="“file-7.bin” cannot be read: permission denied."),
            transfer(8, TransferState.DONE, link_id="l_1", url="http://127.0.0.1:1/l/x", file_id="f_8"),
            transfer(9, TransferState.CANCELLED),
            transfer(10, TransferState.SOURCE_CHANGED, error="“file-10.bin” changed since it was queued."),
        ]
    )


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = tmp_path / "files"
    (folder / "docs").mkdir(parents=True)
    (folder / "link").symlink_to("docs")
    for number, name in enumerate(("notes.md", "holiday " * 10 + ".jpg", ".hidden", *HOSTILE)):
        (folder / name.replace("/", "∕")).write_bytes(b"# Notes\n\nA line.\n" * 4**number)
    for path in (*folder.iterdir(), folder):
        path.chmod(0o755 if path.is_dir() else 0o644)
        os.utime(path, (WHEN, WHEN))
    return folder


def shell(tmp_path: Path, make: Make, seed: Seed) -> Shell:
    clock = Clock()
    return Shell(open_house(tmp_path / "home", FakeProvider(clock), clock), make, seed=seed)


def pressing(*keys: str) -> Callable[[Pilot[None]], object]:
    async def before(pilot: Pilot[None]) -> None:
        await settle(pilot)
        await press(pilot, *keys)

    return before


@pytest.mark.parametrize(
    ("name", "size", "seed", "keys"),
    [
        ("small", SMALL, seed_all, ["down", "down", "space"]),
        ("wide", WIDE, seed_all, []),
        ("preview", WIDE, seed_all, ["p", "end"]),
        ("preview_small", SMALL, seed_all, ["end", "p"]),
        ("stored", SMALL, seed_all, ["tab", "space"]),
        ("stored_empty", SMALL, seed_nothing, ["tab"]),
        ("stored_failing", SMALL, seed_failing, ["tab"]),
        ("filtered", SMALL, seed_all, ["slash", *"nope", "enter"]),
        ("nothing_found", SMALL, seed_all, ["slash", *"xyz"]),
        ("facts", SMALL, seed_all, ["tab", "enter"]),
        ("delete", SMALL, seed_all, ["tab", "D"]),
    ],
)
def test_the_files_screen_looks_as_it_should(
    name: str,
    size: tuple[int, int],
    seed: Seed,
    keys: list[str],
    folder: Path,
    tmp_path: Path,
    snap_compare: Snap,
) -> None:
    app = shell(tmp_path, lambda services: FilesScreen(services, directory=folder), seed)
    assert snap_compare(app, terminal_size=size, run_before=pressing(*keys))


@pytest.mark.parametrize(
    ("name", "size", "seed", "keys"),
    [
        ("empty", SMALL, seed_nothing, []),
        ("full", SMALL, seed_all, []),
        ("failed", SMALL, seed_all, ["down"] * 6),
        ("wide", WIDE, seed_all, ["down"] * 4),
        ("cancel", SMALL, seed_all, ["x"]),
        ("conflict", SMALL, seed_all, [*["down"] * 5, "enter"]),
    ],
)
def test_the_uploads_screen_looks_as_it_should(
    name: str, size: tuple[int, int], seed: Seed, keys: list[str], tmp_path: Path, snap_compare: Snap
) -> None:
    app = shell(tmp_path, UploadsScreen, seed)
    assert snap_compare(app, terminal_size=size, run_before=pressing(*keys))

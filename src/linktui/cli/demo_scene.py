"""The week of a small team that `demo` shows, made through the services as a user would make it."""

from __future__ import annotations

import asyncio
import os
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path

from linktui.cli.demo_accounts import open_accounts
from linktui.cli.desk import Desk
from linktui.cli.exit_codes import ExitCode
from linktui.model.errors import DaemonStartFailed
from linktui.model.expiry import parse_expiry
from linktui.model.file import File
from linktui.model.link import Link, LinkKind, LinkSpec
from linktui.model.query import FileQuery
from linktui.model.transfer import OnConflict, Transfer, TransferState
from linktui.services.transfers import Order

PATIENCE = 60.0
SLOW = 400_000
"""Bytes a second for what is still on its way, so that there is something to watch."""

_NAMES = (
    "invoice-10233.pdf", "invoice-10234.pdf", "invoice-10235.pdf", "contract-signed.pdf", "q3-report.pdf",
    "release-notes.md", "meeting-notes.md", "api-gateway.log", "worker-7.log", "nginx-access.log",
    "build-2026.11.20-amd64.deb", "build-2026.11.21-amd64.deb", "build-2026.11.21-arm64.deb", "SHA256SUMS",
    "schema-dump.sql.gz", "coupon-codes.csv", "price-list.xlsx", "onboarding.mp4", "brand-assets.zip",
    "dispute-4410-evidence.pdf", "screenshot-checkout.png", "traces-eu-west.ndjson", "photos-offsite.zip",
    "bank-statement-october.pdf",
)  # fmt: skip
_SLOW = (
    ("database-2026-11-21.tar.zst", 80_000_000),
    ("walkthrough.mp4", 45_000_000),
    ("core.12345", 30_000_000),
    ("traces-us-east.ndjson", 9_000_000),
)
_ENDS = ("never", "4m", "40m", "3h", "11h", "20h", "30h", "3d", "7d", "30d")


async def fill(desk: Desk) -> ExitCode:
    """Make about sixty links and a queue with an upload in every state."""
    folder = desk.surroundings.locations.cache / "demo"
    await asyncio.to_thread(_make_files, folder)
    await _store(desk, [folder / name for name in _NAMES])
    files = desk.services.files.window(FileQuery(), offset=0, limit=100)
    await _living(desk, files)
    await _ended(desk, files)
    await open_accounts(desk, folder)
    await _queue(desk, folder)
    return ExitCode.DONE


async def _store(desk: Desk, paths: Sequence[Path]) -> None:
    order = Order(
        account=_account(desk), paths=tuple(paths), share=_spec(desk, "7d"), on_conflict=OnConflict.KEEP_BOTH
    )
    queued = await desk.services.transfers.enqueue(order)
    await _until(desk, queued, TransferState.DONE)


async def _living(desk: Desk, files: Sequence[File]) -> None:
    """Make links that still give what they promise, of each kind and with each protection."""
    create, account = desk.services.links.create, _account(desk)
    for number, end in enumerate(_ENDS * 2):
        file = files[number % len(files)]
        spec = _spec(
            desk,
            end,
            kind=LinkKind.VIEW if number % 2 else LinkKind.DOWNLOAD,
            name=file.name if number < len(_ENDS) else f"{file.name} for the auditors",
            password="open sesame" if number % 5 == 3 else None,
            download_limit=5 if number % 4 == 2 else None,
            metadata={"team": "platform", "order": str(4400 + number)} if number % 3 == 0 else {},
        )
        await create(account, (file.id,), spec)
    captions = ("What changed", "Debian package, amd64", "The same for arm64", "Check with sha256sum -c")
    whole = _spec(
        desk, "14d", name="Release 2026.11.21", metadata={"release": "2026.11.21"}, captions=captions
    )
    await create(account, tuple(file.id for file in files[:8]), whole)
    for name in ("Bank statements for the auditors", "Photos of the offsite", "Logs from your machine"):
        await create(account, (), _spec(desk, "5d", kind=LinkKind.UPLOAD, name=name))


async def _ended(desk: Desk, files: Sequence[File]) -> None:
    """Make links that are over: expired, used up by real downloads, revoked, deleted."""
    links = desk.services.links
    for number, file in enumerate(files[:12]):
        used_up = number % 3 == 0
        spec = _spec(desk, "2d", name=f"old {file.name}", download_limit=1 if used_up else None)
        link = await links.create(_account(desk), (file.id,), spec)
        if used_up:
            await asyncio.to_thread(_download, link)
            await links.fetch(link)
        elif number % 3 == 1:
            await links.expire(link)
        elif number % 6 == 2:
            await links.revoke(link)
        else:
            await links.delete(link)


async def _queue(desk: Desk, folder: Path) -> None:
    """Put uploads into the queue that are slow, paused, changed, in conflict, failed and cancelled."""
    transfers = desk.services.transfers
    await transfers.limit_bandwidth(SLOW)
    changed = await _enqueue(desk, folder / "server.log", 2_000_000)
    with (folder / "server.log").open("ab") as log:
        log.write(b"one more line\n")
    await _until(desk, changed, TransferState.SOURCE_CHANGED)
    gone = await _enqueue(desk, folder / "gone.tmp", 2_000_000)
    (folder / "gone.tmp").unlink()
    await _until(desk, gone, TransferState.FAILED, TransferState.SOURCE_CHANGED)
    paused = await _enqueue(desk, folder / "camera-roll.zip", 90_000_000)
    await transfers.pause([paused[0].id])
    given_up = await _enqueue(desk, folder / "wrong-file.iso", 50_000_000)
    await transfers.cancel([given_up[0].id])
    slow = [await _enqueue(desk, folder / name, size) for name, size in _SLOW]
    await _until(desk, slow[0], TransferState.UPLOADING)
    same = Order(
        account=_account(desk),
        paths=(folder / _NAMES[0],),
        share=_spec(desk, "7d"),
        on_conflict=OnConflict.ASK,
    )
    await transfers.enqueue(same)


async def _enqueue(desk: Desk, path: Path, size: int) -> tuple[Transfer, ...]:
    _make_file(path, size)
    order = Order(
        account=_account(desk), paths=(path,), share=_spec(desk, "7d"), on_conflict=OnConflict.KEEP_BOTH
    )
    return await desk.services.transfers.enqueue(order)


async def _until(desk: Desk, queued: Sequence[Transfer], *states: TransferState) -> None:
    """Wait until uploads are in one of `states`; raises DaemonStartFailed if they never are."""
    end = asyncio.get_running_loop().time() + PATIENCE
    while any(_state(desk, upload) not in states for upload in queued):
        if asyncio.get_running_loop().time() > end:
            raise DaemonStartFailed("it did not work off the demo's uploads")
        await asyncio.sleep(0.05)


def _state(desk: Desk, upload: Transfer) -> TransferState | None:
    known = desk.services.transfers.get(upload.id)
    return known.state if known else None


def _account(desk: Desk) -> str:
    return desk.services.accounts.default.name


def _spec(
    desk: Desk,
    ends: str,
    *,
    kind: LinkKind = LinkKind.DOWNLOAD,
    name: str = "",
    password: str | None = None,
    download_limit: int | None = None,
    metadata: Mapping[str, str] | None = None,
    captions: tuple[str, ...] = (),
) -> LinkSpec:
    return LinkSpec(
        kind=kind,
        name=name,
        expires_at=parse_expiry(ends, now=desk.services.links.now(_account(desk))),
        password=password,
        download_limit=download_limit,
        metadata=metadata or {},
        captions=captions,
    )


def _download(link: Link) -> None:
    """Fetch a link's bytes so that its one download is spent."""
    with urllib.request.urlopen(f"{link.url}/download", timeout=10) as answer:  # noqa: S310 - its own link
        answer.read()


def _make_files(folder: Path) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    for number, name in enumerate(_NAMES):
        _make_file(folder / name, 3_000 * (number % 7 + 1) ** 3)


def _make_file(path: Path, size: int) -> None:
    with path.open("wb") as file:
        file.write(os.urandom(min(size, 4096)))
        file.truncate(size)

"""One account of each kind for `demo`, at the services' dialects that its own link server speaks."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from linktui.cli.desk import Desk
from linktui.config.account import AccountSettings
from linktui.config.locations import Locations
from linktui.config.secrets import keep_in_file
from linktui.model.expiry import parse_expiry
from linktui.model.link import LinkKind, LinkSpec
from linktui.model.option import with_defaults
from linktui.model.transfer import TransferState
from linktui.services.transfers import Order

PATIENCE = 30.0
_PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
_PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scene:
    """What happens at one account."""

    account: str
    dialect: str
    files: tuple[str, ...]
    ends: str
    options: Mapping[str, str] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)
    hands_in: str = ""
    """The name of a link through which others hand files in."""


_SCENES = (
    _Scene(
        account="acme-payments",
        dialect="stripe",
        files=("dispute-4410-evidence.pdf", "receipt-8812.png"),
        ends="30d",
        options={"purpose": "dispute_evidence"},
        metadata={"dispute": "4410"},
    ),
    _Scene(
        account="acme-underwriting",
        dialect="finix",
        files=("bank-statement-october.pdf",),
        ends="2d",
        options={"type": "BANK_STATEMENT"},
        metadata={"merchant": "Corner Bakery"},
        hands_in="Tax document of Corner Bakery",
    ),
    _Scene(account="acme-tax", dialect="digitalriver", files=("exemption-certificate.pdf",), ends="90d"),
    _Scene(
        account="acme-files", dialect="liquidfiles", files=("build-notes.pdf", "architecture.png"), ends="14d"
    ),
)


def write_settings(locations: Locations) -> None:
    """Have the demo's link server speak the dialects; what stands in the file already stays."""
    locations.create()
    if not locations.settings_file.exists():
        locations.settings_file.write_text("[local]\ndialects = true\n", encoding="utf-8")


async def open_accounts(desk: Desk, folder: Path) -> None:
    """Add an account at each dialect, with files and links."""
    from linktui.daemon.control import status
    from linktui.linkserver.dialects.registry import describe

    running = status(desk.surroundings.locations)
    if running is None:
        return
    dialects = await asyncio.to_thread(describe, desk.surroundings.locations.server, running.address)
    known = {account.name for account in desk.services.accounts.all()}
    for scene in _SCENES:
        if scene.dialect in dialects and scene.account not in known:
            await _open(desk, scene, dialects[scene.dialect], folder)


async def _open(desk: Desk, scene: _Scene, dialect: Mapping[str, str], folder: Path) -> None:
    secret = desk.surroundings.locations.config / "secrets" / scene.account
    await asyncio.to_thread(keep_in_file, secret, dialect["secret"])
    settings = AccountSettings(
        provider=scene.dialect,
        secret=f"file:{secret}",
        base_url=dialect["base_url"],
        settings={"username": dialect["username"]} if "username" in dialect else {},
    )
    await desk.services.book.add(scene.account, settings)
    await desk.services.book.identify(scene.account)
    await _share(desk, scene, folder)
    if scene.hands_in:
        spec = LinkSpec(kind=LinkKind.UPLOAD, name=scene.hands_in, expires_at=_end(desk, scene))
        await desk.services.links.create(scene.account, (), spec)


async def _share(desk: Desk, scene: _Scene, folder: Path) -> None:
    limits = desk.services.accounts.get(scene.account).limits
    spec = LinkSpec(
        kind=limits.kinds[0],
        expires_at=_end(desk, scene),
        metadata=scene.metadata if limits.metadata_pairs else {},
    )
    order = Order(
        account=scene.account,
        paths=tuple(_make(folder / name) for name in scene.files),
        share=spec,
        options=with_defaults(limits.file_options, scene.options),
    )
    queued = await desk.services.transfers.enqueue(order)
    end = asyncio.get_running_loop().time() + PATIENCE
    while asyncio.get_running_loop().time() < end:
        states = {one.state for one in desk.services.transfers.snapshot() if one.batch == queued[0].batch}
        if states <= {TransferState.DONE, TransferState.FAILED}:
            return
        await asyncio.sleep(0.05)


def _end(desk: Desk, scene: _Scene) -> datetime | None:
    return parse_expiry(scene.ends, now=desk.services.links.now(scene.account))


def _make(path: Path) -> Path:
    path.write_bytes(_PDF if path.suffix == ".pdf" else _PNG)
    return path

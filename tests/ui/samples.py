"""Links, files, uploads and accounts that the tests of the screens share."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from linktui.model.capability import Ability, Account, Limits
from linktui.model.file import File
from linktui.model.link import Link, LinkedFile, LinkKind
from linktui.model.transfer import Source, Transfer, TransferState

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
HOSTILE = (
    "[/nope]",
    "\x1b[31mred\x1b[0m",
    "two\nlines",
    "\u202egpj.exe",
    "[@click=app.quit]x[/]",
    "a\udcffb",
)

LIMITS = Limits(
    kinds=(LinkKind.DOWNLOAD, LinkKind.VIEW, LinkKind.UPLOAD), files_per_link=100, metadata_pairs=50
)
POOR = Limits(
    missing={
        Ability.PASSWORD: "its links have no passwords; use a short expiry",
        Ability.NEVER_EXPIRE: "every link there ends within a year",
        Ability.DOWNLOAD_LIMIT: "it does not count downloads",
        Ability.SLUG: "it makes the addresses itself",
        Ability.METADATA: "it keeps none",
    }
)
ACCOUNT = Account(name="local", provider="local", limits=LIMITS)
POOR_ACCOUNT = Account(name="poor", provider="poor", limits=POOR)

LINK = Link(
    account="local",
    provider="local",
    id="l1",
    kind=LinkKind.DOWNLOAD,
    name="report.pdf",
    url="http://127.0.0.1:4000/l/Ab3dEfGh1jKlMn0p",
    slug="Ab3dEfGh1jKlMn0p",
    created_at=NOW - timedelta(days=5),
    expires_at=NOW + timedelta(days=2),
    files=(LinkedFile("f1", "report.pdf", 1_200_000),),
    metadata={"team": "ops", "ticket": "A-12"},
)
FILE = File(account="local", id="f1", name="report.pdf", size=1_200_000, created_at=NOW - timedelta(days=5))


def at_now(link: Link) -> datetime:
    """Return the moment by every service's clock."""
    return NOW


def transfer(number: int, state: TransferState, **values: Any) -> Transfer:
    """Return an upload of 10 MB in some state."""
    path = Path(f"/home/ada/file-{number}.bin")
    plain = Transfer(
        id=f"t{number}",
        account="local",
        source=Source(path=path, device=1, inode=number, size=10_000_000, mtime_ns=1),
        name=path.name,
        state=state,
        created_at=NOW - timedelta(minutes=number),
        position=number,
        batch="b1",
    )
    return replace(plain, **values)

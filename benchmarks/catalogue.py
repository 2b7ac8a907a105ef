"""A database with as many links as wanted, of several accounts: made once and kept."""

from __future__ import annotations

import asyncio
import itertools
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from apsw import Connection

sys.path.insert(0, str(Path(__file__).parents[1]))

from linktui.config.locations import Locations
from linktui.model.link import Link, LinkedFile, LinkKind
from linktui.storage.database import Database
from linktui.storage.links import write_links
from linktui.storage.migrations import MIGRATIONS
from linktui.storage.words import Words

SIZES = (1_000, 100_000, 1_000_000)
BATCH = 20_000
ACCOUNTS = (("acme-payments", "stripe", 50), ("acme-files", "stripe", 30), ("north", "stripe", 15),
            ("acme-tax", "stripe", 4), ("attic", "stripe", 1))  # fmt: skip
"""Name, kind, and how many of a hundred links it has."""
NOWHERE = "http://127.0.0.1:9/"
"""Where the accounts are: the services of a benchmark are not to be reached."""
SETTINGS = "[uploads]\nbandwidth_limit = 3000000\n"
SUBJECTS = ("report", "invoice", "contract", "statement", "evidence", "receipt", "drawing", "minutes",
            "photo", "backup", "résumé", "delivery note", "tender", "certificate", "build notes")  # fmt: skip
CUSTOMERS = ("Acme", "Corner Bakery", "Müller", "Initech", "Globex", "Umbrella", "Hooli", "Stark", "Wayne",
             "Tyrell", "Soylent", "Cyberdyne", "Wonka", "Gringotts", "Oscorp", "Aperture")  # fmt: skip
ENDINGS = ("pdf", "zip", "xlsx", "png", "docx", "mp4", "tar.gz")
TEAMS = ("ops", "sales", "legal", "finance")


def home(size: int) -> Path:
    """Return a directory for LINKTUI_HOME whose database holds that many links; made if need be."""
    schema = f"{len(MIGRATIONS)}.{sum(map(len, MIGRATIONS))}"
    place = Path(tempfile.gettempdir()) / f"linktui-catalogue-{os.getuid()}" / schema / str(size)
    if not place.exists():
        draft = place.with_suffix(".draft")
        shutil.rmtree(draft, ignore_errors=True)
        fill(Locations.below(draft), size)
        draft.rename(place)
    return place


def fill(locations: Locations, size: int) -> None:
    """Make a data directory and write its links; the indexes are made after them, which is sooner done."""
    locations.create()
    locations.settings_file.parent.mkdir(exist_ok=True)
    locations.settings_file.write_text(SETTINGS + "".join(map(_table, ACCOUNTS)))
    now = datetime.now(UTC)
    database = Database(locations.database)
    indexes = database.read.execute(
        "SELECT name, sql FROM sqlite_schema WHERE name GLOB 'link_by_*'"
    ).fetchall()
    told = links(size, now=now)

    def write(connection: Connection) -> None:
        for name, _ in indexes:
            connection.execute(f"DROP INDEX {name}")
        while batch := [(link, "{}") for link in itertools.islice(told, BATCH)]:
            write_links(connection, batch, seen=now)
        for _, sql in indexes:
            connection.execute(str(sql))

    database.write_now(write)
    asyncio.run(_read_words(Words(database)))
    database.close()


async def _read_words(words: Words) -> None:
    """Do what the daemon does behind a sync."""
    while words.behind:
        await words.read_some()


def links(size: int, *, now: datetime, seed: int = 1) -> Iterator[Link]:
    """Yield links as services would tell them, the newest first: three in ten have ended."""
    chance = random.Random(seed)
    names = [account for account in ACCOUNTS for _ in range(account[2])]
    apart = timedelta(days=730) / size
    for number in range(size):
        account, provider, _ = chance.choice(names)
        yield _link(chance, number, account, provider, now - number * apart, now)


def _table(account: tuple[str, str, int]) -> str:
    return (
        f'[accounts.{account[0]}]\nprovider = "{account[1]}"\nbase_url = "{NOWHERE}"\nsecret = "env:NONE"\n'
    )


def _link(
    chance: random.Random, number: int, account: str, provider: str, created: datetime, now: datetime
) -> Link:
    customer, subject = chance.choice(CUSTOMERS), chance.choice(SUBJECTS)
    name = f"{customer} {subject} {chance.randrange(10**6):06}.{chance.choice(ENDINGS)}"
    ended, limit = chance.random() < 0.25, chance.choice((None, None, None, 1, 5, 100))
    life = timedelta(seconds=chance.randrange(60, 90 * 86400))
    ends = now - life if ended else now + life
    return Link(
        account=account,
        provider=provider,
        id=f"link_{number:07x}{chance.randrange(1 << 32):08x}",
        kind=chance.choice((LinkKind.DOWNLOAD,) * 8 + (LinkKind.VIEW, LinkKind.UPLOAD)),
        name=name,
        url=f"https://files.example/l/{chance.randrange(1 << 64):016x}",
        created_at=min(created, ends),
        expires_at=ends if ended or chance.random() < 0.8 else None,
        revoked_at=now if chance.random() < 0.05 else None,
        downloads=chance.choice((0, 0, 0, 1, 2, chance.randrange(1000))) if limit != 1 else 0,
        download_limit=limit,
        has_password=chance.random() < 0.1,
        files=(LinkedFile(f"file_{number // 2:07x}", name, chance.randrange(1, 1 << 32)),),
        metadata={"team": chance.choice(TEAMS), "order": str(chance.randrange(10**7))},
    )


if __name__ == "__main__":
    for wanted in map(int, sys.argv[1:]) if sys.argv[1:] else SIZES:
        began = time.perf_counter()
        print(f"{home(wanted)}  {time.perf_counter() - began:.1f} s")

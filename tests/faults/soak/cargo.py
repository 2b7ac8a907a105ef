"""What the soak sends and fetches, and what it knows of each: the other side of the account."""

from __future__ import annotations

import hashlib
import os
import random
from dataclasses import dataclass, field
from pathlib import Path

from linktui.model.link import LinkSpec
from linktui.model.transfer import Transfer

DOWNLOADERS = 3
SIZES = ((1 << 10, 200 << 10, 6), (300 << 10, 3 << 20, 5), (3 << 20, 12 << 20, 1))
"""The least and most bytes of small, usual and large files, and how often each is."""
HEAD = b"%PDF-1.4\n"
"""What every file begins with, as not every service takes just anything."""


@dataclass(slots=True)
class Attempt:
    """One request for a link's bytes."""

    agent: str
    """Its name, which the server's log of downloads has too."""
    status: int = 0
    """0 where not even the head of an answer came."""
    received: int = 0
    whole: bool = False
    """Whether all bytes came, flipped ones too."""


@dataclass(slots=True)
class Cargo:
    """One file, its upload, its link and its downloads."""

    name: str
    account: str
    path: Path
    size: int
    sha256: str
    spec: LinkSpec | None = None
    transfer: Transfer | None = None
    attempts: list[Attempt] = field(default_factory=list)
    arrived: int = 0
    """Downloaders who have all of it, byte for byte."""
    ended: bool = False
    """Whether its link was told to end, be it before everybody had all of it."""
    extra_links: int = 0
    """Links that were made to it afterwards."""


def pack(directory: Path, name: str, *, account: str, most: int = 1 << 40) -> Cargo:
    """Write a file of random bytes that looks like a PDF, and return what is known of it."""
    [(least, largest, _)] = random.choices(SIZES, [often for _, _, often in SIZES])
    data = HEAD + os.urandom(random.randint(min(least, most), min(largest, most)))
    path = directory / name
    path.write_bytes(data)
    return Cargo(name, account, path, len(data), hashlib.sha256(data).hexdigest())

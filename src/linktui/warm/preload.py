"""Bring everything into memory that a face needs for its first frames, and have it painted once."""

from __future__ import annotations

import gc
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path

from linktui.config.locations import Locations
from linktui.model.link import Link, LinkKind
from linktui.providers.registry import OURS
from linktui.storage.links import write_links
from linktui.ui.start import rehearse
from linktui.wiring import build

SOON = (
    "linktui.cli.main",
    "linktui.config.validation",
    "linktui.daemon.control",
    *(f"linktui.providers.{kind}.kind" for kind in OURS),
    "linktui.ui.screens.palette",
    "linktui.ui.screens.accounts",
    "linktui.ui.screens.detail",
    "linktui.ui.screens.files",
    "linktui.ui.screens.help",
    "linktui.ui.screens.timeline",
    "linktui.ui.screens.uploads",
    "textual.drivers.linux_driver",
    "textual.scrollbar",
)
"""What the first frame does without, and the first keys do not."""


def preload() -> None:
    """Import, and paint the screens of a home of its own to nobody, which fills what is kept for frames."""
    for name in SOON:
        import_module(name)
    with tempfile.TemporaryDirectory(prefix="linktui-warm-") as home:
        house = build(Locations.below(Path(home)))
        now = house.services.clock()
        house.database.write_now(lambda connection: write_links(connection, _some_links(now), seen=now))
        try:
            rehearse(house.services, screen=house.settings.screen)
        finally:
            house.database.close()
    gc.collect()
    gc.disable()  # until a face is forked: a collection here would touch, and so copy, what the faces share
    gc.freeze()


def _some_links(now: datetime) -> Iterator[tuple[Link, str]]:
    """Yield more links than a screen has rows, of every kind; one name is not of Latin letters."""
    for number in range(60):
        link = Link(
            account="local",
            provider="local",
            id=f"l_{number}",
            kind=list(LinkKind)[number % len(LinkKind)],
            name="报告 📎.pdf" if number else "report.pdf",
            url=f"http://127.0.0.1/l/{number}",
            created_at=now,
            expires_at=now + timedelta(hours=2**number % 2000),
        )
        yield link, "{}"

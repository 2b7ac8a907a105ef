"""Bring everything into memory that a face needs for its first frames, and have it painted once."""

from __future__ import annotations

import gc
import tempfile
from importlib import import_module
from pathlib import Path

from linktui.config.locations import Locations
from linktui.ui.start import rehearse
from linktui.wiring import build

SOON = (
    "linktui.cli.main",
    "linktui.daemon.control",
    "linktui.ui.palette",
    "linktui.ui.screens.accounts",
    "linktui.ui.screens.detail",
    "linktui.ui.screens.files",
    "linktui.ui.screens.help",
    "linktui.ui.screens.uploads",
    "textual.drivers.linux_driver",
    "textual.scrollbar",
)
"""What the first frame does without, and the first keys do not."""


def preload() -> None:
    """Import, and paint the screens of an empty home to nobody, which fills what is kept between frames."""
    for name in SOON:
        import_module(name)
    with tempfile.TemporaryDirectory(prefix="linktui-warm-") as home:
        house = build(Locations.below(Path(home)))
        try:
            rehearse(house.services, screen=house.settings.screen)
        finally:
            house.database.close()
    gc.collect()
    gc.disable()  # until a face is forked: a collection here would touch, and so copy, what the faces share
    gc.freeze()

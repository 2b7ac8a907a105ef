"""Check who the pages are to say that the files are from, but for what is in the logo's file."""

from __future__ import annotations

import re
from pathlib import Path

from linktui.config.settings import SenderSettings
from linktui.model.errors import InvalidInput
from linktui.model.text import clean

LONGEST_NAME = 60
_ACCENT = re.compile(r"#[0-9A-Fa-f]{6}")


def check_sender(sender: SenderSettings) -> None:
    """Raise InvalidInput naming the setting for what no page can show."""
    name = sender.name
    if name != clean(name).strip() or len(name) > LONGEST_NAME:
        raise InvalidInput("name", f"has to be at most {LONGEST_NAME} characters, on one line")
    if sender.logo and Path(sender.logo).suffix.lower() not in {".png", ".svg"}:
        raise InvalidInput("logo", "has to be a file that ends in .png or .svg")
    if sender.logo and not name:
        raise InvalidInput("name", "is needed beside a logo, for those who cannot see it")
    if sender.accent and not _ACCENT.fullmatch(sender.accent):
        raise InvalidInput("accent", "has to be a colour such as #1f5fbf")

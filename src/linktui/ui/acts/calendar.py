"""Write when links end into a file that any calendar takes."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

from linktui.config.private_file import write_private
from linktui.model.errors import InvalidInput
from linktui.model.plan_words import counted
from linktui.model.text import clean
from linktui.services.calendar import calendar_of
from linktui.ui.acts.desk import Desk
from linktui.ui.dialogs.calendar import CalendarDialog

AHEAD = timedelta(hours=1)
"""How long before an end its alarm goes off."""


def export_calendar(desk: Desk) -> None:
    """Ask for the file, and write it."""

    async def write(path: Path) -> None:
        links = [link for link in desk.links if link.expires_at is not None]
        if not links:
            raise InvalidInput("links", "never end, so there is nothing to write")
        saving, now = desk.services.expiring.saving, desk.services.clock()
        told = [(link, saving(link.account)) for link in links]
        text = await asyncio.to_thread(calendar_of, told, now=now, ahead=AHEAD)
        await asyncio.to_thread(write_private, path, text)
        desk.say(f"{counted(len(links), 'end')} of links in {clean(str(path))}.")

    what = desk.named if desk.number == 1 else f"{desk.number:,} links"
    desk.open(CalendarDialog(f"Calendar of {what}", act=write))

"""Edit links as text in the person's own editor; what is written becomes a plan."""

from __future__ import annotations

from pathlib import Path

from linktui.ui.acts.desk import Desk
from linktui.ui.terminal import editor

UNCHANGED = "Nothing was changed."


def edit_as_text(desk: Desk) -> None:
    """Open the links in an editor."""
    desk.begin(_edit(desk), instead=True)


async def _edit(desk: Desk) -> None:
    async def open_editor(path: Path) -> None:
        editor.open_in_editor(desk.screen.app, path)

    intents = await desk.services.sheets.edit(desk.links, open_editor)
    if not intents:
        desk.say(UNCHANGED)
        return
    number = len(desk.links)
    what = desk.named if number == 1 else f"{number:,} links"
    await desk.show_plan(f"edit {what} as text", intents)

"""Set and remove links' tags."""

from __future__ import annotations

from collections.abc import Mapping

from linktui.model.link import LinkEdit
from linktui.model.phrases import tags_text
from linktui.ui.acts.desk import Desk, named
from linktui.ui.dialogs.tags import TagsDialog


def change_tags(desk: Desk) -> None:
    """Ask which tags to set and remove: of one link at once, of several by a plan."""
    link = desk.one

    async def change(tags: Mapping[str, str | None]) -> None:
        if link is None:
            title = f"tag {len(desk.links):,} links: {tags_text(tags)}"
            await desk.plan(title, lambda planner, link: planner.tagged(link, tags))
        elif tags and await desk.change(link, LinkEdit(metadata=tags)):
            desk.say(f"{named([link])} has the tags that you wrote.")

    if link is None:
        desk.open(TagsDialog(f"Tags of {desk.number:,} links", act=change))
    else:
        desk.open(TagsDialog(f"Tags of {named([link])}", link.metadata, act=change))

"""Set and remove links' tags."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from linktui.model.change import Intent
from linktui.model.link import Link, LinkEdit
from linktui.services.planning import Planner
from linktui.ui.acts.desk import Desk, named
from linktui.ui.dialogs.tags import TagsDialog

ALREADY = "Its tags are so already."


def change_tags(desk: Desk) -> None:
    """Ask which tags to set and remove: of one link at once, of several by a plan."""
    link = desk.one

    async def change(tags: Mapping[str, str | None]) -> None:
        if link is None:
            title = f"tag {len(desk.links):,} links: {tags_text(tags)}"
            await desk.plan(title, lambda planner, link: intent_of(planner, link, tags))
        elif tags and await desk.change(link, LinkEdit(metadata=tags)):
            desk.say(f"{named([link])} has the tags that you wrote.")

    if link is None:
        desk.open(TagsDialog(f"Tags of {desk.number:,} links", act=change))
    else:
        desk.open(TagsDialog(f"Tags of {named([link])}", link.metadata, act=change))


def intent_of(planner: Planner, link: Link, tags: Mapping[str, str | None]) -> Intent:
    """Return the change of one link's tags, without those that are as wanted already."""
    needed = still_needed(link, tags)
    intent = planner.edited(link, LinkEdit(metadata=needed or tags))
    return intent if needed or intent.reason else replace(intent, reason=ALREADY)


def still_needed(link: Link, tags: Mapping[str, str | None]) -> dict[str, str | None]:
    """Return which tags are not as wanted."""
    return {key: value for key, value in tags.items() if link.metadata.get(key) != value}


def tags_text(tags: Mapping[str, str | None]) -> str:
    """Return tags that are set and removed on one line: `order=42 -old`."""
    return " ".join(f"-{key}" if value is None else f"{key}={value}" for key, value in tags.items())

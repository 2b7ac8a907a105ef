"""Set and remove links' tags."""

from __future__ import annotations

from collections.abc import Mapping

from linktui.model.link import LinkEdit
from linktui.model.phrases import tags_text
from linktui.ui.acts.desk import Desk, named
from linktui.ui.dialogs.tags import TagsDialog
from linktui.ui.metadata import change_lines, parse_tag_changes

COMMAND = "tag"


def change_tags(desk: Desk, words: str = "", *, at_once: bool = False) -> None:
    """Ask which tags to set and remove: of one link at once, of several by a plan.

    `words` are changes such as `order=42, -draft` that the form begins with, and with `at_once` the answer;
    raises InvalidInput for what are none.
    """
    link = desk.one
    changes = tag_changes(words)

    async def change(tags: Mapping[str, str | None]) -> None:
        desk.answered(COMMAND, ", ".join(change_lines(tags)))
        if link is None:
            title = f"tag {len(desk.links):,} links: {tags_text(tags)}"
            await desk.plan(title, lambda planner, link: planner.tagged(link, tags))
        elif tags and await desk.change(link, LinkEdit(metadata=tags)):
            desk.say(f"{named([link])} has the tags that you wrote.")

    if link is None:
        form = TagsDialog(f"Tags of {desk.number:,} links", changes=changes, act=change)
    else:
        form = TagsDialog(f"Tags of {named([link])}", link.metadata, changes=changes, act=change)
    desk.open(form, at_once=at_once)


def tag_changes(words: str) -> dict[str, str | None]:
    """Return the changes that words such as `order=42, -draft` say; raises InvalidInput."""
    return parse_tag_changes("\n".join(words.split(",")))

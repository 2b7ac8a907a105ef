"""Ask which tags links get and lose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from textual import on
from textual.content import Content
from textual.events import Key
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static, TextArea

from linktui.model.errors import InvalidInput
from linktui.ui.dialogs.form import Act, FormDialog
from linktui.ui.metadata import change_lines, metadata_changes, metadata_lines, parse_tag_changes
from linktui.ui.widgets.field import Field

Tags = Mapping[str, str | None]
"""Tags to merge into what a link has; None takes one away."""

NO_CHANGES: Tags = MappingProxyType({})


class TagLines(TextArea):
    """Lines of text, of which an empty last one is left with Enter."""

    class Finished(Message):
        """There is nothing more to write."""

    async def _on_key(self, event: Key) -> None:
        row, _ = self.cursor_location
        last = row == self.document.line_count - 1
        if event.key == "enter" and last and row > 0 and not self.document.get_line(row).strip():
            event.stop()
            event.prevent_default()
            self.post_message(self.Finished())
            return
        await super()._on_key(event)


class TagsDialog(FormDialog[Tags]):
    """Lines of `key=value`, and `-key` to remove one; for one link they begin as its tags are."""

    accept_word = "Save"

    DEFAULT_CSS = """
    TagsDialog TagLines { height: 8; padding: 0; }
    """

    def __init__(
        self,
        title: str,
        tags: Mapping[str, str] | None = None,
        *,
        changes: Tags = NO_CHANGES,
        act: Act[Tags] | None = None,
    ) -> None:
        """Without `tags` it is about several links, which keep what is not named.

        It begins with `changes` made.
        """
        super().__init__(title, act=act)
        self._tags = tags
        if tags is None:
            self.accept_word = "Show plan"
        self._lines = TagLines(
            _lines_of(tags, changes),
            placeholder="key=value sets a tag, -key removes it; one a line",
            compact=True,
            id="tags",
            highlight_cursor_line=False,
        )

    def fields(self) -> Iterable[Widget]:
        """Return the lines, and what becomes of tags that are not in them."""
        yield Field("Tags", self._lines, key="tags")
        several = "What is not named here stays as each link has it."
        rest = several if self._tags is None else "A line that is taken out takes its tag away."
        yield Static(rest, classes="form--lead", markup=False)

    def on_mount(self) -> None:
        """Begin after the last line, and say how one leaves the lines."""
        self._lines.move_cursor(self._lines.document.end)
        word = self.accept_word.lower()
        self.query_one("#form").border_subtitle = Content(
            f"Enter next line, on an empty one {word} · Tab buttons · Esc cancel"
        )

    def read(self) -> Tags:
        """Return what is set and removed; raises InvalidInput."""
        changes = parse_tag_changes(self._lines.text)
        if self._tags is not None:
            wanted = {key: value for key, value in changes.items() if value is not None}
            return metadata_changes(self._tags, wanted)
        if not changes:
            raise InvalidInput("tags", "are none yet; write key=value, or -key to remove one")
        return changes

    @on(TagLines.Finished)
    def _finish(self, event: TagLines.Finished) -> None:
        event.stop()
        self.action_accept()


def _lines_of(tags: Mapping[str, str] | None, changes: Tags) -> str:
    """Return the lines to begin with: one link's tags as they would be, else the changes themselves."""
    if tags is None:
        return "\n".join(change_lines(changes))
    wanted = {**tags, **changes}
    return metadata_lines({key: value for key, value in wanted.items() if value is not None})

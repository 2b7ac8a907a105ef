"""One link whole: what it is, its files, the life it has left, who fetched it, what was done to it."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from linktui.model.errors import LinktuiError
from linktui.model.link import Download, Link, LinkedFile, LinkEdit
from linktui.model.masking import masked_link, masked_text
from linktui.model.saving import saving_words
from linktui.model.text import clean
from linktui.model.wording import explain
from linktui.services.house import Services
from linktui.ui.commands import command
from linktui.ui.current import CurrentAccount
from linktui.ui.hints import hint
from linktui.ui.messages import LinksChanged
from linktui.ui.screens.link_screen import LinkScreen
from linktui.ui.terminal.mask import is_masked
from linktui.ui.widgets.countdown import Countdown
from linktui.ui.widgets.link_facts import change_lines, download_lines, fact_lines, no_files_words
from linktui.ui.widgets.link_files import LinkFiles
from linktui.ui.widgets.picture import Picture

MOST_PICTURE = 14
"""Rows of the picture of a link's file."""


class DetailScreen(LinkScreen):
    """A link's own screen; Esc goes back to where one came from."""

    TITLE = "Link"
    place = "detail"
    BINDINGS: ClassVar[list[BindingType]] = [
        command("escape,h,left,backspace", "back", "Back", "Go back to the list."),
        command("c", "caption", "Caption", "Write the caption of the file under the cursor."),
        command(
            "K,shift+up",
            "move_file(-1)",
            "File up",
            "Move the file up.",
            id="file-up",
            counted="move_file(-{count})",
        ),
        command(
            "J,shift+down",
            "move_file(1)",
            "File down",
            "Move the file down.",
            id="file-down",
            counted="move_file({count})",
        ),
        command("plus", "add_file", "Add file", "Add a stored file to the link."),
        command("minus", "remove_file", "Remove file", "Take the file out of the link; it stays stored."),
        command("v", "show_url", "Full URL", "Show the whole address, or hide it again."),
        command("w", "show_raw", "Raw answer", "Show the service's own answer, or hide it again."),
        command("R,f5", "refresh", "Look again", "Ask the service how the link stands now."),
        command("tab", "app.focus_next", "Next part", "Go from the files to the rest, and back."),
    ]

    DEFAULT_CSS = """
    DetailScreen {
        & > #detail {
            border: round $primary;
            border-title-color: $text;
            border-subtitle-color: $text-muted;
            padding: 0 1;
            scrollbar-size-vertical: 1;
        }
        & Static { height: auto; }
        & #no-files { color: $text-muted; }
        & #downloads, & #history { text-wrap: nowrap; text-overflow: ellipsis; }
        & Picture { margin: 1 0 0 0; }
        & .detail--heading { color: $text-primary; text-style: bold; margin-top: 1; }
    }
    """

    def __init__(
        self,
        services: Services,
        link: Link,
        *,
        clipboard: str = "auto",
        current: CurrentAccount | None = None,
    ) -> None:
        super().__init__(services, clipboard=clipboard, current=current)
        self._link = link
        self._whole_url = False
        self._raw = False

    @property
    def chosen(self) -> tuple[Link, ...]:
        """The link."""
        return (self._link,)

    def compose(self) -> ComposeResult:
        """Lay out the parts from the most to the least asked for."""
        with VerticalScroll(id="detail") as box:
            hints = hint(
                self,
                "{edit} edit · {expire} expiry · {revoke} revoke · {show-url} full URL · {show-raw} raw"
                " · {back} back",
            )
            box.border_subtitle = Content(hints)
            yield Countdown(now=lambda: self.services.links.now(self._link.account))
            yield Static("", id="facts", markup=False)
            yield Picture(most_rows=MOST_PICTURE)
            yield Static("Files", classes="detail--heading", markup=False)
            yield LinkFiles()
            yield Static("", id="no-files", markup=False)
            yield Static("Downloads", classes="detail--heading", markup=False)
            yield Static("", id="downloads", markup=False)
            yield Static("What linktui did", classes="detail--heading", markup=False)
            yield Static("", id="history", markup=False)
            yield Static("The service's answer", classes="detail--heading -raw", markup=False)
            yield Static("", id="raw", classes="-raw", markup=False)

    def on_mount(self) -> None:
        """Show what is known, then ask for what is not."""
        self._show()
        self.query_one(LinkFiles).focus()
        self._fetch_downloads()

    def acted(self) -> None:
        """Show the link as it is now, or leave if it is gone."""
        latest = self.services.links.get(self._link.account, self._link.id)
        if latest is None or (latest.gone_at is not None and self._link.gone_at is None):
            # Under a dialog it waits: it looks again when the dialog closes.
            if self.app.screen is self:
                self.dismiss()
            return
        counted = latest.downloads != self._link.downloads
        self._link = latest
        self._show()
        if counted:
            self._fetch_downloads()

    @on(LinksChanged)
    def _follow(self) -> None:
        self.acted()

    def action_back(self) -> None:
        """Go back."""
        self.dismiss()

    def action_show_url(self) -> None:
        """Show or hide the whole address."""
        self._whole_url = not self._whole_url
        self._show()

    def action_show_raw(self) -> None:
        """Show or hide the service's own answer."""
        self._raw = not self._raw
        self._show()
        if self._raw:
            self.call_after_refresh(self.query_one("#raw").scroll_visible, animate=False)

    def action_caption(self) -> None:
        """Ask for the caption of the file under the cursor."""
        file = self.query_one(LinkFiles).current
        if file is None:
            return
        from linktui.ui.dialogs.caption import CaptionDialog

        async def write(caption: str) -> None:
            files = [replace(one, caption=caption) if one.id == file.id else one for one in self._link.files]
            await self._set_files(files)

        self.app.push_screen(CaptionDialog(file, act=write))

    def action_move_file(self, steps: int) -> None:
        """Move the file under the cursor among the link's files."""
        table = self.query_one(LinkFiles)
        files = list(self._link.files)
        at = table.cursor_at
        if at is not None and 0 <= at + steps < len(files):
            files.insert(at + steps, files.pop(at))
            self._change_files(files)

    def action_remove_file(self) -> None:
        """Take the file under the cursor out of the link, once that is confirmed."""
        file = self.query_one(LinkFiles).current
        if file is None:
            return
        if len(self._link.files) == 1:
            self.notify("A link holds at least one file; d revokes or deletes the link.", markup=False)
            return
        self._remove_file(file)

    def action_add_file(self) -> None:
        """Choose a stored file to add."""
        from linktui.model.query import FileQuery
        from linktui.ui.dialogs.pick_file import PickFileDialog

        held = {file.id for file in self._link.files}
        stored = self.services.files.window(FileQuery(account=self._link.account), offset=0, limit=500)

        def add(file_id: str | None) -> None:
            if file_id is not None:
                self._change_files([*self._link.files, LinkedFile(file_id, "")])

        self.app.push_screen(PickFileDialog([file for file in stored if file.id not in held]), add)

    @work(exclusive=True, group="refresh-link")
    async def action_refresh(self) -> None:
        """Ask the service about this one link."""
        await self.services.links.fetch(self._link)
        self.acted()
        self._fetch_downloads()

    @work(exclusive=True, group="change-files")
    async def _change_files(self, files: list[LinkedFile]) -> None:
        await self._set_files(files)

    @work(exclusive=True, group="remove-file")
    async def _remove_file(self, file: LinkedFile) -> None:
        from linktui.ui.dialogs.confirm import ConfirmDialog

        text = f"Take “{clean(file.name, limit=48)}” out of this link? The stored file stays."
        if await self.app.push_screen_wait(ConfirmDialog("Remove file", text, action="Remove")):
            await self._set_files([one for one in self._link.files if one.id != file.id])

    async def _set_files(self, files: list[LinkedFile]) -> None:
        await self.services.links.edit(self._link, LinkEdit(files=tuple(files)))
        self.acted()

    @work(exclusive=True, group="fetch-downloads")
    async def _fetch_downloads(self) -> None:
        place = self.query_one("#downloads", Static)
        try:
            downloads: tuple[Download, ...] = await self.services.links.downloads(self._link)
        except LinktuiError as error:
            place.update(explain(error))
            return
        place.update(download_lines(downloads, self._link))

    def _show(self) -> None:
        link = self._link
        now = self.services.links.now(link.account)
        self.query_one("#detail").border_title = Content(clean(link.name, limit=60))
        self.query_one(Countdown).show(link)
        masked = is_masked(self.app)
        shown, whole = (masked_link(link), True) if masked else (link, self._whole_url)
        afterwards = saving_words(link, self.services.expiring.saving(link.account), now)
        facts = fact_lines(shown, now, afterwards=afterwards, whole_url=whole)
        self.query_one("#facts", Static).update(facts)
        self.query_one(Picture).show(self.services.files.source_of(link))
        self.query_one(LinkFiles).take(link.files)
        self.query_one("#no-files").display = not link.files
        self.query_one("#no-files", Static).update(no_files_words(link))
        self.query_one("#history", Static).update(change_lines(self.services.links.history(link)))
        for part in self.query(".-raw"):
            part.display = self._raw
        if self._raw:
            raw = self.services.links.raw(link)
            lines = (masked_text(raw, link) if masked else raw).splitlines()
            self.query_one("#raw", Static).update("\n".join(clean(line) for line in lines))

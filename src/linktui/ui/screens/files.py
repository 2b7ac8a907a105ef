"""The Files screen: this machine's files beside those the account keeps."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.events import Resize, ScreenResume

from linktui.model.records import Record, file_record, path_record
from linktui.model.transfer import Transfer
from linktui.services.house import Services
from linktui.services.transfers import Order
from linktui.ui.commands import command
from linktui.ui.current import CurrentAccount
from linktui.ui.hints import hint
from linktui.ui.messages import FilesChanged, LinksChanged, TransfersChanged
from linktui.ui.screens.marking import Marking
from linktui.ui.screens.stored_acts import StoredActs
from linktui.ui.widgets.local_files import LocalFiles
from linktui.ui.widgets.pane import Pane
from linktui.ui.widgets.preview import Preview
from linktui.ui.widgets.stored_files import StoredFiles

WIDE = 100
"""Columns from which both panes have room side by side."""


class FilesScreen(Marking, StoredActs):
    """Two panes side by side, or one at a time where there is no room; acts are about marks, else the row."""

    TITLE = "Files"
    place = "files"
    BINDINGS: ClassVar[list[BindingType]] = [
        command(
            "enter,l,right",
            "open",
            "Open",
            "Enter a folder, preview a file, show a stored one.",
            shown=True,
        ),
        command("u", "upload", "Upload", "Upload and share the marked files, else this one.", shown=True),
        command("n", "new_link", "New link", "Link the marked stored files, one each or all in one."),
        command(
            "space,v", "mark", "Mark", "Mark or unmark, across folders.", shown=True, counted="mark({count})"
        ),
        command("p", "preview", "Preview", "Show or hide the preview of this machine's files.", shown=True),
        command("tab", "other_pane", "Other pane", "Go between this machine and the account.", shown=True),
        command("h,left,backspace", "up", "Parent", "Go to the parent folder."),
        command("tilde", "home", "Home", "Go to your home folder, or to the top of the stored ones."),
        command("full_stop", "hidden", "Hidden", "Show or hide files that begin with a dot."),
        command(
            "slash", "filter", "Filter", "Show only files with these words; Esc takes it away.", takes="words"
        ),
        command("s", "sort", "Sort", "Sort by the next column."),
        command("comma,S", "reverse", "Reverse", "Turn the order around."),
        command("a", "mark_all", "Mark all", "Mark every file that is shown."),
        command("A", "invert", "Invert marks", "Turn all marks around."),
        command("D", "delete", "Delete", "Delete the marked stored files, else this one, after a question."),
        command(
            "f",
            "fetch_file",
            "Fetch",
            "Fetch the marked stored files, else this one, into the folder on the left.",
        ),
        command("V", "versions", "Versions", "Show what the stored file was before, and bring it back."),
        command("R,f5", "refresh", "Look again", "List the folder again and ask the service."),
        command("escape", "clear", "Clear", "Take the filter away, and if there is none the marks."),
    ]

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]  # noqa: RUF012 - Textual's own type

    DEFAULT_CSS = """
    FilesScreen {
        & #panes { layout: horizontal; height: 1fr; }
        & Preview { display: none; }
        &.-previewing Preview { display: block; }
        &.-narrow #panes { layout: vertical; }
        &.-narrow.-on-local #stored { display: none; }
        &.-narrow.-on-stored #local { display: none; }
        &.-wide.-previewing.-on-local #stored { display: none; }
        &.-wide.-previewing.-on-stored Preview { display: none; }
        &.-narrow.-on-stored Preview { display: none; }
    }
    """

    def __init__(
        self,
        services: Services,
        *,
        directory: Path | None = None,
        clipboard: str = "auto",
        current: CurrentAccount | None = None,
    ) -> None:
        super().__init__(services, current=current)
        self._clipboard = clipboard
        self.local = LocalFiles(directory or Path.cwd(), badges=services.files.badges)
        self.stored = StoredFiles(
            services.files,
            services.folders,
            self.current_account.first(services.accounts).name,
            synced_at=services.links.synced_at,
            trouble=services.links.trouble,
            clock=services.clock,
        )

    def compose(self) -> ComposeResult:
        """Lay out the panes."""
        with Container(id="panes"):
            yield self.local
            yield self.stored
            yield Preview()

    def on_mount(self) -> None:
        """Begin on this machine's files."""
        self._focus(self.local)

    def show_account(self) -> None:
        """Show the files of the account that is chosen now."""
        self.stored.show_account(self.current_account.first(self.services.accounts).name)
        self.stored.catch_up()

    @on(ScreenResume)
    def _look_at_this_machine(self) -> None:
        if self.local.is_mounted:  # else it lists its directory when it is
            self.local.catch_up()

    def on_screen_suspend(self) -> None:
        """Look into no folder that nobody sees."""
        self.stored.stop_looking()

    @property
    def pane(self) -> Pane[Any]:
        """The pane one is in."""
        return self.stored if self.is_on_stored else self.local

    @on(FilesChanged)
    def _show_stored(self) -> None:
        self.stored.update()

    @on(LinksChanged)
    @on(TransfersChanged)
    def _show_badges(self) -> None:
        self.local.refresh_badges()

    @on(Pane.Highlighted)
    def _look(self, event: Pane.Highlighted) -> None:
        event.stop()
        if event.control is self.stored:
            self.stored.go_on_near_end()
        elif self.has_class("-previewing"):
            self._preview_current()

    @on(Pane.Opened)
    def _open(self, event: Pane.Opened) -> None:
        event.stop()
        self.action_open()

    def on_descendant_focus(self) -> None:
        """Follow a click into the other pane."""
        inside = self.focused is not None and self.stored in self.focused.ancestors_with_self
        self._set_side(self.stored if inside else self.local)

    def on_resize(self, event: Resize) -> None:
        """Say how to get to the other pane where only one has room."""
        narrow = event.size.width < WIDE
        self.local.set_hint(hint(self, "{other-pane} the stored files") if narrow else "")
        self.stored.set_hint(hint(self, "{other-pane} this machine") if narrow else "")

    def prominent(self) -> Sequence[str]:
        """Return the commands that matter in the pane one is in."""
        if self.pane is self.stored:
            return ("new-link", "open", "fetch-file", "delete", "mark", "other-pane")
        return ("upload", "open", "mark", "preview", "other-pane", "filter")

    def records(self) -> Sequence[Record]:
        """Return the stored files that are chosen, or this machine's."""
        if self.pane is self.stored:
            return [file_record(file) for file in self.stored.chosen]
        return [path_record(path) for path in self.local.chosen]

    def action_other_pane(self) -> None:
        """Go to the other pane."""
        self._focus(self.local if self.pane is self.stored else self.stored)

    def action_open(self) -> None:
        """Enter a folder, preview a file, or show a stored file's facts and links."""
        if self.pane is self.stored:
            if not self.stored.open_current():
                self.show_facts()
        elif self.local.current is not None and not self.local.open_current():
            self.action_preview()

    def action_up(self) -> None:
        """Go to the parent folder."""
        self.marking.go_up()

    def action_home(self) -> None:
        """Go to one's own folder, or to the top of what is stored."""
        if self.pane is self.local:
            self.local.go(Path.home())
        else:
            self.stored.go("")

    def action_hidden(self) -> None:
        """Show or hide hidden files."""
        if self.pane is self.local:
            self.local.toggle_hidden()

    def action_preview(self) -> None:
        """Show or hide the preview."""
        self.toggle_class("-previewing")
        if self.has_class("-previewing"):
            self._focus(self.local)
            self._preview_current()

    def action_filter(self, text: str = "") -> None:
        """Type a filter for this pane."""
        self.pane.type_filter(text) if text else self.pane.open_filter()

    def action_sort(self) -> None:
        """Sort by the next column."""
        self.marking.next_sort()

    def action_reverse(self) -> None:
        """Turn the order around."""
        self.marking.reverse()

    def action_refresh(self) -> None:
        """List the directory again and have the service asked."""
        self.local.reload()
        self.stored.look()
        self._ask_for_refresh()

    def action_upload(self) -> None:
        """Upload and share the marked files, else the one under the cursor."""
        paths = self.local.chosen
        if self.pane is not self.local or not paths:
            self.notify(hint(self, "Press {upload} on a file or folder of this machine."), markup=False)
            return
        from linktui.ui.acts.sharing import share_files

        share_files(
            self,
            self.services,
            paths,
            current=self.current_account,
            folder=self.stored.way_in,
            queued=self._queued,
        )

    def _queued(self, order: Order, uploads: tuple[Transfer, ...]) -> None:
        self.local.clear_marks()
        if len(uploads) == 1 and order.share is not None:
            from linktui.ui.dialogs.made import MadeDialog, link_of_upload

            find = link_of_upload(self.services, uploads[0])
            self.app.push_screen(
                MadeDialog(self.services, uploads[0].name, find, spec=order.share, mode=self._clipboard)
            )
            return
        count = f"{len(uploads)} upload{'s' if len(uploads) > 1 else ''}"
        self.notify(f"{count} queued (3 Uploads shows {'them' if len(uploads) > 1 else 'it'}).", markup=False)

    @work(exclusive=True, group="ask-for-refresh")
    async def _ask_for_refresh(self) -> None:
        await self.services.links.ask_for_refresh()

    def _preview_current(self) -> None:
        current = self.local.current
        self.query_one(Preview).show(None if current is None else current.path)

    @property
    def marking(self) -> LocalFiles | StoredFiles:
        """The pane one is in."""
        return self.stored if self.pane is self.stored else self.local

    def _focus(self, pane: LocalFiles | StoredFiles) -> None:
        self._set_side(pane)
        # A pane that was hidden takes the focus only once it is laid out.
        self.call_after_refresh(pane.table.focus)

    def _set_side(self, pane: LocalFiles | StoredFiles) -> None:
        self.set_class(pane is self.local, "-on-local")
        self.set_class(pane is self.stored, "-on-stored")
        self.refresh_bindings()

"""The Links screen, the program's home: every link, and all that can be done to it."""

from __future__ import annotations

from array import array
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.events import Resize

from linktui.model.capability import Limits
from linktui.model.filter import parse_filter
from linktui.model.link import Link
from linktui.model.query import LinkGroup, LinkSort
from linktui.ui.acts.limits import limits_of
from linktui.ui.commands import FILTERS, command
from linktui.ui.messages import LinksChanged, OpenLink
from linktui.ui.screens.link_screen import MOST_LOOKED_AT
from linktui.ui.screens.marking import HasMarks, Marking
from linktui.ui.screens.saved_tabs import SavedTabs
from linktui.ui.widgets.filter_tabs import FilterTabs
from linktui.ui.widgets.link_list import LinkList
from linktui.ui.widgets.pane import Pane

if TYPE_CHECKING:  # only a wide terminal has it
    from linktui.ui.offered import Offer
    from linktui.ui.widgets.link_aside import LinkAside

WIDE, ROOM = 160, 130
"""Cells from which on the link is shown beside the list: by itself, and where that is asked for."""
_FOR_LIVE = ("open", "copy", "expire", "revoke", "edit", "filter")
_FOR_ENDED = ("open", "expire", "revoke", "copy", "ended", "filter")
_FOR_MARKED = ("expire", "revoke", "tag", "edit", "edit-as-text", "clear")
_FOR_NOTHING = ("files", "new-link", "ended", "filter", "accounts", "palette")


class LinksScreen(Marking, SavedTabs):
    """The list of links; acts are about the marked ones, else the one under the cursor."""

    TITLE = "Links"
    place = "links"
    MORE_HELP = (("Filters", list(FILTERS)),)
    BINDINGS: ClassVar[list[BindingType]] = [
        command("enter,l,right", "open", "Detail", "Open the link's own screen.", shown=True),
        command("n", "new_link", "New link", "Make a link through which others hand files in.", shown=True),
        command(
            "slash",
            "filter",
            "Filter",
            "Show only what matches; ? says how to write it.",
            takes="report state:active expires<24h",
        ),
        command("s", "sort", "Sort", "Choose the column to sort by.", takes="a column"),
        command(
            "b",
            "group",
            "Group",
            "Keep the links of an account, a file or a state together.",
            takes="account, file, state or nothing",
        ),
        command("comma", "reverse", "Reverse", "Turn the order around."),
        command("S", "save_filter", "Save filter", "Make the filter a tab, or rename or remove the tab."),
        command(
            "tab",
            "next_tab(1)",
            "Next tab",
            "Go to the next saved filter.",
            id="next-tab",
            counted="next_tab({count})",
        ),
        command(
            "shift+tab",
            "next_tab(-1)",
            "Tab before",
            "Go to the saved filter before.",
            id="previous-tab",
            counted="next_tab(-{count})",
        ),
        command("full_stop", "ended", "Ended", "Show or hide links that have ended or are gone."),
        command("space", "mark", "Mark", "Mark or unmark the link.", counted="mark({count})"),
        command("v", "mark_range", "Mark range", "Begin a range here; v again marks all up to there."),
        command(
            "shift+down",
            "extend_marks(1)",
            "Mark down",
            "Mark this link and the next.",
            id="mark-down",
            counted="extend_marks({count})",
        ),
        command(
            "shift+up",
            "extend_marks(-1)",
            "Mark up",
            "Mark this link and the one before.",
            id="mark-up",
            counted="extend_marks(-{count})",
        ),
        command("a", "mark_all", "Mark all", "Mark every link that matches, in sight or not."),
        command("A", "invert", "Invert marks", "Turn all marks around."),
        command("p", "aside", "Details", "Show the link beside the list, or hide it."),
        command("R,f5", "refresh", "Look again", "Have the daemon ask the service now."),
        command("escape", "clear", "Clear", "Take the filter away, and if there is none the marks."),
    ]

    _aside: LinkAside | None = None
    _aside_wanted: bool | None = None
    """Whether the link is shown at the side; None is where the terminal is wide."""
    _keys_of: tuple[Sequence[Limits] | None, Sequence[str]] = (None, ())
    """What the service can, and which commands matter, that the line of keys was last written for."""

    @property
    def chosen(self) -> tuple[Link, ...]:
        """The marked links, else the one under the cursor."""
        return self.list.chosen

    @property
    def marking(self) -> HasMarks:
        """The list."""
        return self.list

    @property
    def sample(self) -> tuple[Link, ...]:
        """The first of the chosen links, read without the others."""
        return self.list.first_chosen(MOST_LOOKED_AT)

    @property
    def number(self) -> int:
        """How many links are marked, else whether there is one under the cursor."""
        return self.list.marked or int(self.list.current is not None)

    async def to_check(self) -> Sequence[Link]:
        """Return the marked links, or if there are none all in the list."""
        return await self.services.checkup.read(await self.list.marked_or_all())

    def in_order(self, links: tuple[Link, ...]) -> tuple[Link, ...]:
        """Return chosen links as the list has them, those it does not show last."""
        if len(links) < 2:
            return links
        listing = self.services.links.listing(self.list.query)
        found = listing.sorted(array("q", (link.number for link in links)))
        order = {number: at for at, number in enumerate(found)}
        return tuple(sorted(links, key=lambda link: order.get(link.number, len(order))))

    def compose(self) -> ComposeResult:
        """Lay out the tabs and the list."""
        yield FilterTabs()
        with Horizontal(id="beside"):
            yield LinkList(self.services.links, accounts=self.services.accounts)

    def on_mount(self) -> None:
        """Begin in the list."""
        self.show_tab("")
        self.set_focus(self.list.table)

    def on_resize(self, event: Resize) -> None:
        """Show the link beside the list where there is room for both."""
        self._lay_out(event.size.width)

    def show_account(self) -> None:
        """Show the links of the account that is chosen now."""
        shown = self.current_account.shown(self.services.accounts)
        name = shown[0].name if self.current_account.name is not None and len(shown) == 1 else None
        self.list.set_query(replace(self.list.query, account=name))

    def show_only(self, text: str) -> None:
        """Show what a filter lets through of all links, those that end first on top."""
        self.show_tab("")
        self.list.type_filter(text)
        self.list.set_filter(text)  # at once, and not only when the field says so
        self.list.set_query(replace(self.list.query, sort=LinkSort.EXPIRES, descending=False))
        self.list.table.action_edge(0)

    def acted(self) -> None:
        """Show the list as it is now."""
        self.list.update()

    @on(LinksChanged)
    def _update(self) -> None:
        self.list.update()

    @on(Pane.Highlighted)
    def _adapt_keys(self, event: Pane.Highlighted) -> None:
        event.stop()
        current = self.list.current
        limits = None if current is None else limits_of(self.services.accounts, [current])
        keys_of = limits, self.prominent()
        if keys_of != self._keys_of:
            self._keys_of = keys_of
            self.refresh_bindings()

    @on(Pane.Highlighted)
    def _show_at_the_side(self) -> None:
        if self._aside is not None and self._aside.display:
            self._aside.show(self.list.current)

    def prominent(self) -> Sequence[str]:
        """Return the commands that matter for what is under the cursor, or for the marked links."""
        current = self.list.current
        if self.list.marked:
            return _FOR_MARKED
        if current is None:
            return _FOR_NOTHING
        return _FOR_LIVE if current.state(self.services.links.now(current.account)).alive else _FOR_ENDED

    @on(Pane.Opened)
    def _open(self, event: Pane.Opened) -> None:
        event.stop()
        self.action_open()

    def action_open(self) -> None:
        """Open the link under the cursor."""
        current = self.list.current
        if current is not None:
            self.post_message(OpenLink(current.account, current.id))

    def action_new_link(self) -> None:
        """Make an upload link; links to files begin where the files are."""
        from linktui.ui.acts.receiving import make_upload_link

        make_upload_link(
            self, self.services, current=self.current_account, clipboard=self._clipboard, acted=self.acted
        )

    def action_filter(self, text: str = "") -> None:
        """Type a filter."""
        self.list.type_filter(text) if text else self.list.open_filter()

    def offers(self, command_id: str, typed: str) -> Sequence[Offer] | None:
        """Return what the commands of the list can be given too."""
        from linktui.ui.offering import fitting, meaning

        match command_id:
            case "sort":
                return fitting({sort.value: "" for sort in LinkSort}, typed)
            case "group":
                return fitting({group.value: "" for group in LinkGroup} | {"nothing": ""}, typed)
            case "filter":
                return meaning(typed, self._found_by)
        return super().offers(command_id, typed)

    def _found_by(self, text: str) -> Callable[[], Awaitable[str]]:
        """Return what counts the links that a filter finds; raises InvalidInput for what is none."""
        query = replace(self.list.query, filter=self.list.saved.also(parse_filter(text)))

        async def count() -> str:
            return f"{(await self.services.links.survey(query)).shown:,} links"

        return count

    def action_sort(self, column: str = "") -> None:
        """Choose the column to sort by."""
        if column:
            self.list.sort_by(LinkSort(column))
            return
        from linktui.ui.dialogs.sort import SortDialog

        def sort(choice: LinkSort | None) -> None:
            if choice is not None:
                self.list.sort_by(choice)

        self.app.push_screen(SortDialog(self.list.query.sort), sort)

    def action_group(self, by: str = "") -> None:
        """Choose what is kept together."""
        if by:
            chosen = None if by == "nothing" else LinkGroup(by)
            self.list.set_query(replace(self.list.query, group=chosen))
            return
        from linktui.ui.dialogs.group import GroupDialog

        def group(choice: tuple[LinkGroup | None] | None) -> None:
            if choice is not None:
                self.list.set_query(replace(self.list.query, group=choice[0]))

        self.app.push_screen(GroupDialog(self.list.query.group), group)

    def action_reverse(self) -> None:
        """Turn the order around."""
        query = self.list.query
        self.list.set_query(replace(query, descending=not query.descending))

    def action_ended(self) -> None:
        """Show or hide what has ended."""
        self.list.set_query(replace(self.list.query, ended=not self.list.query.ended))

    def action_aside(self) -> None:
        """Show the link beside the list, or do not."""
        width = self.size.width
        if width < ROOM:
            self.notify(
                f"Beside the list there is room from {ROOM} columns on; Enter opens it.", markup=False
            )
            return
        self._aside_wanted = not (self._aside is not None and self._aside.display)
        self._lay_out(width)

    def _lay_out(self, width: int) -> None:
        wanted = width >= (ROOM if self._aside_wanted else WIDE) and self._aside_wanted is not False
        if wanted and self._aside is None:
            from linktui.ui.widgets.link_aside import LinkAside

            self._aside = LinkAside(self.services)
            self.query_one("#beside").mount(self._aside)
        if self._aside is not None:
            self._aside.display = wanted
            self._aside.show(self.list.current, at_once=True)

    def action_mark_range(self) -> None:
        """Begin or end a range."""
        self.list.mark_range()

    def action_extend_marks(self, steps: int) -> None:
        """Mark the row and its neighbour."""
        self.list.mark_range(steps)

    @work(exclusive=True, group="ask-for-refresh")
    async def action_refresh(self) -> None:
        """Have the service asked now."""
        await self.services.links.ask_for_refresh()
        self.notify("Asked; the list follows.", markup=False)

"""The Timeline: what ends when, and until when each link can be saved."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType

from linktui.model.filter import parse_filter
from linktui.model.link import Link
from linktui.services.house import Services
from linktui.ui.commands import FILTERS, command
from linktui.ui.current import CurrentAccount
from linktui.ui.messages import LinksChanged, OpenLink, ShowLinks
from linktui.ui.screens.link_screen import LinkScreen
from linktui.ui.widgets.densities import Densities
from linktui.ui.widgets.pane import Pane
from linktui.ui.widgets.timeline_list import Entry, TimelineList

_ALL = 1 << 40
AFTERWARDS = (
    ("can be revived", "A new expiry brings it back, also when it is over."),
    ("final at its end", "Extend it before: once it is over nothing brings it back."),
    ("new address only", "It can be extended, but gets another address then."),
    ("cannot be saved", "Its service moves no end: make a new link in time."),
)


class TimelineScreen(LinkScreen):
    """Pieces of time with their links; an act on a piece is about all links that end in it."""

    TITLE = "Timeline"
    MORE_HELP = (("Afterwards", list(AFTERWARDS)), ("Filters", list(FILTERS)))
    BINDINGS: ClassVar[list[BindingType]] = [
        command("enter,l,right", "open", "Open", "Show the links that end then, or the link.", shown=True),
        command("slash", "filter", "Filter", "Count only what matches; ? says how to write it."),
        command("R,f5", "refresh", "Look again", "Have the daemon ask the services now."),
        command(
            "escape,h,left,backspace",
            "back",
            "Back",
            "Take the filter away, else go to Links.",
            shown=True,
        ),
    ]

    def __init__(
        self, services: Services, *, clipboard: str = "auto", current: CurrentAccount | None = None
    ) -> None:
        super().__init__(services, clipboard=clipboard, current=current)
        self.list = TimelineList(services)

    def compose(self) -> ComposeResult:
        """Lay out the picture above the list."""
        yield Densities()
        yield self.list

    def on_mount(self) -> None:
        """Begin in the list."""
        self.set_focus(self.list.table)

    @property
    def current(self) -> Entry | None:
        """The row under the cursor."""
        return self.list.current

    @property
    def chosen(self) -> tuple[Link, ...]:
        """The link under the cursor, or every link of the piece of time."""
        entry = self.current
        if entry is None:
            return ()
        if entry.link is not None:
            return (entry.link,)
        return tuple(self.services.links.window(self.list.query_for(entry.stretch), offset=0, limit=_ALL))

    @property
    def sample(self) -> tuple[Link, ...]:
        """The link under the cursor, or the first of the piece of time."""
        entry = self.current
        if entry is None:
            return ()
        return entry.stretch.first if entry.link is None else (entry.link,)

    @property
    def number(self) -> int:
        """How many links are chosen, as they were counted last."""
        entry = self.current
        if entry is None:
            return 0
        return entry.stretch.number if entry.link is None else 1

    def acted(self) -> None:
        """Count anew."""
        self.list.update()

    def show_account(self) -> None:
        """Count the links of the account that is chosen now."""
        shown = self.current_account.shown(self.services.accounts)
        chosen = self.current_account.name is not None and len(shown) == 1
        self.list.show_account(shown[0].name if chosen else None)

    def on_screen_suspend(self) -> None:
        """Look at the clock no more while another screen is up."""
        self.list.rest()

    @on(LinksChanged)
    def _update(self) -> None:
        if self.is_current:  # else it catches up when it is
            self.list.update()

    @on(TimelineList.Looked)
    def _draw(self, event: TimelineList.Looked) -> None:
        event.stop()
        self.query_one(Densities).show(event.timeline)

    @on(Pane.Opened)
    def _open(self, event: Pane.Opened) -> None:
        event.stop()
        self.action_open()

    def action_open(self) -> None:
        """Show the links of the piece of time, or the link."""
        entry = self.current
        if entry is None:
            return
        if entry.link is not None:
            self.post_message(OpenLink(entry.link.account, entry.link.id))
        elif entry.stretch.number:
            within = self.list.kept.also(parse_filter(entry.stretch.span.filter))
            self.app.post_message(ShowLinks(within.text))
        else:
            self.notify("Nothing ends then.", markup=False)

    def action_filter(self) -> None:
        """Type a filter."""
        self.list.open_filter()

    async def action_refresh(self) -> None:
        """Have the services asked now."""
        await self.services.links.ask_for_refresh()
        self.notify("Asked; the timeline follows.", markup=False)

    def action_back(self) -> None:
        """Take the filter away, else go to the links."""
        if not self.list.drop_filter():
            self.app.switch_mode("links")

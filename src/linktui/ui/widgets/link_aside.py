"""The link under the cursor, beside the list: what its own screen shows, as far as that is known here."""

from __future__ import annotations

from datetime import datetime

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

from linktui.model.link import Link
from linktui.model.masking import masked_link
from linktui.model.phrases import size_text
from linktui.model.saving import saving_words
from linktui.model.text import clean
from linktui.services.house import Services
from linktui.ui.terminal.line import is_slow
from linktui.ui.terminal.mask import is_masked
from linktui.ui.widgets.countdown import Countdown
from linktui.ui.widgets.link_facts import change_lines, fact_lines
from linktui.ui.widgets.picture import Picture

STANDS, STANDS_SLOW = 0.08, 0.5
"""Seconds that the cursor stands on a link before it is shown: whoever holds a key down passes many."""
MOST_FILES = 12
MOST_PICTURE = 14


class LinkAside(VerticalScroll, can_focus=False):
    """Reads the local database alone; `show` may be called on every move of the cursor."""

    DEFAULT_CSS = """
    LinkAside {
        width: 36%;
        min-width: 44;
        border: round $border-blurred;
        border-title-color: $text-muted;
        padding: 0 1;
        scrollbar-size-vertical: 1;
        & Static { height: auto; }
        & .aside--heading { color: $text-primary; text-style: bold; margin-top: 1; }
        & #aside-history, & #aside-files { text-wrap: nowrap; text-overflow: ellipsis; }
        & Picture { margin: 1 0 0 0; }
        &.-none > * { display: none; }
    }
    """

    def __init__(self, services: Services) -> None:
        super().__init__(classes="-none")
        self._services = services
        self._link: Link | None = None
        self._soon: Timer | None = None

    def compose(self) -> ComposeResult:
        """Lay out the parts from the most to the least asked for."""
        yield Countdown(now=self._now)
        yield Static("", id="aside-facts", markup=False)
        yield Picture(most_rows=MOST_PICTURE)
        yield Static("Files", classes="aside--heading", markup=False)
        yield Static("", id="aside-files", markup=False)
        yield Static("What linktui did", classes="aside--heading", markup=False)
        yield Static("", id="aside-history", markup=False)

    def on_mount(self) -> None:
        """Show the link that was there before this was."""
        self._write()

    def show(self, link: Link | None, *, at_once: bool = False) -> None:
        """Show a link once the cursor stands, or at once; None shows nothing."""
        self._link = link
        if self._soon is not None:
            self._soon.stop()
            self._soon = None
        if at_once and self.is_mounted:
            self._write()
        elif not at_once:
            self._soon = self.set_timer(STANDS_SLOW if is_slow(self.app) else STANDS, self._write)

    def _now(self) -> datetime:
        assert self._link is not None
        return self._services.links.now(self._link.account)

    def _write(self) -> None:
        link = self._link
        self.set_class(link is None, "-none")
        if link is None:
            self.border_title = Content("")
            return
        self.border_title = Content(clean(link.name, limit=60))
        self.query_one(Countdown).show(link)
        afterwards = saving_words(link, self._services.expiring.saving(link.account), self._now())
        shown = masked_link(link) if is_masked(self.app) else link
        facts = fact_lines(shown, self._now(), afterwards=afterwards)
        self.query_one("#aside-facts", Static).update(facts)
        self.query_one(Picture).show(self._services.files.source_of(link))
        self.query_one("#aside-files", Static).update(_file_lines(link))
        self.query_one("#aside-history", Static).update(change_lines(self._services.links.history(link)))


def _file_lines(link: Link) -> Content:
    if not link.files:
        return Content.styled("None yet.", "$text-muted")
    lines = [
        Content.assemble(
            (f"{size_text(file.size):>7}  ", "$text-muted"),
            clean(file.name),
            (f"  {clean(file.caption)}", "$text-muted"),
        )
        for file in link.files[:MOST_FILES]
    ]
    if len(link.files) > MOST_FILES:
        lines.append(Content.styled(f"… and {len(link.files) - MOST_FILES} more", "$text-muted"))
    return Content("\n").join(lines)

"""The link doctor: links looked at one by one, what is wrong with them, and a plan that mends it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.timer import Timer
from textual.widgets import Static

from linktui.model.finding import Report, remedies_of
from linktui.model.finding_words import remedy_words, summary_words
from linktui.model.link import Link
from linktui.model.plan_words import counted
from linktui.model.text import clean
from linktui.services.house import Services
from linktui.ui.commands import command
from linktui.ui.current import CurrentAccount
from linktui.ui.messages import OpenLink, OpenPlan
from linktui.ui.screens.framed import Framed
from linktui.ui.widgets.finding_list import FindingList
from linktui.ui.widgets.pane import Pane

Read = Callable[[], Awaitable[Sequence[Link]]]
LOOK = 0.5
"""Seconds between two words on how far a check is."""
SIGNS = (
    ("✕", "Wrong: what the service says, what the address gives and your limits differ."),
    ("!", "A matter of taste: Space takes its change in."),
    ("?", "It could not be looked at, or its answer tells neither."),
)


class CheckScreen(Framed):
    """Checks links as soon as it is opened; what was found stays, also when that is broken off."""

    TITLE = "Link doctor"
    MORE_HELP = (("Signs", list(SIGNS)),)
    BINDINGS: ClassVar[list[BindingType]] = [
        command("y", "plan", "Plan", "Make a plan of the changes that are marked, shown first.", shown=True),
        command("space", "turn", "Take in", "Take the change in, or leave it out.", shown=True),
        command("a", "turn_all", "All", "Take in every change in the list, or none.", shown=True),
        command("enter,l,right", "open", "Link", "Open the link's own screen.", shown=True),
        command("slash", "filter", "Filter", "Show only findings with these words; Esc takes it away."),
        command(
            "r,R,f5", "again", "Check again", "Look at the same links once more.", id="look-again", shown=True
        ),
        command("escape,h,left,backspace", "back", "Stop", "Stop the check, else go back.", shown=True),
    ]

    DEFAULT_CSS = """
    CheckScreen {
        & #standing { height: auto; max-height: 6; padding: 0 2; }
        & #finding { height: auto; max-height: 4; padding: 0 2; color: $text-muted; }
    }
    """

    def __init__(self, services: Services, read: Read, *, current: CurrentAccount | None = None) -> None:
        """`read` returns the links to check."""
        super().__init__(services, current=current)
        self._read = read
        self._follow: Timer | None = None
        self._stopped = False
        self.report = Report()
        self.list = FindingList(services.clock)

    def compose(self) -> ComposeResult:
        """Lay out how far it is, the findings, and the one under the cursor in full."""
        yield Static("", id="standing", markup=False)
        yield self.list
        yield Static("", id="finding", markup=False)

    def on_mount(self) -> None:
        """Begin."""
        self.set_focus(self.list.table)
        self.action_again()

    @property
    def is_running(self) -> bool:
        """Whether links are being looked at."""
        return self._follow is not None

    def action_again(self) -> None:
        """Look at the links, from the first on."""
        self.report, self._stopped = Report(), False
        self.list.forget()
        if self._follow is None:
            self._follow = self.set_interval(LOOK, self._show)
        self._check(self.report)
        self._show()

    @work(exclusive=True, group="check-links")
    async def _check(self, report: Report) -> None:
        try:
            await self.services.checkup.run(await self._read(), report)
        finally:
            if report is self.report:  # else another check has begun
                self._rest()

    def _rest(self) -> None:
        if self._follow is not None:
            self._follow.stop()
            self._follow = None
        if self.is_mounted:
            self._show()

    def _show(self) -> None:
        first, *troubles = summary_words(self.report)
        sign = "▸ checking: " if self.is_running else "– stopped: " if self._stopped else "✓ "
        lines = [f"{sign}{first}", *(f"✕ {trouble}" for trouble in troubles)]
        self.query_one("#standing", Static).update("\n".join(lines))
        self.list.show_report(self.report, empty=self._empty)
        self._show_finding()

    @property
    def _empty(self) -> str:
        if self.is_running:
            return "Each link is looked at: at its service, and by asking for its first byte.\nEsc stops."
        if self._stopped or self.report.troubles:
            return "Nothing was found in what could be looked at."
        return "All is as it should be."

    @on(Pane.Highlighted)
    def _show_finding(self) -> None:
        finding = self.list.current
        words = ""
        if finding is not None:
            change = remedy_words(finding, self.services.clock())
            parts = (finding.link.name, finding.link.account, finding.ill.words, finding.detail, change)
            words = clean(" · ".join(part for part in parts if part))
        self.query_one("#finding", Static).update(words)

    @on(Pane.Opened)
    def _open(self, event: Pane.Opened) -> None:
        event.stop()
        self.action_open()

    def action_open(self) -> None:
        """Open the link under the cursor."""
        finding = self.list.current
        if finding is not None:
            self.post_message(OpenLink(finding.link.account, finding.link.id))

    def action_turn(self) -> None:
        """Take the change under the cursor in, or leave it out."""
        reason = self.list.turn()
        if reason:
            self.notify(clean(reason), severity="warning", markup=False)

    def action_turn_all(self) -> None:
        """Take all changes in, or none."""
        self.list.turn_all()

    def action_filter(self) -> None:
        """Type a filter."""
        self.list.open_filter()

    @work(exclusive=True, group="plan-remedies")
    async def action_plan(self) -> None:
        """Make a plan of the changes that are wanted, and show it."""
        intents = remedies_of(self.list.wanted)
        if not intents:
            self.notify("No change is marked; Space takes one in.", markup=False)
            return
        plan = await self.services.plans.make(f"mend {counted(len(intents), 'link')}", intents)
        self.post_message(OpenPlan(plan.id))

    def action_back(self) -> None:
        """Take the filter away, stop the check, or go back."""
        if self.list.drop_filter():
            return
        if self.is_running:
            self._stopped = True
            self.workers.cancel_group(self, "check-links")
        else:
            self.dismiss()

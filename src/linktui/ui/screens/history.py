"""What linktui ever did, as plans or change by change, and a way to take each of it back."""

from __future__ import annotations

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType

from linktui.services.house import Services
from linktui.ui.commands import command
from linktui.ui.current import CurrentAccount
from linktui.ui.messages import OpenPlan, PlansChanged
from linktui.ui.screens.framed import Framed
from linktui.ui.undoing import stop_latest
from linktui.ui.widgets.journal import Journal
from linktui.ui.widgets.pane import Pane
from linktui.ui.widgets.plan_list import PlanList


class HistoryScreen(Framed):
    """The plans, newest first; Tab shows every single change instead."""

    TITLE = "History"
    BINDINGS: ClassVar[list[BindingType]] = [
        command("enter,l,right", "open", "Open", "Show the plan: what it did, what failed, what waits.",
                shown=True),
        command("u", "undo_plan", "Undo it", "Make the plan that takes this one back, shown first.",
                shown=True),
        command("U", "app.redo", "Redo", "Do again what was undone last."),
        command("tab", "other_view", "Changes", "Show every single change, or the plans again.", shown=True),
        command("slash", "filter", "Filter", "Show only plans with these words; Esc takes it away.",
                shown=True, takes="words"),
        command("escape,h,left,backspace", "back", "Back", "Take the filter away, else go back.", shown=True),
    ]  # fmt: skip
    undo_command = "undo-plan"

    DEFAULT_CSS = """
    HistoryScreen {
        & #journal { display: none; }
        &.-changes #journal { display: block; }
        &.-changes #plans { display: none; }
    }
    """

    def __init__(self, services: Services, *, current: CurrentAccount | None = None) -> None:
        super().__init__(services, current=current)
        self.list = PlanList(services)
        self.journal = Journal(services)

    def compose(self) -> ComposeResult:
        """Lay out both lists, of which one is shown."""
        yield self.list
        yield self.journal

    def on_mount(self) -> None:
        """Begin in the plans."""
        self.set_focus(self.list.table)
        self._write_hints()

    @property
    def chosen(self) -> int | None:
        """The number of the plan that the cursor is on."""
        if self.has_class("-changes"):
            return None if self.journal.current is None else self.journal.current.plan
        return None if self.list.current is None else self.list.current.id

    @on(PlansChanged)
    def _update(self) -> None:
        if self.has_class("-changes"):
            self.journal.update()
        else:
            self.list.update()

    @on(Pane.Opened)
    def _open(self, event: Pane.Opened) -> None:
        event.stop()
        self.action_open()

    def action_open(self) -> None:
        """Show the plan under the cursor."""
        if self.chosen is not None:
            self.post_message(OpenPlan(self.chosen))
        elif self.journal.current is not None and self.has_class("-changes"):
            self.notify("It was no part of a plan: nothing takes back what is done to a file.", markup=False)

    @work(exclusive=True, group="act-on-plan")
    async def action_undo_plan(self) -> None:
        """Make the plan that takes back the one under the cursor."""
        if self.chosen is None:
            self.notify("There is nothing here to undo.", markup=False)
            return
        plans = self.services.plans
        if stopped := await stop_latest(plans, plan_id=self.chosen) or await stop_latest(plans):
            self.notify(stopped, markup=False)
            return
        back = await plans.undo(self.chosen)
        self.post_message(OpenPlan(back.id))

    def action_other_view(self) -> None:
        """Show every single change, or the plans again."""
        self.list.drop_filter()
        changes = not self.has_class("-changes")
        self.set_class(changes, "-changes")
        self._update()
        (self.journal if changes else self.list).table.focus()

    def action_filter(self, text: str = "") -> None:
        """Type a filter for the plans."""
        if self.has_class("-changes"):
            self.action_other_view()
        self.list.type_filter(text) if text else self.list.open_filter()

    def action_back(self) -> None:
        """Take the filter away, else go back."""
        if not self.list.drop_filter():
            self.dismiss()

    def _write_hints(self) -> None:
        self.list.set_hint("Tab change by change")
        self.journal.set_hint("Tab the plans")

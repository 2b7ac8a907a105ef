"""One plan: what it would change, before anything is sent, and how far it came, once it is applied."""

from __future__ import annotations

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container

from linktui.model.change import ChangeState
from linktui.model.errors import InvalidInput
from linktui.model.pace import Pace
from linktui.model.phrases import length_text
from linktui.model.plan import Outline, PlanState
from linktui.model.plan_words import counted, undo_words
from linktui.model.text import clean
from linktui.services.house import Services
from linktui.ui.commands import command
from linktui.ui.current import CurrentAccount
from linktui.ui.messages import OpenPlan, PlansChanged
from linktui.ui.screens.framed import Framed
from linktui.ui.undoing import stop_latest
from linktui.ui.widgets.change_details import ChangeDetails
from linktui.ui.widgets.change_list import ChangeList
from linktui.ui.widgets.pane import Pane
from linktui.ui.widgets.plan_head import PlanHead

RETRIED = (ChangeState.FAILED, ChangeState.STALE, ChangeState.STOPPED)
WIDE = 140
"""Columns from which the details have room beside the list."""
LOOK = 0.25
"""Seconds between two looks at a plan that is being applied: its changes come in faster than one reads."""


class PlanScreen(Framed):
    """The head of a plan, its changes, and the one under the cursor whole."""

    TITLE = "Plan"
    BINDINGS: ClassVar[list[BindingType]] = [
        command("y", "apply", "Apply", "Make the changes; what cannot be undone is asked about.", shown=True),
        command("enter,l,right", "open", "Whole", "Show the change under the cursor whole."),
        command("p", "pause", "Pause", "Pause, or let what is paused go on.", shown=True),
        command("x", "stop", "Stop", "Stop after what is under way; the rest is left.", shown=True),
        command("r", "retry", "Retry", "Try again what failed, was stale or was stopped.", shown=True),
        command("space,minus", "leave_out", "Leave out", "Leave the change out, or take it in.", shown=True),
        command("D", "requests", "Requests", "Show the exact requests of the change.", shown=True),
        command("n", "renew", "New links", "Make new links instead of those that cannot be changed."),
        command(
            "u,z", "undo", "Undo", "Stop what still waits, else take back what the plan did.", shown=True
        ),
        command("full_stop", "trouble", "Only trouble", "Show only what failed or cannot be, or all again."),
        command("escape,h,left,backspace", "back", "Back", "Go back; the plan is kept."),
    ]

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]  # noqa: RUF012 - Textual's own type

    DEFAULT_CSS = """
    PlanScreen {
        & #plan { height: 1fr; layout: vertical; }
        &.-wide #plan { layout: horizontal; }
        &.-wide ChangeList { width: 2fr; }
        &.-wide ChangeDetails { width: 1fr; height: 1fr; border: round $border-blurred; }
    }
    """

    def __init__(self, services: Services, plan_id: int, *, current: CurrentAccount | None = None) -> None:
        """Raise InvalidInput for a number that is no plan's."""
        super().__init__(services, current=current)
        self.plan_id = self.shown_plan = plan_id
        self.plan = services.plans.get(plan_id)
        self._outline = services.plans.outline(plan_id)
        self._pace = Pace()
        self._due = False
        self.head = PlanHead()
        self.list = ChangeList(services.plans, self.plan, now=services.clock)
        self.details = ChangeDetails()

    def compose(self) -> ComposeResult:
        """Lay out the head above the list and the details."""
        yield self.head
        with Container(id="plan"):
            yield self.list
            yield self.details

    def on_mount(self) -> None:
        """Begin in the list, and keep the countdowns true."""
        self.set_focus(self.list.table)
        self.reload()
        self.set_interval(1, self._tick)

    def lacking(self, action: str) -> str:
        """Return why a command does nothing to the plan as it stands, or an empty text."""
        state = self.plan.state
        applied = "it is applied already"
        match action:
            case "apply" if state not in {PlanState.DRAFT, PlanState.PAUSED}:
                return applied
            case "leave_out" if state is not PlanState.DRAFT:
                return applied
            case "pause" if state not in {PlanState.APPLYING, PlanState.PAUSED}:
                return "it is not under way"
            case "stop" if state not in {PlanState.APPLYING, PlanState.PAUSED}:
                return "it is not under way"
            case "retry" if state is PlanState.DRAFT or state.running or not self.plan.count(*RETRIED):
                return "nothing of it failed yet"
            case "undo" if state is PlanState.DRAFT and not self.services.plans.held():
                return "nothing of it was sent yet"
        return ""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer on the line of keys only what the plan as it stands can take."""
        return not (
            action in {"pause", "stop", "retry", "undo", "apply", "leave_out"} and self.lacking(action)
        )

    def reload(self) -> None:
        """Show the plan as the database has it."""
        try:
            plan = self.services.plans.get(self.plan_id)
        except InvalidInput:
            self._leave()
            return
        if plan.state is not PlanState.APPLYING:
            self._pace.forget()
        other_keys = plan.state is not self.plan.state or plan.count(*RETRIED) != self.plan.count(*RETRIED)
        if plan.state is PlanState.DRAFT:
            self._outline = self.services.plans.outline(self.plan_id)
        self.plan = plan
        if other_keys:
            self.refresh_bindings()
        now = self.services.clock()
        self._pace.note(now, plan.settled)
        self.head.show(plan, self._outline, pace=self._pace, now=now, hold=self.services.plans.hold)
        self.list.show_plan(plan)

    def _leave(self) -> None:
        """Go, as somebody else discarded the draft; under a dialog it waits until that closes."""
        if self.app.screen is self:
            self.notify(f"Plan {self.plan_id} was discarded.", severity="warning", markup=False)
            self.dismiss()

    @on(PlansChanged)
    def _follow(self) -> None:
        """Look again soon: a burst of reports is one look."""
        if not self._due:
            self._due = True
            self.set_timer(LOOK, self._look_again)

    def _look_again(self) -> None:
        self._due = False
        self.reload()

    def _tick(self) -> None:
        if self.plan.state.running:
            self.reload()

    @on(Pane.Highlighted)
    def _show_details(self, event: Pane.Highlighted) -> None:
        event.stop()
        self.details.show(self.list.current, self.plan)

    @on(Pane.Opened)
    def _open(self, event: Pane.Opened) -> None:
        event.stop()
        self.action_open()

    def action_back(self) -> None:
        """Go back; a draft stays in the history."""
        if self.plan.state is PlanState.DRAFT:
            self.notify(f"Plan {self.plan_id} is kept; H shows it.", markup=False)
        self.dismiss()

    def action_open(self) -> None:
        """Show the change under the cursor whole."""
        from linktui.ui.dialogs.change_facts import ChangeFactsDialog

        if self.list.current is not None:
            self.app.push_screen(ChangeFactsDialog(self.list.current, self.plan))

    def action_trouble(self) -> None:
        """Show only what failed or cannot be, or everything again."""
        self.list.show_trouble()

    @work(exclusive=True, group="apply-plan")
    async def action_apply(self) -> None:
        """Have the daemon make the changes, once it is sure that they are meant."""
        if self.plan.state is PlanState.PAUSED or await self._is_meant():
            await self.services.plans.apply(self.plan_id)
            self.reload()

    @work(exclusive=True, group="act-on-plan")
    async def action_pause(self) -> None:
        """Pause the plan, or let it go on."""
        if self.plan.state is PlanState.PAUSED:
            await self.services.plans.apply(self.plan_id)
        else:
            await self.services.plans.pause(self.plan_id)
        self.reload()

    @work(exclusive=True, group="apply-plan")
    async def action_stop(self) -> None:
        """End the plan after what is under way, once that is confirmed."""
        from linktui.ui.dialogs.confirm import ConfirmDialog

        rest = self.plan.count(ChangeState.PLANNED)
        text = f"Leave {counted(rest, 'change')} undone? What was done stays done; r would do the rest later."
        if await self.app.push_screen_wait(ConfirmDialog("Stop the plan", text, action="Stop")):
            await self.services.plans.stop(self.plan_id)
            self.reload()

    @work(exclusive=True, group="act-on-plan")
    async def action_retry(self) -> None:
        """Try again what was not done."""
        number = await self.services.plans.retry(self.plan_id)
        if self.plan.state is PlanState.PAUSED and number:
            await self.services.plans.apply(self.plan_id)
        self.notify(
            f"{counted(number, 'change')} tried again." if number else "Everything that can be done is done.",
            markup=False,
        )
        self.reload()

    @work(exclusive=True, group="act-on-plan")
    async def action_leave_out(self) -> None:
        """Leave the change under the cursor out of the draft, or take it in again."""
        change = self.list.current
        if change is None:
            return
        if change.state is ChangeState.CANNOT:
            self.notify(f"It is left as it is anyway: {clean(change.error)}", markup=False)
            return
        left_out = change.state is ChangeState.STOPPED
        act = self.services.plans.take_in if left_out else self.services.plans.leave_out
        await act(self.plan_id, [change.id])
        self.reload()
        self.list.table.action_move(1)

    @work(exclusive=True, group="act-on-plan")
    async def action_renew(self) -> None:
        """Plan new links in the place of those that cannot be changed."""
        number = await self.services.plans.renew(self.plan_id)
        self.reload()
        self.notify(
            f"{counted(number, 'new link')} planned: each has a new URL, and the old link stays as it is."
            if number
            else "Nothing here needs a new link in its place.",
            markup=False,
        )

    @work(exclusive=True, group="rehearse-change")
    async def action_requests(self) -> None:
        """Show the exact requests of the change under the cursor."""
        from linktui.ui.dialogs.requests import RequestsDialog

        change = self.list.current
        if change is None or change.intent is None:
            return
        if change.state is ChangeState.CANNOT:
            self.notify(f"Nothing is sent for it: {clean(change.error)}", markup=False)
            return
        self.app.push_screen(RequestsDialog(await self.services.rehearsal.intent(change.intent)))

    @work(exclusive=True, group="act-on-plan")
    async def action_undo(self) -> None:
        """Stop what still waits, in this plan first; else make the plan that takes this one back."""
        plans = self.services.plans
        stopped = await stop_latest(plans, plan_id=self.plan_id) or await stop_latest(plans)
        if stopped:
            self.notify(stopped, markup=False)
            self.reload()
            return
        back = await self.services.plans.undo(self.plan_id)
        self.post_message(OpenPlan(back.id))

    async def _is_meant(self) -> bool:
        outline, hold = self._outline, self.services.plans.hold
        text = f"{_capital(undo_words(outline))}."
        if outline.final and hold:
            text += f" They wait {length_text(hold)} before they are sent; u stops them meanwhile."
        if outline.live_ends:
            return await self._is_typed(outline, text)
        if not outline.final:
            return True
        from linktui.ui.dialogs.confirm import ConfirmDialog

        dialog = ConfirmDialog(f"Apply plan {self.plan_id}", text, action="Apply")
        return await self.app.push_screen_wait(dialog)

    async def _is_typed(self, outline: Outline, text: str) -> bool:
        from linktui.ui.dialogs.type_number import TypeNumberDialog

        number = outline.live_ends
        ends = f"This ends {counted(number, 'link')} that real people may use: the account is LIVE. {text}"
        dialog = TypeNumberDialog(f"Apply plan {self.plan_id}", ends, number=number, action="Apply")
        return await self.app.push_screen_wait(dialog) is not None


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

"""The changes of a plan in their groups, of which only those in sight are read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from linktui.model.change import Change, ChangeState
from linktui.model.masking import masked_intent
from linktui.model.plan import Plan
from linktui.model.plan_words import ROLES, SIGN_ROLES, sign_of, standing_words, what_words
from linktui.model.text import clean
from linktui.services.plans import PlanService
from linktui.ui.terminal.mask import is_masked
from linktui.ui.widgets.pane import Pane
from linktui.ui.widgets.rows import Cell, Column
from linktui.ui.window import Window

ROOMY = 92
"""Cells from which on there is room for why a change stands as it does."""
WIDE = 130
"""Cells from which on a moment is said with its weekday."""
TROUBLE = (ChangeState.FAILED, ChangeState.STALE, ChangeState.CANNOT)


class ChangeList(Pane[Change]):
    """One row a change: what it is, of which link, what it does, and how it stands."""

    def __init__(self, plans: PlanService, plan: Plan, *, now: Callable[[], datetime]) -> None:
        self._plans = plans
        self._plan = plan
        self._now = now
        self._trouble_only = False
        self._order: list[int] = []
        self._order_of: object = None
        columns = (
            Column[Change](title=" ", cell=_sign, width=1),
            Column[Change](title="Link", cell=lambda change: Cell(clean(change.name)), share=5),
            Column[Change](title="Change", cell=self._what, share=9),
            Column[Change](title="Stands", cell=self._standing, width=11, until_width=ROOMY),
            Column[Change](title="Stands", cell=self._standing, share=5, from_width=ROOMY),
            Column[Change](title="Account", cell=_account, width=16, from_width=100),
        )
        super().__init__(
            columns, key=lambda change: change.id, is_marked=lambda change: False, id="plan-changes"
        )

    def on_mount(self) -> None:
        """Show the changes."""
        self.show_plan(self._plan)

    def show_plan(self, plan: Plan) -> None:
        """Show the plan as it stands."""
        self._plan = plan
        states = TROUBLE if self._trouble_only else tuple(ChangeState)
        # A change stays in its place however it ends, so its place is looked up once.
        order_of = (plan.size, plan.unwell if self._trouble_only else plan.count(ChangeState.CANNOT), states)
        if order_of != self._order_of:
            self._order_of = order_of
            self._order = self._plans.order(plan.id, states=states)
        self.show(Window(len(self._order), self._load), empty="Nothing failed. . shows every change.")
        only = " · only what failed or cannot be" if self._trouble_only else ""
        self.set_titles(f"Changes{only}", f"{len(self._order):,}/{plan.size:,}")

    def show_trouble(self) -> None:
        """Show only what failed or cannot be, or everything again."""
        self._trouble_only = not self._trouble_only
        self.show_plan(self._plan)

    def tick(self) -> None:
        """Draw the countdowns as they read now."""
        self.table.refresh_rows()

    def set_filter(self, text: str) -> None:
        """Keep every row: `.` is what there is to filter by."""

    def _load(self, offset: int, limit: int) -> list[Change]:
        return self._plans.some(self._order[offset : offset + limit])

    def _what(self, change: Change) -> Cell:
        intent = masked_intent(change.intent) if is_masked(self.app) else change.intent
        words = what_words(intent, self._now(), weekday=self.table.size.width >= WIDE)
        left_out = change.state in {ChangeState.STOPPED, ChangeState.CANNOT}
        return Cell(words, "muted" if left_out else "")

    def _standing(self, change: Change) -> Cell:
        words = standing_words(change, self._plan, self._now())
        held = change.state is ChangeState.PLANNED and words.startswith("◷")
        return Cell(words, "wait" if held else ROLES.get(change.state, ""))


def _sign(change: Change) -> Cell:
    sign = sign_of(change)
    return Cell(sign, SIGN_ROLES[sign])


def _account(change: Change) -> Cell:
    return Cell(clean(change.account), "muted")

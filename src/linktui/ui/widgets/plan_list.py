"""Every plan, newest first: what linktui ever did, and whether it can be taken back."""

from __future__ import annotations

from linktui.model.change import ChangeState
from linktui.model.phrases import brief_moment
from linktui.model.plan import Plan, PlanState
from linktui.model.plan_words import counts_words, plan_state_words, undo_words
from linktui.model.text import clean
from linktui.services.house import Services
from linktui.ui.widgets.pane import Pane
from linktui.ui.widgets.rows import Cell, Column
from linktui.ui.window import Window

SEARCHED = 1_000
"""The latest plans that a filter looks through."""
_ROLES = {"·": "muted", "–": "muted", "✕": "bad", "‖": "wait", "◷": "wait", "▸": "folder", "✓": "good"}
"""The colour of each sign; the word beside it says the same."""


class PlanList(Pane[Plan]):
    """One row a plan: how it stands, its number, when, what, how it went, and what can be undone."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._text = ""
        self._undo: dict[tuple[int, int], str] = {}
        columns = (
            Column[Plan](title="State", cell=self._state, width=11),
            Column[Plan](title="Plan", cell=lambda plan: Cell(str(plan.id), "muted"), width=4, right=True),
            Column[Plan](title="When", cell=self._when, width=12),
            Column[Plan](title="What", cell=lambda plan: Cell(clean(plan.title)), share=5),
            Column[Plan](title="Went", cell=_went, share=4),
            Column[Plan](title="Undo", cell=self._can_be_undone, width=40, from_width=130),
        )
        super().__init__(columns, key=lambda plan: plan.id, is_marked=lambda plan: False, id="plans")

    def on_mount(self) -> None:
        """Show the plans there are."""
        self.update()

    def update(self) -> None:
        """Read the plans anew and show them."""
        plans, number = self._services.plans, self._services.plans.number()

        def load(offset: int, limit: int) -> list[Plan]:
            return plans.all(limit=limit, offset=offset)

        rows = self._found() if self._text else Window(number, load)
        self.show(
            rows,
            empty="No plan has these words. Esc takes the filter away."
            if number
            else "Nothing was changed yet.\nWhat you change is kept here, and u takes it back.",
        )
        found = f" · /{clean(self._text)}" if self._text else ""
        self.set_titles(f"History{found}", f"{len(rows):,}/{number:,}")

    def set_filter(self, text: str) -> None:
        """Show only plans with these words in their title, number or state."""
        if text != self._text:
            self._text = text
            self.update()

    def _found(self) -> list[Plan]:
        words = self._text.casefold().split()
        latest = self._services.plans.all(limit=SEARCHED)
        return [plan for plan in latest if all(word in self._words(plan) for word in words)]

    def _when(self, plan: Plan) -> Cell:
        return Cell(brief_moment(plan.began_at or plan.at, self._services.clock(), weekday=False), "muted")

    def _state(self, plan: Plan) -> Cell:
        words = plan_state_words(plan, self._services.clock())
        return Cell(words, _ROLES.get(words[0], ""))

    def _words(self, plan: Plan) -> str:
        return f"{plan.id} {plan.title} {self._state(plan).text} {counts_words(plan.counts)}".casefold()

    def _can_be_undone(self, plan: Plan) -> Cell:
        if plan.undone_by is not None:
            return Cell(f"undone by plan {plan.undone_by}", "muted")
        if plan.state is PlanState.SETTLED and not plan.count(ChangeState.DONE):
            return Cell("nothing to undo", "muted")
        key = (plan.id, plan.count(ChangeState.STOPPED, ChangeState.CANNOT))
        if key not in self._undo:
            self._undo[key] = undo_words(self._services.plans.outline(plan.id))
        words = self._undo[key]
        return Cell(words, "wait" if "cannot" in words else "")


def _went(plan: Plan) -> Cell:
    return Cell(counts_words(plan.counts), "bad" if plan.count(ChangeState.FAILED) else "")

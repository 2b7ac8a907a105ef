"""Every single change and file that linktui ever began, newest first."""

from __future__ import annotations

from linktui.model.change import Change
from linktui.model.masking import masked_intent
from linktui.model.phrases import brief_moment
from linktui.model.plan_words import ROLES, SIGN_ROLES, STANDINGS, sign_of, what_words
from linktui.model.text import clean
from linktui.services.house import Services
from linktui.ui.terminal.mask import is_masked
from linktui.ui.widgets.pane import Pane
from linktui.ui.widgets.rows import Cell, Column
from linktui.ui.window import Window

_NONE = "Nothing was changed yet.\nWhat you change is kept here, and z takes it back."


class Journal(Pane[Change]):
    """One row a change, of which only those in sight are read."""

    def __init__(self, services: Services) -> None:
        self._services = services
        columns = (
            Column[Change](title="When", cell=self._when, width=12),
            Column[Change](title=" ", cell=_sign, width=1),
            Column[Change](title="Link", cell=_name, share=5),
            Column[Change](title="Change", cell=self._what, share=9),
            Column[Change](title="Went", cell=_went, width=11),
            Column[Change](title="Plan", cell=_plan, width=4, right=True, from_width=100),
            Column[Change](
                title="Account", cell=lambda change: Cell(clean(change.account), "muted"), width=16,
                from_width=100,
            ),
        )  # fmt: skip
        super().__init__(columns, key=lambda change: change.id, is_marked=lambda change: False, id="journal")

    def on_mount(self) -> None:
        """Show what was done."""
        self.update()

    def update(self) -> None:
        """Read the journal anew and show it."""
        plans, number = self._services.plans, self._services.plans.begun()

        def load(offset: int, limit: int) -> list[Change]:
            return plans.history(limit=limit, offset=offset)

        self.show(
            Window(number, load),
            empty=_NONE,
        )
        self.set_titles("History, change by change", f"{number:,}")

    def set_filter(self, text: str) -> None:
        """Keep every row: what is looked for is found by its plan, or on its link's own screen."""

    def _when(self, change: Change) -> Cell:
        return Cell(brief_moment(change.at, self._services.clock(), weekday=False), "muted")

    def _what(self, change: Change) -> Cell:
        intent = masked_intent(change.intent) if is_masked(self.app) else change.intent
        words = what_words(intent, self._services.clock(), weekday=False)
        return Cell(words or clean(f"{change.verb.replace('_', ' ')} {change.detail}"))


def _sign(change: Change) -> Cell:
    sign = sign_of(change)
    return Cell(sign, SIGN_ROLES[sign])


def _name(change: Change) -> Cell:
    return Cell(clean(change.name or change.subject))


def _went(change: Change) -> Cell:
    sign, word = STANDINGS[change.state]
    return Cell(f"{sign} {word}", ROLES.get(change.state, ""))


def _plan(change: Change) -> Cell:
    return Cell("" if change.plan is None else str(change.plan), "muted")

"""All there is to say of one change: every field before and after, and why it stands as it does."""

from __future__ import annotations

from dataclasses import replace

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from linktui.model.change import Change, ChangeState
from linktui.model.differences import differences
from linktui.model.masking import masked_intent
from linktui.model.phrases import moment_text
from linktui.model.plan import Plan, PlanState
from linktui.model.plan_words import STANDINGS, sign_of
from linktui.model.text import clean
from linktui.ui.terminal.mask import is_masked

_NEXT_STEPS = {
    ChangeState.FAILED: "r tries again.",
    ChangeState.STALE: "r looks again whether the link is as it was; a new plan changes it as it is now.",
    ChangeState.STOPPED: "It was stopped before it was sent; r does it.",
}


class ChangeDetails(VerticalScroll, can_focus=False):
    """The change under the cursor, whole as far as there is room."""

    DEFAULT_CSS = """
    ChangeDetails {
        height: 7;
        border-top: solid $border-blurred;
        padding: 0 1;
        scrollbar-size-vertical: 1;
        & > Static { height: auto; }
    }
    """

    def __init__(self) -> None:
        super().__init__(Static("", markup=False))

    def show(self, change: Change | None, plan: Plan) -> None:
        """Show another change, or the same one as it is now."""
        if change is not None and is_masked(self.app):
            change = replace(change, intent=masked_intent(change.intent))
        words = Content("") if change is None else change_text(change, plan)
        self.query_one(Static).update(words)


def change_text(change: Change, plan: Plan) -> Content:
    """Return everything about a change, one thing a line."""
    lines = [_subject(change)]
    if change.intent is not None:
        lines += [
            Content.assemble(
                (f"{clean(one.field):<11} ", "$text-muted"), f"{clean(one.before)}  →  {clean(one.after)}"
            )
            for one in differences(change.intent)
        ]
    return Content("\n").join([*lines, *_standing(change, plan)])


def _subject(change: Change) -> Content:
    link_id = f" · {clean(change.subject)}" if change.subject else ""
    return Content.assemble(
        (f"{sign_of(change)} {clean(change.name) or 'link'}", "bold $text"),
        (f"  {clean(change.account)}{link_id}", "$text-muted"),
    )


def _standing(change: Change, plan: Plan) -> list[Content]:
    sign, word = STANDINGS[change.state]
    lines = []
    if change.state is ChangeState.CANNOT:
        lines.append(Content.styled(f"{sign} Cannot: {clean(change.error)}", "$text-warning"))
        if plan.state is PlanState.DRAFT and change.intent is not None and change.intent.renewable:
            lines.append(Content("n makes a new link instead: a new URL, the old link stays as it is."))
    elif change.state in {ChangeState.FAILED, ChangeState.STALE}:
        lines.append(Content.styled(f"{sign} {word.capitalize()}: {clean(change.error)}", "$text-error"))
    elif change.state in {ChangeState.DONE, ChangeState.INTENDED}:
        lines.append(Content.styled(f"{sign} {word}, {moment_text(change.at)}", "$text-muted"))
    if plan.state is not PlanState.DRAFT and not plan.state.running and change.state in _NEXT_STEPS:
        lines.append(Content.styled(_NEXT_STEPS[change.state], "$text-muted"))
    if change.intent is not None and change.intent.final and change.state is not ChangeState.CANNOT:
        verb = "undoes" if change.state is not ChangeState.DONE else "could undo"
        lines.append(Content.styled(f"Nothing {verb} this.", "$text-warning"))
    return lines

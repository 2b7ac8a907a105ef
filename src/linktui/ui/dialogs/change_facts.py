"""One change of a plan, whole: for those with more fields than the strip below the list has lines."""

from __future__ import annotations

from linktui.model.change import Change
from linktui.model.plan import Plan
from linktui.model.text import clean
from linktui.ui.dialogs.reading import ReadingDialog
from linktui.ui.widgets.change_details import change_text


class ChangeFactsDialog(ReadingDialog):
    """Every field of a change before and after, and how it stands."""

    def __init__(self, change: Change, plan: Plan) -> None:
        super().__init__(f"{change.verb} · {clean(change.name, limit=60)}", change_text(change, plan))

"""Ask before something is taken away; the focus begins on Cancel."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from linktui.model.call import Rehearsed
from linktui.model.errors import LinktuiError
from linktui.model.wording import explain
from linktui.ui.commands import command
from linktui.ui.widgets.box import Box


class ConfirmDialog(ModalScreen[bool]):
    """A named question: `y` or its button says yes, `n`, Esc and Enter on Cancel say no."""

    BINDINGS: ClassVar[list[BindingType]] = [
        command("y", "answer(True)", "Yes", "Do it.", id="yes"),
        command("n,escape", "answer(False)", "No", "Leave everything as it is.", id="no"),
        command("left,right,h,l", "app.focus_next", "Other button", "Go to the other button."),
        command("D", "rehearse", "Requests", "Show the exact requests that a yes would send."),
    ]

    DEFAULT_CSS = """
    ConfirmDialog {
        align: center middle;
        & > #confirm { width: 64; max-height: 100%; border: round $error; }
        & Static { height: auto; }
        & Horizontal { height: 1; margin-top: 1; align-horizontal: right; }
        & Button { margin-left: 2; min-width: 10; }
    }
    """

    def __init__(
        self,
        title: str,
        text: str,
        *,
        action: str,
        rehearse: Callable[[], Awaitable[Sequence[Rehearsed]]] | None = None,
    ) -> None:
        """`rehearse` returns the exact requests that a yes would send."""
        super().__init__()
        self._rehearse = rehearse
        self._title = title
        self._text = text
        self._action = action

    def compose(self) -> ComposeResult:
        """Lay out the question and its two answers."""
        with Box(id="confirm") as box:
            box.border_title = Content(self._title)
            requests = " · D requests" if self._rehearse is not None else ""
            box.border_subtitle = Content(f"y yes · n or Esc no{requests}")
            yield Static(self._text, markup=False)
            with Horizontal():
                yield Button("Cancel", id="no", compact=True)
                yield Button(Content(self._action), id="yes", variant="error", compact=True)

    def on_mount(self) -> None:
        """Begin where Enter does no harm."""
        self.query_one("#no").focus()

    @on(Button.Pressed)
    def _press(self, event: Button.Pressed) -> None:
        event.stop()
        self.dismiss(event.button.id == "yes")

    @work(exclusive=True, group="confirm")
    async def action_rehearse(self) -> None:
        """Show the requests that a yes would send."""
        if self._rehearse is None:
            return
        from linktui.ui.dialogs.requests import RequestsDialog

        try:
            requests = await self._rehearse()
        except LinktuiError as error:
            self.notify(explain(error), severity="error", markup=False)
        else:
            self.app.push_screen(RequestsDialog(requests))

    def action_answer(self, yes: bool) -> None:
        """Close with the answer."""
        self.dismiss(yes)

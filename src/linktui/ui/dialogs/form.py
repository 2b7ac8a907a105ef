"""What all forms share: Tab moves, Enter accepts, Esc leaves, and a fault never loses what was typed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import ClassVar, TypeVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Button, Input, Static, TextArea

from linktui.model.call import Rehearsed
from linktui.model.errors import InvalidInput, LinktuiError, Unsupported
from linktui.model.wording import explain
from linktui.ui.commands import command
from linktui.ui.widgets.choice import Choice
from linktui.ui.widgets.expiry_input import ExpiryInput
from linktui.ui.widgets.field import Field

T = TypeVar("T")
Act = Callable[[T], Awaitable[object]]
Rehearse = Callable[[T], Awaitable[Sequence[Rehearsed]]]
Ask = Callable[[T], Awaitable[bool]]
"""Asks whether an answer is meant so."""
Caution = Callable[[T], str]
"""What is to be known of an answer before it is acted upon; empty for nothing."""


class FormDialog(ModalScreen[T | None]):
    """A form whose answer is a `T`, or None when it was left.

    With `act` the form does what it was filled in for before it closes, and stays open, with all that
    was typed and the reason, when that fails.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        command("enter", "accept", "Accept", "Do what the form says."),
        command("escape", "leave", "Cancel", "Close the form; nothing is done."),
        command("f2", "rehearse", "Requests", "Show the exact requests that the form would send."),
        command("ctrl+o", "app.jump", "Jump", "Show a letter at each field, and go to the one you type."),
    ]

    DEFAULT_CSS = """
    FormDialog {
        align: center middle;
        & > #form {
            width: 76;
            max-width: 100%;
            height: auto;
            max-height: 100%;
            border: round $primary;
            border-title-color: $text;
            border-title-style: bold;
            border-subtitle-color: $text-muted;
            background: $surface;
            padding: 0 1;
            scrollbar-size-vertical: 1;
            scrollbar-gutter: stable;
        }
        & .form--lead { height: auto; color: $text-muted; margin-bottom: 1; }
        & .form--fault { height: auto; color: $text-error; display: none; margin-top: 1; }
        & .form--fault.-shown { display: block; }
        & .form--said { height: auto; color: $text-success; display: none; margin-top: 1; }
        & .form--said.-shown { display: block; }
        & .form--buttons { height: 1; margin-top: 1; align-horizontal: right; }
        & .form--buttons Button { margin-left: 2; min-width: 10; }
        & Input, & TextArea { background: $boost; }
    }
    """

    AUTO_FOCUS = "*"

    accept_word = "OK"

    def __init__(
        self,
        title: str,
        *,
        act: Act[T] | None = None,
        ask: Ask[T] | None = None,
        rehearse: Rehearse[T] | None = None,
        caution: Caution[T] | None = None,
    ) -> None:
        """`ask` comes before `act`; with a no the form stays as it is."""
        super().__init__()
        self._title = title
        self._act = act
        self._ask = ask
        self._rehearse = rehearse
        self._caution = caution
        self._busy = False
        self._warned = ""
        self._fault: LinktuiError | None = None

    async def done_unseen(self) -> bool:
        """Do what the form begins with, without showing it; False if there is something to ask or to say.

        Shown after that, it says what was wrong.
        """
        try:
            answer = self.read()
            if self._act is None or self.warning(answer):
                return False
            await self._act(answer)
        except LinktuiError as error:
            self._fault = error
            return False
        return True

    def on_screen_resume(self) -> None:
        """Say what was wrong before the form was shown."""
        if self._fault is not None:
            self.show_fault(self._fault)
            self._fault = None

    def on_resize(self) -> None:
        """Keep the field one is in within sight."""
        if self.focused is not None:
            self.call_after_refresh(self.focused.scroll_visible, animate=False)

    def compose(self) -> ComposeResult:
        """Lay out the fields, the place for a fault, and the buttons."""
        with VerticalScroll(id="form", can_focus=False) as form:
            form.border_title = Content(self._title)
            requests = " · F2 requests" if self._rehearse is not None else ""
            form.border_subtitle = Content(
                f"Enter {self.accept_word.lower()} · Tab next field{requests} · Esc cancel"
            )
            yield from self.fields()
            yield Static("", classes="form--said", markup=False)
            yield Static("", classes="form--fault", markup=False)
            with Horizontal(classes="form--buttons"):
                yield Button("Cancel", id="leave", compact=True)
                yield Button(self.accept_word, id="accept", variant="primary", compact=True)

    def fields(self) -> Iterable[Widget]:
        """Return the form's fields from top to bottom."""
        raise NotImplementedError

    def read(self) -> T:
        """Return what the form says; raises InvalidInput or Unsupported."""
        raise NotImplementedError

    def said(self, answer: T) -> str:
        """Return in words what the form as it is would make; nothing for a form that says it elsewhere."""
        return ""

    @on(Input.Changed)
    @on(TextArea.Changed)
    @on(ExpiryInput.Changed)
    @on(Choice.Changed)
    def _read_along(self, event: Message) -> None:
        """Say what the form would make by now, or what is wrong with what was just typed."""
        event.stop()
        above = () if event.control is None else event.control.ancestors
        changed = next((one for one in above if isinstance(one, Field)), None)
        said = fault = ""
        try:
            said = self.said(self.read())
        except (InvalidInput, Unsupported) as error:
            named = error.field if isinstance(error, InvalidInput) else ""
            if changed is not None and changed.key == named:
                fault = explain(error)
        if changed is not None:
            changed.show_fault(fault)
        line = self.query_one(".form--said", Static)
        line.update(said)
        line.set_class(bool(said), "-shown")

    def warning(self, answer: T) -> str:
        """Return what is to be known before this is done, so that it is asked for twice; or nothing."""
        return "" if self._caution is None else self._caution(answer)

    def show_fault(self, error: LinktuiError) -> None:
        """Say what is wrong below the field it is about, or else below all of them."""
        named = error.field if isinstance(error, InvalidInput) else ""
        field = next((one for one in self.query(Field) if one.key == named), None)
        if field is not None:
            field.show_fault(explain(error))
            field.focus_control()
            return
        self._warn(explain(error))

    def _warn(self, sentence: str) -> None:
        fault = self.query_one(".form--fault", Static)
        fault.update(sentence)
        fault.set_class(True, "-shown")
        self.call_after_refresh(fault.scroll_visible, animate=False)

    @on(Input.Submitted)
    def _submit(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_accept()

    @on(Button.Pressed)
    def _press(self, event: Button.Pressed) -> None:
        event.stop()
        self.action_accept() if event.button.id == "accept" else self.action_leave()

    def action_accept(self) -> None:
        """Read the form and close it with the answer, once the answer is acted upon."""
        if self._busy:
            return
        self._take_faults_away()
        try:
            answer = self.read()
        except (InvalidInput, Unsupported) as error:
            self.show_fault(error)
            return
        warning = self.warning(answer)
        if warning and warning != self._warned:
            self._warned = warning
            self._warn(f"{warning} {self.accept_word} again does it.")
            return
        if self._act is None:
            self.dismiss(answer)
        else:
            self._set_busy(True)
            self._ask_first(self._ask, self._act, answer) if self._ask else self._perform(self._act, answer)

    def action_rehearse(self) -> None:
        """Show the exact requests that the form as it is would send."""
        if self._rehearse is None or self._busy:
            return
        self._take_faults_away()
        try:
            answer = self.read()
        except (InvalidInput, Unsupported) as error:
            self.show_fault(error)
            return
        self._show_requests(self._rehearse, answer)

    @work(exclusive=True, group="form")
    async def _show_requests(self, rehearse: Rehearse[T], answer: T) -> None:
        from linktui.ui.dialogs.requests import RequestsDialog

        try:
            requests = await rehearse(answer)
        except LinktuiError as error:
            self.show_fault(error)
        else:
            self.app.push_screen(RequestsDialog(requests))

    def action_leave(self) -> None:
        """Close the form without an answer."""
        self.dismiss(None)

    @work(exclusive=True, group="ask-first")
    async def _ask_first(self, ask: Ask[T], act: Act[T], answer: T) -> None:
        if await ask(answer):
            self._perform(act, answer)
        else:
            self._set_busy(False)

    @work(exclusive=True, group="form")
    async def _perform(self, act: Act[T], answer: T) -> None:
        try:
            await act(answer)
        except LinktuiError as error:
            self._set_busy(False)
            self.show_fault(error)
        else:
            self.dismiss(answer)

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        button = self.query_one("#accept", Button)
        button.disabled = busy
        button.label = Content("one moment…" if busy else self.accept_word)

    def _take_faults_away(self) -> None:
        self.query_one(".form--fault").set_class(False, "-shown")
        for field in self.query(Field):
            field.show_fault("")

"""What a command of the user's own says while it runs, in a box that is scrolled and closed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Log, Static
from textual.worker import Worker

from linktui.config.extensions import CommandSettings
from linktui.model.errors import InvalidInput
from linktui.model.records import Record
from linktui.model.text import clean
from linktui.model.wording import explain
from linktui.services.own_commands import run_command, title_of
from linktui.ui.commands import command
from linktui.ui.widgets.box import Box

MOST_LINES = 5_000
LONGEST_LINE = 1_000


class OutputDialog(ModalScreen[None]):
    """Runs a command and shows what it says; Esc stops it, and closes the box once it has ended."""

    BINDINGS: ClassVar[list[BindingType]] = [
        command("escape,q", "leave", "Stop or close", "Stop the command; close the box once it has ended."),
        command("enter", "close", "Close", "Close the box once the command has ended."),
        command("j,down", "scroll(1)", "Down", "Scroll down by a line.", id="down"),
        command("k,up", "scroll(-1)", "Up", "Scroll up by a line.", id="up"),
    ]

    DEFAULT_CSS = """
    OutputDialog {
        align: center middle;
        & > #output { width: 90%; max-width: 110; height: 80%; }
        & Log { height: 1fr; background: $surface; scrollbar-size-vertical: 1; scrollbar-size-horizontal: 1; }
        & #how { height: auto; margin-top: 1; text-style: bold; display: none; }
    }
    """

    def __init__(self, name: str, command: CommandSettings, records: Sequence[Record]) -> None:
        super().__init__()
        self._own = name
        self._command = command
        self._records = records
        self._partial = ""
        self._run: Worker[None] | None = None

    def compose(self) -> ComposeResult:
        """Lay out what it says and how it ended."""
        with Box(id="output") as box:
            box.border_title = Content(title_of(self._own, self._command))
            box.border_subtitle = Content("Esc stops it")
            yield Log(max_lines=MOST_LINES)
            yield Static("", id="how", markup=False)

    def on_mount(self) -> None:
        """Begin."""
        self.query_one(Log).can_focus = False
        self._run = self._begin()

    @work(group="own-output")
    async def _begin(self) -> None:
        how = "It was stopped."
        try:
            ended = await run_command(self._own, self._command, self._records, heard=self._hear)
            how = ended.told(title_of(self._own, self._command))
        except InvalidInput as error:
            how = explain(error)
        finally:
            if self.is_mounted:
                self._end(how)

    def _hear(self, said: str) -> None:
        *whole, self._partial = (self._partial + said).split("\n")
        self.query_one(Log).write_lines(map(_line, whole))

    def _end(self, how: str) -> None:
        if self._partial:
            self.query_one(Log).write_line(_line(self._partial))
        line = self.query_one("#how", Static)
        line.update(how)
        line.display = True
        self._run = None
        self.query_one("#output").border_subtitle = Content("j k scroll · Esc close")

    def action_leave(self) -> None:
        """Stop what runs, else close."""
        if self._run is None:
            self.dismiss()
        else:
            self._run.cancel()

    def action_close(self) -> None:
        """Close, unless it still runs."""
        if self._run is None:
            self.dismiss()

    def action_scroll(self, steps: int) -> None:
        """Scroll by a line."""
        self.query_one(Log).scroll_relative(y=steps, animate=False)


def _line(text: str) -> str:
    return clean(text.rstrip("\r").expandtabs(), limit=LONGEST_LINE)

"""Pick one file of this machine: what is typed filters, Enter enters a folder or takes the file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input

from linktui.ui.commands import command
from linktui.ui.widgets.box import Box
from linktui.ui.widgets.local_files import LocalFiles
from linktui.ui.widgets.pane import Pane


class PickLocalDialog(ModalScreen[Path | None]):
    """A folder's files below a line to type in, which has the focus all the time."""

    BINDINGS: ClassVar[list[BindingType]] = [
        command("escape", "leave", "Cancel", "Choose no file.", priority=True),
        command("enter", "take", "Take", "Take the file, or enter the folder.", priority=True),
        command("down", "move(1)", "Down", "Go down by a row.", id="down", priority=True),
        command("up", "move(-1)", "Up", "Go up by a row.", id="up", priority=True),
        command("pagedown", "move(10)", "Further down", "Go down by ten.", id="page-down", priority=True),
        command("pageup", "move(-10)", "Further up", "Go up by ten.", id="page-up", priority=True),
        command("left", "parent", "Parent", "Go to the parent folder.", priority=True),
        command("right", "enter", "Enter", "Enter the folder.", priority=True),
    ]

    DEFAULT_CSS = """
    PickLocalDialog {
        align: center middle;
        & > #pick { width: 90; height: 90%; }
        & Input { background: $boost; }
        & LocalFiles { height: 1fr; }
    }
    """

    def __init__(self, directory: Path) -> None:
        super().__init__()
        self._files = LocalFiles(directory, badges=_no_badges)

    def compose(self) -> ComposeResult:
        """Lay out the line and the files."""
        with Box(id="pick") as box:
            box.border_title = Content("Which file?")
            box.border_subtitle = Content("Enter takes it, or opens a folder · ← parent · Esc cancel")
            yield Input(placeholder="type a part of its name", compact=True, select_on_focus=False)
            yield self._files

    def on_mount(self) -> None:
        """Begin in the line."""
        self.query_one("#pick > Input", Input).focus()

    @on(Input.Changed, "#pick > Input")
    def _filter(self, event: Input.Changed) -> None:
        event.stop()
        self._files.set_filter(event.value.strip())

    @on(Pane.Highlighted)
    def _hold_focus(self, event: Pane.Highlighted) -> None:
        event.stop()
        self.query_one("#pick > Input", Input).focus()

    @on(Pane.Opened)
    def _open(self, event: Pane.Opened) -> None:
        event.stop()
        self.action_take()

    def action_move(self, rows: int) -> None:
        """Go to another row."""
        self._files.table.action_move(rows)

    def action_take(self) -> None:
        """Enter the folder under the cursor, or answer with the file."""
        current = self._files.current
        if current is None:
            return
        if current.is_folder:
            self.action_enter()
        elif current.special:
            self.notify(f"This is no file that can be sent, but a {current.special}.", markup=False)
        else:
            self.dismiss(current.path)

    def action_enter(self) -> None:
        """Enter the folder under the cursor; the words typed were about the folder before."""
        if self._files.open_current():
            self.query_one("#pick > Input", Input).value = ""

    def action_parent(self) -> None:
        """Go to the parent folder."""
        self.query_one("#pick > Input", Input).value = ""
        self._files.go_up()

    def action_leave(self) -> None:
        """Close without an answer."""
        self.dismiss(None)


def _no_badges(directory: Path) -> Mapping[Path, int]:
    return {}

"""Every key that holds, with what it does: made from the commands themselves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from linktui.ui.commands import MOVING, key_text

KEYS_WIDTH = 16

Section = tuple[str, list[tuple[str, str]]]


class HelpScreen(ModalScreen[None]):
    """The commands of the screen below, then those of every list, then those of the whole program."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,f1", "dismiss", "Close", show=False),
        Binding("j", "scroll('down')", "Down", show=False),
        Binding("k", "scroll('up')", "Up", show=False),
    ]

    DEFAULT_CSS = """
    HelpScreen {
        align: center middle;
        & > #help {
            width: 84;
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
        }
    }
    """

    def __init__(self, sections: Iterable[Section]) -> None:
        super().__init__()
        self._sections = list(sections)

    def compose(self) -> ComposeResult:
        """Lay out the sections."""
        with VerticalScroll(id="help") as box:
            box.border_title = Content("Keys")
            box.border_subtitle = Content("j k scroll · Esc close")
            yield Static(self._words(), markup=False)

    def on_mount(self) -> None:
        """Let the arrows scroll."""
        self.query_one("#help").focus()

    def action_scroll(self, direction: str) -> None:
        """Scroll by a line."""
        box = self.query_one("#help", VerticalScroll)
        box.scroll_relative(y=1 if direction == "down" else -1, animate=False)

    def _words(self) -> Content:
        lines: list[Content] = []
        for title, entries in self._sections:
            lines += [Content.styled(title, "bold $text-primary")]
            lines += [
                Content.assemble((f"  {keys:<{KEYS_WIDTH}} ", "bold $text-accent"), sentence)
                for keys, sentence in entries
            ]
            lines.append(Content(""))
        return Content("\n").join(lines[:-1])


def sections(
    title: str, here: Iterable[Binding], everywhere: Iterable[Binding], *, more: Iterable[Section] = ()
) -> list[Section]:
    """Return the help of a screen from its commands, what else it has to explain, and the program's."""
    return [
        (title, _entries(here)),
        *more,
        ("Every list", list(MOVING)),
        ("Everywhere", _entries(everywhere)),
    ]


def _entries(bindings: Iterable[Binding]) -> list[tuple[str, str]]:
    keys: dict[str, list[str]] = {}
    sentences: dict[str, str] = {}
    for binding in bindings:
        if binding.id:
            keys.setdefault(binding.action, []).append(key_text(binding.key))
            sentences[binding.action] = binding.tooltip or binding.description
    return [(" ".join(keys[action]), sentence) for action, sentence in sentences.items()]

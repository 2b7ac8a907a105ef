"""Every key that holds on a screen, found by its words, and pressed from here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content

from linktui.ui.commands import EVERYWHERE, command, scope_of
from linktui.ui.key_names import key_text
from linktui.ui.offered import Offered
from linktui.ui.screens.finder import FinderInput, FinderScreen, Found

KEYS_WIDTH = 16

Section = tuple[str, list[tuple[str, str]]]
"""A heading, and what stands below it: how something is written, and what it means."""


class HelpScreen(FinderScreen[Offered, Offered]):
    """The commands of the screen below, what else it has to explain, then those of the whole program."""

    BINDINGS: ClassVar[list[BindingType]] = [
        command("f1", "leave_at_once", "Close", "Close the help (also ? on an empty line).", id="close"),
        command("f2", "keys", "Other keys", "Give commands other keys.", id="change-keys"),
    ]
    scope: ClassVar[str] = "help"

    heading = "Keys"
    hint = "type to find · ↑↓ Enter runs it · F2 other keys · Esc close"

    def __init__(self, title: str, offered: Iterable[Offered], *, more: Sequence[Section] = ()) -> None:
        super().__init__()
        self._sections: dict[str, list[Offered]] = {title: []}
        for one in offered:
            where = scope_of(type(one.node))
            heading = {EVERYWHERE: "Everywhere", "list": "Every list"}.get(where, title)
            self._sections.setdefault(heading, []).append(one)
        self._order = [title, *(one for one in ("Every list", "Everywhere") if one in self._sections)]
        self._more = more

    def found(self, typed: str) -> Sequence[Found[Offered]]:
        """Return the sections with the lines that hold all words that are typed."""
        words = typed.casefold().split()
        lines: list[Found[Offered]] = []
        for title in self._order:
            lines += _section(title, [
                Found(self._line(keys_of(one), one.binding.tooltip), one)
                for one in self._sections[title]
                if _has(words, keys_of(one), one.id, one.binding.description, one.binding.tooltip)
            ])  # fmt: skip
            if title == self._order[0]:
                for heading, entries in self._more:
                    lines += _section(heading, [
                        Found(self._line(*entry)) for entry in entries if _has(words, heading, *entry)
                    ])  # fmt: skip
        return lines[:-1] or [Found(Content.styled("Nothing here has these words.", "$text-muted"))]

    def _line(self, keys: str, sentence: str) -> Content:
        return self.beside(Content.styled(f"  {keys:<{KEYS_WIDTH}} ", "bold $text-accent"), sentence)

    def picked(self, value: Offered) -> None:
        """Close, and do it."""
        self.dismiss(value)

    def on_input_changed(self) -> None:
        """Close by the key that opened it."""
        if self.query_one(FinderInput).value == "?":
            self.dismiss(None)

    def action_leave_at_once(self) -> None:
        """Close."""
        self.dismiss(None)

    def action_keys(self) -> None:
        """Close, and show the keys of every screen."""
        self.dismiss(None)
        self.app.call_later(self.app.run_action, "keys")


def keys_of(one: Offered) -> str:
    """Return a command's keys as they are written on screens."""
    return " ".join(key_text(key) for key in one.keys) or f":{one.id}"


def _section(title: str, lines: list[Found[Offered]]) -> list[Found[Offered]]:
    return [Found(Content.styled(title, "bold $text-primary")), *lines, Found(Content(""))] if lines else []


def _has(words: Sequence[str], *texts: str) -> bool:
    whole = " ".join(texts).casefold()
    return all(word in whole for word in words)

"""Give a filter a name, so that it becomes a tab; or change or remove one that has a name."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from textual.widget import Widget
from textual.widgets import Input

from linktui.config.filters import check_filter
from linktui.ui.dialogs.form import Act, FormDialog
from linktui.ui.dialogs.menu import Answer, MenuDialog
from linktui.ui.widgets.field import Field


@dataclass(frozen=True, slots=True)
class NamedFilter:
    """A filter as it is to be saved."""

    name: str
    text: str


class SaveFilterDialog(FormDialog[NamedFilter]):
    """A form of a name and a filter."""

    accept_word = "Save"

    def __init__(
        self, name: str, text: str, *, taken: Collection[str], act: Act[NamedFilter] | None = None
    ) -> None:
        super().__init__("Change a saved filter" if name else "Save a filter as a tab", act=act)
        self._taken = set(taken) - {name}
        self._name_input = Input(name, compact=True, id="name")
        self._filter_input = Input(text, compact=True, id="filter")

    def fields(self) -> Iterable[Widget]:
        """Return the two fields."""
        yield Field("Name", self._name_input, key="name")
        yield Field("Filter", self._filter_input, key="filter")

    def read(self) -> NamedFilter:
        """Return what is to be saved; raises InvalidInput."""
        saved = NamedFilter(self._name_input.value.strip(), self._filter_input.value.strip())
        check_filter(saved.name, saved.text)
        return saved

    def warning(self, answer: NamedFilter) -> str:
        """Say that another filter has the name."""
        return f"There is a filter “{answer.name}” already." if answer.name in self._taken else ""


class SavedFilterDialog(MenuDialog[str, str]):
    """What can be done to a saved filter: `change` or `remove`."""

    def __init__(self, name: str, text: str) -> None:
        answers = [
            Answer("r", "change", "Rename it, or change what it finds"),
            Answer("d", "remove", "Remove it; no link is touched"),
        ]
        super().__init__(f"Filter “{name}”", text, answers)

    def result(self, value: str) -> str:
        """Return what was picked."""
        return value

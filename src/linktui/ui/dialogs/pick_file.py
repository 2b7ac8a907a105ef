"""Pick one of the account's stored files."""

from __future__ import annotations

from collections.abc import Sequence

from linktui.model.file import File
from linktui.model.phrases import day_text, size_text
from linktui.model.text import clean
from linktui.ui.dialogs.menu import Answer, MenuDialog


class PickFileDialog(MenuDialog[str, str]):
    """The stored files, newest first; arrows and Enter pick."""

    def __init__(self, files: Sequence[File]) -> None:
        answers = [
            Answer(
                " ",
                file.id,
                clean(file.name, limit=60),
                f"{size_text(file.size)} · {day_text(file.created_at)}",
            )
            for file in files
        ]
        lead = "" if files else "Every stored file is in this link already; 2 and u upload another."
        super().__init__("Add a stored file", lead, answers)

    def result(self, value: str) -> str:
        """Return the file's id."""
        return value

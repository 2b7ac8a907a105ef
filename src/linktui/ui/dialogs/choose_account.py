"""Choose which account the screens show."""

from __future__ import annotations

from collections.abc import Sequence

from linktui.model.capability import Account
from linktui.model.text import clean
from linktui.ui.dialogs.menu import Answer, MenuDialog

ALL = ""
_DIGITS = "123456789"


class ChooseAccountDialog(MenuDialog[str, str]):
    """All accounts, or one of them; the answer is its name, or an empty text for all."""

    def __init__(self, accounts: Sequence[Account]) -> None:
        answers = [Answer("0", ALL, "all accounts", "one list of everything")]
        for number, account in enumerate(accounts):
            key = _DIGITS[number] if number < len(_DIGITS) else ""
            live = "LIVE" if account.live else ""
            detail = ", ".join(word for word in (account.title, live) if word)
            answers.append(Answer(key, account.name, clean(account.name), detail))
        super().__init__("Which account", "", answers)

    def result(self, value: str) -> str:
        """Return the name."""
        return value

"""What commands can be given, in the palette: known words that fit, or what a phrase means."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from linktui.model.capability import Account
from linktui.model.errors import InvalidInput
from linktui.model.wording import explain
from linktui.ui.offered import Offer

Meaning = str | Callable[[], Awaitable[str]]
"""What a phrase means, or what finds that out where it takes a while."""


def fitting(known: Mapping[str, str], typed: str) -> list[Offer]:
    """Return the known words that begin so, then those that hold it, each with what it means."""
    begun = typed.casefold()
    found = [word for word in known if begun in word.casefold()]
    found.sort(key=lambda word: (word.casefold() != begun, not word.casefold().startswith(begun)))
    if not found:
        return [Offer(typed, f"is none; there are {', '.join(known)}", wrong=True)]
    return [Offer(word, known[word]) for word in found]


def accounts_fitting(accounts: Sequence[Account], typed: str) -> list[Offer]:
    """Return the accounts that fit, and all of them together."""
    known = {"all": "all accounts in one list"} | {one.name: one.title for one in accounts}
    return fitting(known, typed)


def meaning(typed: str, read: Callable[[str], Meaning], usual: Sequence[str] = ()) -> list[Offer]:
    """Return what a phrase means, or why it means nothing; the usual ones as long as none is typed."""
    return [_meaning(phrase, read) for phrase in ([typed] if typed else usual)]


def _meaning(phrase: str, read: Callable[[str], Meaning]) -> Offer:
    try:
        found = read(phrase)
    except InvalidInput as error:
        return Offer(phrase, explain(error), wrong=True)
    return Offer(phrase, found) if isinstance(found, str) else Offer(phrase, "…", later=found)

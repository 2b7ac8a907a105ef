"""Tell whether a word matches with letters left out: `qrep` for “Q3 report”."""

from __future__ import annotations

from collections.abc import Iterator

GAP = 3
"""The most characters between two neighbouring letters of the word."""
SHORTEST, LONGEST = 3, 32


def may_be_fuzzy(word: str) -> bool:
    """Tell whether a word is long enough, and letters enough, for letters to be left out."""
    return SHORTEST <= len(word) <= LONGEST and word.isalnum() and not word.isdigit()


def fuzzy(word: str, text: str) -> bool:
    """Tell whether the word's letters occur in their order, close together, in one line of a text.

    The first has to begin a word of the line, and digits have to follow at once, so that short words and
    numbers do not match everything.
    """
    places = {at for at in _finds(text, word[0]) if _begins(text, at)}
    for char in word[1:]:
        reach = 1 if char.isdigit() else GAP + 1
        # A line's end is nobody's letter, and nothing is looked for beyond it.
        near = ((at, text[at + 1 : at + 1 + reach].partition("\n")[0]) for at in places)
        places = {at + 1 + step for at, letters in near for step in _finds(letters, char)}
        if not places:
            return False
    return bool(places)


def _finds(text: str, char: str) -> Iterator[int]:
    at = text.find(char)
    while at >= 0:
        yield at
        at = text.find(char, at + 1)


def _begins(text: str, at: int) -> bool:
    """Tell whether a word, or a number, begins at a place."""
    if at == 0 or not text[at - 1].isalnum():
        return True
    return text[at - 1].isdigit() != text[at].isdigit()

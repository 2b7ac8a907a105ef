"""Tell whether a word matches with letters left out: `qrep` for “Q3 report”."""

from __future__ import annotations

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
    return any(_within(word, line) for line in text.split("\n"))


def _within(word: str, line: str) -> bool:
    places = {at for at, char in enumerate(line) if char == word[0] and _begins(line, at)}
    for char in word[1:]:
        reach = 1 if char.isdigit() else GAP + 1
        places = {
            after
            for at in places
            for after in range(at + 1, min(at + 1 + reach, len(line)))
            if line[after] == char
        }
        if not places:
            return False
    return bool(places)


def _begins(line: str, at: int) -> bool:
    """Tell whether a word, or a number, begins at a place."""
    if at == 0 or not line[at - 1].isalnum():
        return True
    return line[at - 1].isdigit() != line[at].isdigit()

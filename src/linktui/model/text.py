"""Clean text from outside and cut it to a width, so that it can be shown anywhere.

A file name, a service's message or a visitor's user agent may hold escape sequences, direction
overrides or line breaks. They are replaced once, where such text enters the model.
"""

from __future__ import annotations

import unicodedata

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

# Format characters (Cf) that change how the text around them reads: bidi controls, zero-width
# characters, tags, the byte order mark. The zero-width joiner stays: emoji are made of it.
_KEPT_FORMAT = {"\N{ZERO WIDTH JOINER}"}
_DANGEROUS = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def clean(text: str, *, limit: int | None = None) -> str:
    """Return `text` with every control, bidi and line-breaking character replaced by U+FFFD.

    `limit` is the most characters kept; a longer text ends in an ellipsis.
    """
    if not text.isascii() or not text.isprintable():
        text = "".join(REPLACEMENT if _dangerous(char) else char for char in text)
    if limit is not None and len(text) > limit:
        text = text[: max(0, limit - 1)] + "…"
    return text


def cell_width(text: str) -> int:
    """Return how many terminal cells a cleaned text takes (https://unicode.org/reports/tr11/)."""
    if text.isascii():
        return len(text)
    return sum(char_width(char) for char in text)


def char_width(char: str) -> int:
    """Return how many terminal cells one character takes: none, one or two."""
    if unicodedata.combining(char) or char == "\N{ZERO WIDTH JOINER}":
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _dangerous(char: str) -> bool:
    return unicodedata.category(char) in _DANGEROUS and char not in _KEPT_FORMAT

r"""Words on a line, as a shell has them: blanks part them, double quotes hold them together.

Within quotes `\"`, `\\`, `\n`, `\t`, `\r`, `\xNN`, `\uNNNN` and `\UNNNNNNNN` mean what they mean in
Python, so that every text can be written on one line. A word that begins with # begins a comment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from linktui.model.errors import InvalidInput

_BARE = re.compile(r'[^\s"#\\]+')
_PIECE = re.compile(r'"((?:[^"\\]|\\.)*)"|([^\s"]+)')
_NEXT = re.compile(r'\s*(?:([^\s"#][^\s"]*)(?!\S)|(#)|(?=\S))')
"""A word without quotes, the comment, or where a word with quotes begins."""
_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)")
_SIGNS = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\"}
_WRITTEN = {sign: f"\\{letter}" for letter, sign in _SIGNS.items()}
_JOINER = "\N{ZERO WIDTH JOINER}"  # emoji are made of it


@dataclass(frozen=True, slots=True)
class Word:
    """One word; `key` and `value` are its halves where an equals sign outside of quotes parts it."""

    text: str
    key: str = ""
    value: str | None = None
    """None where nothing at all stands after the sign."""
    pair: bool = False


def words_of(line: str) -> Iterator[Word]:
    """Yield the words of a line up to its comment; raises InvalidInput for a quote that is never closed."""
    if '"' not in line:
        for text in line.split():
            if text[0] == "#":
                return
            yield _bare(text)
        return
    at = 0
    while found := _NEXT.match(line, at):
        at = found.end()
        if found[1]:
            yield _bare(found[1])
        elif found[2]:
            return
        else:
            word, at = _word(line, at)
            yield word


def quoted(text: str) -> str:
    """Return a text as one word, in quotes only where it needs them."""
    if _BARE.fullmatch(text) and is_plain(text):
        return text
    return in_quotes(text)


def in_quotes(text: str) -> str:
    """Return a text as one word in quotes."""
    if text.isascii() and text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return '"' + "".join(_written(char) for char in text) + '"'


def pair(key: str, value: str) -> str:
    """Return `key=value` as one word."""
    name = in_quotes(key) if "=" in key or not key else quoted(key)
    return f"{name}={quoted(value)}"


def is_plain(text: str) -> bool:
    """Tell whether a text shows as itself: nothing in it is a control, a line break or invisible."""
    return text.isprintable() or all(char.isprintable() or char == _JOINER for char in text)


def _bare(text: str) -> Word:
    key, sign, value = text.partition("=")
    return Word(text, key, value or None, True) if sign else Word(text)


def _word(line: str, at: int) -> tuple[Word, int]:
    """Return the word that begins at a place, and where it ends."""
    text, key, pair, empty = "", "", False, True
    while at < len(line) and not line[at].isspace():
        piece = _PIECE.match(line, at)
        if piece is None:
            raise InvalidInput("line", 'has a quote that is never closed; write one within quotes as \\"')
        if piece[2] is None:
            text, empty = text + _unescaped(piece[1]), False
        elif not pair and "=" in piece[2]:
            before, _, after = piece[2].partition("=")
            key, text, pair, empty = text + before, after, True, not after
        else:
            text, empty = text + piece[2], False
        at = piece.end()
    if not pair:
        return Word(text), at
    return Word(f"{key}={text}", key, None if empty else text, True), at


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(_meant, text) if "\\" in text else text


def _meant(escape: re.Match[str]) -> str:
    code = escape[1]
    if code in _SIGNS:
        return _SIGNS[code]
    number = int(code[1:], 16) if len(code) > 1 else -1
    if not 0 <= number <= 0x10FFFF or 0xD800 <= number <= 0xDFFF:
        raise InvalidInput("line", f"has “{escape[0]}”, which means nothing; write a backslash as \\\\")
    return chr(number)


def _written(char: str) -> str:
    if char in _WRITTEN:
        return _WRITTEN[char]
    if char.isprintable() or char == _JOINER:
        return char
    number = ord(char)
    if number > 0xFFFF:
        return f"\\U{number:08x}"
    return f"\\u{number:04x}" if number > 0xFF else f"\\x{number:02x}"

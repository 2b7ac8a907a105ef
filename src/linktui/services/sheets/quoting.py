"""Words of a line: split at blanks, with double quotes and backslash escapes around what is not plain."""

from __future__ import annotations

import re
from itertools import takewhile

from linktui.model.errors import InvalidInput

_STRING = r'"(?:[^"\\]++|\\.)*+"'
_WORD = re.compile(rf'\s*+((?:[^\s"]++|{_STRING})++)(?=\s|$)')
_KEYED = re.compile(rf'((?:[^="]++|{_STRING})*+)=(.*)', re.DOTALL)
_QUOTED = re.compile(_STRING)
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))")
_KNOWN = r"\n \t \r \" \\ \xNN \uNNNN"
_NAMED = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\"}
_SHORT = {value: f"\\{name}" for name, value in _NAMED.items()}
_JOINER = "\N{ZERO WIDTH JOINER}"  # emoji are made of it
_PLAIN = re.compile(r"[A-Za-z0-9_./:@%,;()\[\]{}+*&!?$^|~<>'-]+")


def quoted(text: str, *, key: bool = False) -> str:
    """Return a text as one word of a line; `key` is one that stands before a `=`."""
    if _PLAIN.fullmatch(text):
        return text
    odd = not text or " " in text or '"' in text or "#" in text or (key and "=" in text)
    odd = odd or not (text.isprintable() or all(map(_shown, text)))
    return as_string(text) if odd else text


def as_string(text: str) -> str:
    """Return a text in double quotes, with an escape for all that a line cannot show."""
    if text.isprintable():
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f'"{"".join(map(_escaped, text))}"'


def unquoted(word: str) -> str:
    """Return what a word means; raises InvalidInput for an escape that is none."""
    if '"' not in word:
        return word
    return _QUOTED.sub(lambda found: _ESCAPE.sub(_meant, found[0][1:-1]), word)


def words_of(line: str) -> list[str]:
    """Return the words of a line up to a comment, as written; raises InvalidInput for an open quote."""
    if '"' not in line:
        words = line.split()
        if "#" not in line:
            return words
        return list(takewhile(lambda word: word[0] != "#", words))
    words, at = [], 0
    while found := _WORD.match(line, at):
        if found[1][0] == "#":
            return words
        words.append(found[1])
        at = found.end()
    if line[at:].strip() and not line[at:].lstrip().startswith("#"):
        raise InvalidInput("quote", 'is not closed; write " at both ends, and \\" for one within')
    return words


def pair_of(word: str) -> tuple[str, str] | None:
    """Return key and value of `key=value`, unquoted; None for a word without `=`."""
    if "=" not in word:
        return None
    if '"' not in word:
        key, _, value = word.partition("=")
        return key, value
    found = _KEYED.fullmatch(word)
    return None if found is None else (unquoted(found[1]), unquoted(found[2]))


def _shown(char: str) -> bool:
    return char.isprintable() or char == _JOINER


def _escaped(char: str) -> str:
    if char in _SHORT:
        return _SHORT[char]
    if _shown(char):
        return char
    number = ord(char)
    if number <= 0xFF:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"


def _meant(found: re.Match[str]) -> str:
    number = found[1] or found[2] or found[3]
    if number:
        code = int(number, 16)
        if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
            raise InvalidInput("escape", f"“{found[0]}” is no character")
        return chr(code)
    if found[4] not in _NAMED:
        raise InvalidInput("escape", f"“{found[0]}” is not known; there is {_KNOWN}")
    return _NAMED[found[4]]

"""Links as lines of text, aligned for an editor.

ACCOUNT/ID  EXPIRES  key=value ...  tag.KEY=VALUE ...  # files
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress

from linktui.model.errors import Fault, InvalidInput
from linktui.model.link import Link
from linktui.model.phrases import size_text
from linktui.model.text import cell_width, clean
from linktui.model.wording import explain
from linktui.services.sheets.sheet import EXPIRES, KIND, LIMIT, NAME, PASSWORD, SLUG, TAG, Row, Sheet
from linktui.services.sheets.tokens import Word, pair, quoted, words_of

HEADER = """\
# Links as text. Save and close: what you changed becomes a plan, which you look at before it is applied.
# A line is ACCOUNT/ID, when the link ends, its options and its tags. What follows a # is only for you.
# Ends: 2026-12-01T17:00:00+01:00, 7d, fri 17:00, never, +2d (later than it says), now (ends it at once).
# Options: limit=3 kind=view name="new name" slug=q3 password=secret tag.order=42, and the service's own.
# Take limit=, password= or a tag away to remove it. Anything else that you take away stays as it is.
# Delete a line to revoke its link; put a # before it to leave that link alone.
# Add a line for a new link: new/{account} 7d file=FILE_ID kind=view tag.order=42
# Quote what has blanks: name="two words". In quotes, \\" is a quote, \\\\ a backslash, \\n a new line.
# Empty the whole file to change nothing. These lines alone, with no links below, revoke every link.
# export {export}
"""
NOTE = "#!"
WIDEST = 40
"""Cells that a column is aligned to at most; a longer word pushes only its own line."""
_PLACE, _FILES = "place", "#"
_FIRST = (_PLACE, EXPIRES, KIND, LIMIT, NAME, PASSWORD)
_LAST = (TAG, SLUG, _FILES)  # an address is long, and seldom chosen
_ORDER = {key: rank for rank, key in enumerate(_FIRST)} | {key: 90 + at for at, key in enumerate(_LAST)}
_OWN = 50
"""The rank of a service's own options."""
_EXPORT = re.compile(r"\s*#\s*export\s+(\S+)\s*")
_GAP = "  "


def write_text(export: str, rows: Iterable[tuple[Link, Mapping[str, str]]], *, account: str) -> str:
    """Return links as text; `account` stands in the header's example of a new one."""
    table = [_words(link, cells) for link, cells in rows]
    widths: dict[str, int] = {}
    for words in table:
        for key, word in words.items():
            width = cell_width(word)
            if width > widths.get(key, -1):
                widths[key] = width
    columns = [
        (key, widths[key] if key == _PLACE else min(widths[key], WIDEST))
        for key in sorted(widths, key=lambda key: _ORDER.get(key, _OWN))
    ]
    header = HEADER.format(export=export, account=account)
    return "".join([header, "\n", *(_aligned(words, columns) for words in table)])


def read_text(text: str) -> Sheet:
    """Return what somebody wrote, faults and all."""
    sheet = Sheet()
    for number, line in enumerate(text.removeprefix("\N{BYTE ORDER MARK}").split("\n"), 1):
        start = line.lstrip()
        if start.startswith("#"):
            _read_comment(sheet, number, start)
        elif start:
            try:
                sheet.rows.append(_row(number, line))
            except InvalidInput as error:
                sheet.fault(number, explain(error))
    return sheet


def annotated(text: str, faults: Iterable[Fault]) -> str:
    """Return a text with each fault as a note above its line, and earlier notes gone."""
    at: dict[int, list[str]] = {}
    for fault in faults:
        at.setdefault(fault.line, []).append(f"{NOTE} {clean(fault.sentence)}\n")
    lines = text.split("\n")
    noted: list[str] = []
    for number, line in enumerate(lines, 1):
        ending = "\n" if number < len(lines) else ""
        noted += at.pop(number, ())
        if not line.startswith(NOTE):
            noted.append(f"{line}{ending}")
    return "".join([note for notes in at.values() for note in notes] + noted)


def without_notes(text: str) -> str:
    """Return a text without the notes of `annotated`."""
    return annotated(text, ())


def says_nothing(text: str) -> bool:
    """Tell whether a file was emptied: neither a link nor the name of an export is left in it."""
    lines = (line.strip() for line in text.split("\n"))
    return all(not line or line[0] == "#" for line in lines) and not read_text(text).export


def about(link: Link) -> str:
    """Return what a link holds, for a person: its files and their size, or else its name."""
    if not link.files:
        return clean(link.name, limit=60)
    names = clean(", ".join(file.name for file in link.files), limit=60)
    return ", ".join(part for part in (names, size_text(link.size)) if part)


def _words(link: Link, cells: Mapping[str, str]) -> dict[str, str]:
    """Return the words of a line by their column; all tags are one."""
    words = {_PLACE: quoted(f"{link.account}/{link.id}"), EXPIRES: cells[EXPIRES]}
    tags: list[str] = []
    for key, value in cells.items():
        if key.startswith(TAG):
            tags.append(pair(key, value))
        elif key != EXPIRES:
            words[key] = pair(key, value)
    if tags:
        words[TAG] = " ".join(tags)
    words[_FILES] = f"# {about(link)}"
    return words


def _aligned(words: Mapping[str, str], columns: Sequence[tuple[str, int]]) -> str:
    parts = []
    for key, width in columns:
        word = words.get(key, "")
        parts.append(word + " " * (width - (len(word) if word.isascii() else cell_width(word))))
    return _GAP.join(parts).rstrip() + "\n"


def _row(number: int, line: str) -> Row:
    words = words_of(line)
    place = next(words).text
    cells: dict[str, str | None] = {}
    phrase: list[str] = []
    for word in words:
        if word.pair:
            _put(cells, word)
        elif cells:
            raise InvalidInput(
                _named(word, cells), "stands alone; write KEY=VALUE, and quote what has blanks"
            )
        else:
            phrase.append(word.text)
    if phrase and EXPIRES in cells:
        raise InvalidInput("the end", "stands twice")
    return Row(number, place, {EXPIRES: " ".join(phrase), **cells} if phrase else cells)


def _named(word: Word, cells: dict[str, str | None]) -> str:
    """Return a word to name in a fault, unless it may be a piece of a password."""
    return "a word after password=" if next(reversed(cells)) == PASSWORD else f"“{word.text}”"


def _put(cells: dict[str, str | None], word: Word) -> None:
    if word.key in cells:
        raise InvalidInput(f"“{word.key}”", "stands twice in this line")
    cells[word.key] = word.value


def _read_comment(sheet: Sheet, number: int, line: str) -> None:
    """Note which export a text comes from, and which of its links stand behind a #."""
    if line.startswith(NOTE):
        return
    named = _EXPORT.fullmatch(line)
    if named is None:
        sheet.left.add(_first_word(line.lstrip("# \t")))
    elif sheet.export not in {"", named[1]}:
        sheet.fault(number, "Another export is named further up; change one at a time.")
    else:
        sheet.export, sheet.export_line = named[1], number


def _first_word(line: str) -> str:
    with suppress(InvalidInput):
        return next(words_of(line), Word("")).text
    return line.split(maxsplit=1)[0]

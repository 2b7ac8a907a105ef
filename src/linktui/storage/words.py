"""Find rare words in a million links at once: an index of every three letters that follow one another.

Filling it takes as long as writing the links did: a writer only notes which links are to be read, and the
daemon reads them behind everything else (the schema is in `list_schema`). What it does not hold yet is few,
or nobody asks it. It tells candidates: a filter still looks at each.
https://sqlite.org/fts5.html#the_trigram_tokenizer
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from time import monotonic

import apsw

from linktui.model.condition import Condition, Every, HasPair, Pairs, Text, TextIs, Word
from linktui.model.fuzzy import may_be_fuzzy
from linktui.storage.database import Database

MOST = 5_000
"""Links that a word may be in to be called rare."""
BATCH = 500
"""Links that are read in one transaction: a writer waits 15 ms for it at most."""
_LETTERS = 3
_LOOK = 0.02
"""Seconds that a look may take."""
_STEPS = 1_000
"""Steps of SQLite between two looks at the clock."""


@dataclass(frozen=True, slots=True)
class Literals:
    """Texts that a link has to hold for a filter to let it through, and texts that it probably holds."""

    needed: tuple[str, ...] = ()
    hoped: tuple[str, ...] = ()


def literals_of(condition: Condition) -> Literals:
    """Return the texts that a filter asks for: a word that may be fuzzy is only hoped for as it is."""
    match condition:
        case Every(parts):
            every = [literals_of(part) for part in parts]
            return Literals(
                tuple(text for one in every for text in one.needed),
                tuple(text for one in every for text in one.hoped),
            )
        case Word(text, exact) if not exact and may_be_fuzzy(text):
            return Literals(hoped=(text,))
        case Word(text) | TextIs(of=Text.NAME | Text.ID | Text.FILE, text=text):
            return Literals(needed=(text,))
        case HasPair(of=Pairs.TAG, key=key, value=value, whole=whole):
            return Literals(needed=(f"{key}={value}" if value is not None and whole else f"{key}=",))
        case _:
            return Literals()


def candidates(connection: apsw.Connection, condition: Condition, *, whole: bool) -> array[int] | None:
    """Return the numbers of links that may hold what a filter asks for, in no order; None if they are many.

    `whole` leaves none out that the filter lets through, but for what a word with letters left out finds.
    """
    literals = literals_of(condition)
    texts = literals.needed if whole else literals.needed + literals.hoped
    sought = " AND ".join({three for text in texts for three in _threes(text)})
    if not sought:
        return None
    end = monotonic() + _LOOK
    connection.set_progress_handler(lambda: monotonic() >= end, _STEPS, id=candidates)
    found = array("q")
    try:
        for sql, parameters in (
            (f"SELECT rowid FROM link_words WHERE link_words MATCH ? LIMIT {MOST + 1}", (sought,)),
            (f"SELECT n FROM link WHERE unread LIMIT {MOST + 1}", ()),
        ):
            numbers = [number for (number,) in connection.execute(sql, parameters)]
            if len(numbers) > MOST:
                return None
            found.extend(numbers)
    except apsw.InterruptError:
        return None
    finally:
        connection.set_progress_handler(None, id=candidates)
    return found


def _threes(text: str) -> Iterator[str]:
    for at in range(len(text) - _LETTERS + 1):
        three = text[at : at + _LETTERS].replace('"', '""')
        yield f'"{three}"'


class Words:
    """The index in the local database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def behind(self) -> bool:
        """Whether there are links that it does not hold as they are, or that are gone."""
        waiting = "EXISTS (SELECT 1 FROM link WHERE unread) OR EXISTS (SELECT 1 FROM link_removed)"
        return bool(self._database.read.execute(f"SELECT {waiting}").get)

    async def read_some(self) -> None:
        """Look through some links; raises StorageError."""

        def act(connection: apsw.Connection) -> None:
            removed = connection.execute("SELECT n FROM link_removed LIMIT ?", (BATCH,)).fetchall()
            connection.executemany("DELETE FROM link_words WHERE rowid = ?", removed)
            connection.executemany("DELETE FROM link_removed WHERE n = ?", removed)
            unread = connection.execute("SELECT n FROM link WHERE unread LIMIT ?", (BATCH,)).fetchall()
            connection.executemany("DELETE FROM link_words WHERE rowid = ?", unread)
            connection.executemany(
                "INSERT INTO link_words (rowid, search) SELECT n, search FROM link WHERE n = ?", unread
            )
            connection.executemany("UPDATE link SET unread = 0 WHERE n = ?", unread)

        await self._database.write_progress(act)

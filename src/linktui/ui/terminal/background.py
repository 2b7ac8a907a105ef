"""Whether the terminal is light or dark: what it is asked, what it answers, and what its environment says.

Terminals that know answer OSC 11 with their background's colour; those that know more tell of changes by
mode 2031. https://contour-terminal.org/vt-extensions/color-palette-update-notifications/
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping

from textual._xterm_parser import XTermParser
from textual.message import Message

ASK = "\x1b]11;?\x1b\\"
FOLLOW, FOLLOW_NO_MORE = "\x1b[?2031h", "\x1b[?2031l"
PATIENCE = 0.3
"""Seconds for the rest of an answer that came in two parts; what only began like one goes on after that."""
_ANSWER = re.compile(r"\x1b\]11;([^\x07\x1b]*)(?:\x07|\x1b\\)|\x1b\[\?997;([12])n")
_BEGUN = re.compile(r"\x1b(?:\](?:1(?:1(?:;[^\x07\x1b]{0,64}\x1b?)?)?)?|\[\?(?:9(?:9(?:7(?:;[12]?)?)?)?)?)\Z")
_GOES_ON = "[]OPX^_"
"""What comes after Esc in a sequence: ECMA-48, 5.3, and SS3."""
_COLOUR = re.compile(r"rgba?:([0-9a-f]{1,4})/([0-9a-f]{1,4})/([0-9a-f]{1,4})", re.IGNORECASE)
_LIGHT = frozenset({"7", *map(str, range(9, 16))})
"""The sixteen colours' numbers that are light."""


class BackgroundTold(Message):
    """The terminal told whether its background is dark."""

    def __init__(self, *, dark: bool) -> None:
        super().__init__()
        self.dark = dark


class Parser(XTermParser):
    """Textual's parser of what comes from the terminal, which would take such an answer for keys.

    It would also take Esc and a key pressed soon after for that key with Alt. A terminal sends those in one,
    so what comes after an Esc that came last is its rest only if a longer sequence goes on like that.
    """

    _held = ""
    _held_at = 0.0
    _escape_last = False

    def feed(self, data: str) -> Iterable[Message]:
        """Yield what was told and typed."""
        if not data:  # the end
            yield from super().feed(data)
            return
        data, self._held = self._held + data, ""
        if begun := _BEGUN.search(data):
            data, self._held, self._held_at = data[: begun.start()], begun[0], time.monotonic()
        place = 0
        for answer in _ANSWER.finditer(data):
            yield from self._typed(data[place : answer.start()])
            dark = answer[2] == "1" if answer[2] else is_dark(answer[1])
            if dark is not None:
                yield BackgroundTold(dark=dark)
            place = answer.end()
        yield from self._typed(data[place:])

    def tick(self) -> Iterable[Message]:
        """Yield what waited long enough for its rest."""
        if self._held and time.monotonic() - self._held_at > PATIENCE:
            data, self._held = self._held, ""
            yield from self._typed(data)
        yield from super().tick()

    def _typed(self, data: str) -> Iterable[Message]:
        if not data:  # that would be the end
            return
        if self._escape_last and self._timeout_time is not None and data[0] not in _GOES_ON:
            self._timeout_time = 0.0
            yield from super().tick()
        self._escape_last = data[-1] == "\x1b"
        yield from super().feed(data)


def is_dark(answer: str) -> bool | None:
    """Tell whether a colour such as `rgb:1e1e/1e1e/2e2e` is dark; None for what is no colour."""
    found = _COLOUR.match(answer)
    if found is None:
        return None
    red, green, blue = (int(part, 16) / (16 ** len(part) - 1) for part in found.groups())
    return bool(0.299 * red + 0.587 * green + 0.114 * blue < 0.5)


def guess(environment: Mapping[str, str]) -> bool | None:
    """Tell what COLORFGBG says, which some terminals set: `15;0` is white on black; None for nothing."""
    colour = environment.get("COLORFGBG", "").rpartition(";")[2].strip()
    return colour not in _LIGHT if colour.isdecimal() else None

"""Styles as a terminal is told them, and the shortest way from one to the next.

Textual begins every piece of text anew: the whole style before it, a reset after it. Most neighbours
differ in one colour. https://invisible-island.net/xterm/ctlseqs/ctlseqs.html#h3-Functions-using-CSI-_-ordered-by-the-final-character_s_
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from rich.color import Color, ColorSystem
from rich.style import Style

_OFF = {"1": "22", "2": "22", "3": "23", "4": "24", "5": "25", "6": "25", "7": "27", "8": "28", "9": "29"}
_OFF |= {"21": "24", "51": "54", "52": "54", "53": "55"}
"""What ends each attribute; 22 ends both bold and dim."""
_ATTRIBUTES = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "21", "51", "52", "53")
"""Rich's attributes by their bit."""
_INVISIBLE = frozenset("123")
"""Attributes that a space does not show."""


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """How a cell looks: the parameters that set its attributes and colours; empty is the terminal's own.

    Made by `look` alone, so that equal looks are one object and a million of them are compared quickly.
    """

    attributes: tuple[str, ...] = ()
    front: str = ""
    back: str = ""

    @property
    def codes(self) -> str:
        """All parameters, for a terminal that was reset."""
        return ";".join(part for part in (*self.attributes, self.front, self.back) if part)


@lru_cache(maxsize=8192)
def look(attributes: tuple[str, ...] = (), front: str = "", back: str = "") -> Look:
    """Return the one look of such parameters."""
    return Look(attributes, front, back)


PLAIN = look()


@lru_cache(maxsize=4096)
def look_of(style: Style | None, colours: ColorSystem) -> Look:
    """Return how a style looks on a terminal with so many colours."""
    if style is None:
        return PLAIN
    bits = style._attributes & style._set_attributes
    attributes = tuple(code for bit, code in enumerate(_ATTRIBUTES) if bits & (1 << bit))
    return look(attributes, _colour(style.color, colours), _colour(style.bgcolor, colours, front=False))


def _colour(colour: Color | None, colours: ColorSystem, *, front: bool = True) -> str:
    if colour is None or colour.is_default:
        return ""
    return ";".join(colour.downgrade(colours).get_ansi_codes(front))


@lru_cache(maxsize=4096)
def change(before: Look | None, after: Look) -> str:
    """Return the shortest sequence from one look to another; None before is one that nobody knows."""
    if before is after:
        return ""
    whole = f"\x1b[0;{after.codes}m" if after.codes else "\x1b[m"
    if before is None:
        return whole
    parts = _attribute_changes(before, after)
    parts += [after.front or "39"] if before.front != after.front else []
    parts += [after.back or "49"] if before.back != after.back else []
    steps = f"\x1b[{';'.join(parts)}m"
    return min(steps, whole, key=len)


@lru_cache(maxsize=4096)
def behind(before: Look | None, after: Look) -> Look:
    """Return the look to write spaces of look `after` in: of theirs only the background is to be seen."""
    if before is None or not _INVISIBLE.issuperset((*before.attributes, *after.attributes)):
        return after
    return look(before.attributes, before.front, after.back)


def _attribute_changes(before: Look, after: Look) -> list[str]:
    ended = {_OFF[code] for code in before.attributes if code not in after.attributes}
    # What one code ends together with another has to be begun again.
    begun = [code for code in after.attributes if code not in before.attributes or _OFF[code] in ended]
    return [*sorted(ended), *begun]

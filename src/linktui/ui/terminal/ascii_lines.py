"""Draw with ASCII alone, for terminals and locales that have no more: a sign for a sign, cell for cell."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from linktui.model.text import char_width

SIGNS = str.maketrans(
    {
        **dict.fromkeys("─┄┈╌▔", "-"),
        **dict.fromkeys("▁▂▃", "_"),
        **dict.fromkeys("━═", "="),
        **dict.fromkeys("│┃║▏▎▕┊┆", "|"),
        **dict.fromkeys("╭╮╰╯┌┐└┘├┤┬┴┼┏┓┗┛┣┫╔╗╚╝╸╺", "+"),
        **dict.fromkeys("█▉▊▋▌▍▐▀▄▅▆▇■", "#"),
        **dict.fromkeys("░▒▓", "."),
        **dict.fromkeys("“”„«»", '"'),
        **dict.fromkeys("‘’‚", "'"),
        **dict.fromkeys("–—·•−", "-"),
        **dict.fromkeys("→▸▶›↗⟩", ">"),
        **dict.fromkeys("←‹◀⟨", "<"),
        **dict.fromkeys("↑▲", "^"),
        **dict.fromkeys("↓▼", "v"),
        **dict.fromkeys("✕×✗⨯", "x"),
        "…": "~",
        "●": "*",
        "◆": "*",
        "○": "o",
        "◌": ".",
        "◐": "%",
        "◷": "!",
        "✓": "+",
        "‖": "=",
        "≠": "#",
        "\xa0": " ",
    }
)
"""What stands for each sign that the program draws; anything else is a ? as wide as it was."""


class AsciiLines(LineFilter):
    """Replaces every character above 127."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments of one line in ASCII, as wide as they were."""
        if all(segment.text.isascii() for segment in segments):
            return segments
        return [
            segment if segment.control else Segment(ascii_of(segment.text), segment.style)
            for segment in segments
        ]


@lru_cache(maxsize=4096)
def ascii_of(text: str) -> str:
    """Return a text in ASCII that takes as many cells."""
    if text.isascii():
        return text
    return "".join(char if char.isascii() else "?" * char_width(char) for char in text.translate(SIGNS))


def is_wanted(environment: Mapping[str, str]) -> bool:
    """Tell whether locale or terminal have nothing but ASCII for certain.

    Python itself makes UTF-8 of a locale that is merely not set (PEP 538), and writes that into LC_CTYPE.
    The Linux console has a font of 256 or 512 signs, most of ours not among them.
    """
    if environment.get("TERM") == "linux":
        return True
    named = (environment.get(name, "") for name in ("LC_ALL", "LC_CTYPE", "LANG"))
    locale = next((one for one in named if one), "")
    return bool(locale) and "utf" not in locale.lower()

"""A sender's own colour on the pages, moved until it can be read by day and by night (WCAG 2.2, 1.4.3)."""

from __future__ import annotations

from dataclasses import dataclass

READABLE = 4.5
"""The contrast that text needs with what is behind it."""
_STEPS = 100
Rgb = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Ground:
    """What the colour is seen on, and which way it is moved to be told from it."""

    behind: Rgb
    card: Rgb
    towards: Rgb
    soft: float
    """How much of the colour is in the tint of what a file is dropped on."""


DAY = Ground(behind=(0xF3, 0xF4, 0xF6), card=(255, 255, 255), towards=(0, 0, 0), soft=0.08)
NIGHT = Ground(behind=(0x1B, 0x20, 0x27), card=(0x1B, 0x20, 0x27), towards=(255, 255, 255), soft=0.12)
"""The colours of page.css; behind is the one that is the harder to be told from."""


def stylesheet(accent: str) -> str:
    """Return the style sheet that has the pages in the colour `#rrggbb`, or as near to it as can be read."""
    day, night = _rules(accent, DAY), _rules(accent, NIGHT)
    return f":root {{ {day} }}\n@media (prefers-color-scheme: dark) {{ :root {{ {night} }} }}\n"


def readable(accent: Rgb, ground: Ground) -> Rgb:
    """Return the colour, moved as little as it takes to be read."""
    steps = (mixed(accent, ground.towards, step / _STEPS) for step in range(_STEPS + 1))
    return next(colour for colour in steps if contrast(colour, ground.behind) >= READABLE)


def contrast(one: Rgb, other: Rgb) -> float:
    """Return the contrast of two colours, from 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def mixed(one: Rgb, other: Rgb, part: float) -> Rgb:
    """Return a colour with a part of another in it."""
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(one, other, strict=True))
    return red, green, blue


def parsed(text: str) -> Rgb:
    """Return the colour of `#rrggbb`."""
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def _rules(accent: str, ground: Ground) -> str:
    colour = readable(parsed(accent), ground)
    on_it = max(((255, 255, 255), (0x0B, 0x15, 0x24)), key=lambda text: contrast(text, colour))
    soft = mixed(ground.card, colour, ground.soft)
    return f"--accent: {_hex(colour)}; --accent-text: {_hex(on_it)}; --accent-soft: {_hex(soft)};"


def _hex(colour: Rgb) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


def _luminance(colour: Rgb) -> float:
    parts = (part / 255 for part in colour)
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue

"""How well a theme's text stands out from what is behind it, as WCAG counts: 1 to 21."""

from __future__ import annotations

from collections.abc import Iterator

from textual.color import Color
from textual.theme import Theme

from linktui.ui.themes import defaults_of

_TEXTS = ("text", "text-muted", "text-primary", "text-accent", "text-warning", "text-error", "text-success")
_ROLES = ("foreground", "foreground-muted", *_TEXTS[2:])
PAIRS = (
    *((text, "background") for text in dict.fromkeys((*_TEXTS, *_ROLES))),
    *((text, "surface") for text in _TEXTS),
    *((text, "panel") for text in _TEXTS),
    *((role, "cursor-blurred-background") for role in _ROLES),
    ("cursor-foreground", "cursor-background"),
    *((role, "cursor-background") for role in _ROLES if role != "foreground-muted"),
    ("text-warning", "warning-muted"),
    ("block-cursor-foreground", "block-cursor-background"),
    ("text-accent", "block-cursor-background"),
    ("text-muted", "block-cursor-background"),
    ("block-cursor-blurred-foreground", "block-cursor-blurred-background"),
)
"""Text and what is behind it, as the program's own CSS has them."""


READABLE, HIGH = 4.5, 7.0
"""What WCAG asks of text for everybody (AA), and for weak eyes (AAA)."""


def faults(theme: Theme, least: float = READABLE) -> Iterator[str]:
    """Yield each pair that does not stand out enough; of the terminal's own colours nobody knows.

    https://www.w3.org/TR/WCAG22/#contrast-minimum
    """
    if theme.ansi:
        return
    for text, back in PAIRS:
        if back == "cursor-background" and text != "cursor-foreground" in theme.variables:
            continue  # such a row has that one colour alone
        found = contrast(theme, text, back)
        if found < least:
            yield f"${text} on ${back} is {found:.1f} to 1"


def contrast(theme: Theme, text: str, back: str) -> float:
    """Return how well one variable stands out from another."""
    variables = theme.to_color_system().generate() | {**defaults_of(theme), **theme.variables}
    ground = Color.parse(variables["background"])
    behind = _colour(variables, back, ground)
    return _ratio(_colour(variables, text, behind), behind)


def _colour(variables: dict[str, str], name: str, behind: Color) -> Color:
    """Return a variable as it is seen before another colour."""
    value = variables[name]
    word, _, share = value.partition(" ")
    alpha = float(share.rstrip("%")) / 100 if share else 1.0
    colour = behind.get_contrast_text(1.0) if word == "auto" else Color.parse(word)
    return behind.blend(colour.with_alpha(1.0), colour.a * alpha, 1.0)


def _ratio(first: Color, second: Color) -> float:
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Color) -> float:
    parts = (part / 255 for part in (colour.r, colour.g, colour.b))
    linear = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    red, green, blue = linear
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue

"""Output for ears and fingers: no signs, no columns to line up, each row a line that says what is what.

`linktui links list --plain` prints `name report.pdf, state active, left 6d 3h`; LINKTUI_PLAIN=1 always does.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

_wanted = False


def have_plain(wanted: bool) -> None:
    """Print plainly from now on, or as usual; the environment may ask for it too."""
    global _wanted  # noqa: PLW0603 - one process answers one command line
    _wanted = wanted or os.environ.get("LINKTUI_PLAIN", "") not in {"", "0"}


def is_plain() -> bool:
    """Tell whether output is to be plain."""
    return _wanted


def plain_text(text: str) -> str:
    """Return a line without signs: `~ 4 change  ! 2 cannot` is `4 change, 2 cannot`, `a → b` is `a to b`."""
    parts = (_without_sign(part.strip()) for part in text.replace("(· ", "(").split("  "))
    return ", ".join(part for part in parts if part).replace(" → ", " to ").replace(" · ", ", ")


def plain_rows(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield each row as its titles and values, leaving out what is empty and what has only a sign."""
    for row in rows:
        said = ((title.lower(), plain_text(value)) for title, value in zip(titles, row, strict=True) if title)
        yield ", ".join(f"{title} {value}" for title, value in said if value)


def _without_sign(text: str) -> str:
    sign, space, rest = text.partition(" ")
    return rest if space and len(sign) == 1 and not sign.isalnum() else text

"""Sizes and times in words, for the pages."""

from __future__ import annotations

_UNITS = ("KiB", "MiB", "GiB", "TiB")
_SPANS = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))


def size_words(size: int) -> str:
    """Return a size with at most three digits, such as `4.2 MiB`."""
    if size < 1024:
        return f"{size} byte" if size == 1 else f"{size} bytes"
    value = float(size)
    for unit in _UNITS:
        value /= 1024
        if value < 1023.5 or unit == _UNITS[-1]:
            break
    return f"{value:.1f} {unit}" if value < 99.95 else f"{value:.0f} {unit}"


def time_left(ms: int) -> str:
    """Return the two largest units of a span, such as `2 days 3 hours`."""
    seconds = max(1, ms // 1000)
    words: list[tuple[int, str]] = []
    for span, name in _SPANS:
        count, seconds = divmod(seconds, span)
        if count or words:
            words.append((count, name))
    return " ".join(f"{count} {name}{'' if count == 1 else 's'}" for count, name in words[:2] if count)

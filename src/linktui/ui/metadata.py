"""A link's metadata as lines of `key=value`, to be edited as text."""

from __future__ import annotations

from collections.abc import Mapping

from linktui.model.errors import InvalidInput
from linktui.model.text import clean


def metadata_lines(metadata: Mapping[str, str]) -> str:
    """Return metadata as text, one pair a line."""
    return "\n".join(f"{clean(key)}={clean(value)}" for key, value in metadata.items())


def parse_metadata(text: str) -> dict[str, str]:
    """Return the pairs in `text`; raises InvalidInput that names the line for what is no pair."""
    pairs: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        key, sign, value = (part.strip() for part in line.partition("="))
        if not sign or not key:
            raise InvalidInput("metadata", f"line {number} is no pair; write key=value")
        if key in pairs:
            raise InvalidInput(
                "metadata", f"line {number} says “{clean(key, limit=40)}” again; keep one of them"
            )
        pairs[key] = value
    return pairs


def metadata_changes(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str | None]:
    """Return what to merge into `before` to get `after`; None takes a key away."""
    shown = {clean(key): key for key in before}
    changes: dict[str, str | None] = {key: None for seen, key in shown.items() if seen not in after}
    for seen, value in after.items():
        key = shown.get(seen)
        if key is None or clean(before[key]) != value:
            changes[key or seen] = value
    return changes


def change_lines(changes: Mapping[str, str | None]) -> list[str]:
    """Return changes of tags as `parse_tag_changes` reads them, a line each."""
    return [
        f"-{clean(key)}" if value is None else f"{clean(key)}={clean(value)}"
        for key, value in changes.items()
    ]


def parse_tag_changes(text: str) -> dict[str, str | None]:
    """Return the tags that lines of `key=value` set and of `-key` remove; raises InvalidInput."""
    changes: dict[str, str | None] = {}
    for number, line in enumerate(text.splitlines(), 1):
        words = line.strip()
        if not words:
            continue
        key, sign, value = (part.strip() for part in words.partition("="))
        removed = not sign and key.startswith("-")
        key = key.removeprefix("-").strip() if removed else key
        if not key or not (sign or removed):
            raise InvalidInput("tags", f"line {number} is no tag; write key=value, or -key to remove it")
        if key in changes:
            raise InvalidInput(
                "tags", f"line {number} names “{clean(key, limit=40)}” again; keep one of them"
            )
        changes[key] = None if removed else value
    return changes

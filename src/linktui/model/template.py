"""Texts of a person's own with fields in braces, filled in from a link: `{name}: {url} until {expires}`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType

from linktui.model.errors import InvalidInput
from linktui.model.link import Link
from linktui.model.phrases import left_text, moment_text, size_text
from linktui.model.text import clean

TAG = "tag."
FIELDS: Mapping[str, Callable[[Link, datetime], str]] = MappingProxyType(
    {
        "name": lambda link, now: clean(link.name),
        "url": lambda link, now: link.url,
        "expires": lambda link, now: moment_text(link.expires_at),
        "left": lambda link, now: left_text(link.expires_at, now),
        "size": lambda link, now: size_text(link.size),
        "files": lambda link, now: ", ".join(clean(file.name) for file in link.files),
        "account": lambda link, now: clean(link.account),
    }
)
"""What may stand in braces, besides `tag.KEY`."""
_PARTS = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")


def check_template(text: str) -> None:
    """Raise InvalidInput for a text that cannot be filled in, saying what can stand there."""
    if not text.strip():
        raise InvalidInput("template", "is empty; write one such as “{name}: {url}”")
    for part in _PARTS.finditer(text):
        field = part[1]
        if part[0] in {"{", "}"}:
            raise InvalidInput("template", f"has a single “{part[0]}”; write “{part[0] * 2}” to have one")
        if field is not None and field not in FIELDS and not _names_a_tag(field):
            known = ", ".join(f"{{{name}}}" for name in FIELDS)
            raise InvalidInput("template", f"has no “{{{clean(field)}}}”; there are {known} and {{{TAG}KEY}}")


def _names_a_tag(field: str) -> bool:
    return field.startswith(TAG) and field != TAG


def fill(text: str, link: Link, now: datetime) -> str:
    """Return a checked template with a link's values; a tag that the link has not is nothing."""

    def value(part: re.Match[str]) -> str:
        field = part[1]
        if field is None:
            return part[0][0]
        if field.startswith(TAG):
            return clean(link.metadata.get(field.removeprefix(TAG), ""))
        return FIELDS[field](link, now)

    return _PARTS.sub(value, text)

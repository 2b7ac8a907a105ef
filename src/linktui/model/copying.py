"""The ways in which links are written down: as they are, for a document, a table, a shell, a person."""

from __future__ import annotations

import csv
import io
import re
import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from linktui.model.errors import InvalidInput
from linktui.model.letter import mailto, message
from linktui.model.link import Link, LinkKind
from linktui.model.phrases import NEVER
from linktui.model.template import fill
from linktui.model.text import clean

CSV_COLUMNS = ("name", "url", "expires", "account")
_MARKDOWN_SIGNS = re.compile(r"([\\`*_\[\]<>])")

Clock = Callable[[Link], datetime]
"""The moment by the clock of a link's own service."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way of writing links down: the word and the title it goes by, and how."""

    name: str
    title: str
    write: Callable[[Sequence[Link], Clock], str]


def ways(templates: Mapping[str, str]) -> tuple[Way, ...]:
    """Return the built-in ways, then one for each template of the person's own."""
    own = (Way(name, name, _filling(text)) for name, text in templates.items())
    return (*BUILT_IN, *own)


def way_called(name: str, templates: Mapping[str, str]) -> Way:
    """Return the way with a name; raises InvalidInput that names those there are."""
    known = ways(templates)
    for way in known:
        if way.name == name:
            return way
    names = ", ".join(way.name for way in known)
    raise InvalidInput("--as", f"has no “{clean(name)}”; there are {names}, and [templates] adds your own")


def _each(write: Callable[[Link], str]) -> Callable[[Sequence[Link], Clock], str]:
    return lambda links, now: "\n".join(write(link) for link in links)


def _filling(text: str) -> Callable[[Sequence[Link], Clock], str]:
    return lambda links, now: "\n".join(fill(text, link, now(link)) for link in links)


def _markdown(links: Sequence[Link], now: Clock) -> str:
    names = (_MARKDOWN_SIGNS.sub(r"\\\1", clean(link.name)) for link in links)
    lines = [f"[{name}](<{link.url}>)" for name, link in zip(names, links, strict=True)]
    return lines[0] if len(lines) == 1 else "\n".join(f"- {line}" for line in lines)


def _csv(links: Sequence[Link], now: Clock) -> str:
    return "\n".join(_csv_lines([CSV_COLUMNS, *map(_csv_row, links)]))


def _csv_row(link: Link) -> tuple[str, ...]:
    ends = NEVER if link.expires_at is None else link.expires_at.isoformat()
    return clean(link.name), link.url, ends, clean(link.account)


def _csv_lines(rows: Iterable[Sequence[str]]) -> list[str]:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().splitlines()


def _command(link: Link) -> str:
    if link.kind is LinkKind.UPLOAD:
        return f"curl -T FILE {shlex.quote(link.url.rstrip('/') + '/')}"
    # A link that counts or guards its downloads gives its bytes only from the longer address.
    guarded = link.has_password or link.download_limit is not None
    address = f"{link.url.rstrip('/')}/download" if guarded else link.url
    asking = "-u guest " if link.has_password else ""  # curl asks for the password itself
    return f"curl -OJ {asking}{shlex.quote(address)}"


def _mail(links: Sequence[Link], now: Clock) -> str:
    subject = clean(links[0].name) if len(links) == 1 else f"{len(links)} links"
    return mailto(subject, _message(links, now))


def _message(links: Sequence[Link], now: Clock) -> str:
    return "\n\n".join(message(link, now(link)) for link in links)


BUILT_IN = (
    Way("url", "URL", _each(lambda link: link.url)),
    Way("markdown", "Markdown", _markdown),
    Way("csv", "CSV: name, url, expires, account", _csv),
    Way("curl", "curl command", _each(_command)),
    Way("named", "Name and URL", _each(lambda link: f"{clean(link.name)}  {link.url}")),
    Way("message", "Message: file, link, when it ends", _message),
    Way("mailto", "E-mail with that message", _mail),
)

"""The forms in which links are copied: as they are, for a document, a table, a shell, a message."""

from __future__ import annotations

import csv
import io
import re
import shlex
from collections.abc import Sequence
from enum import StrEnum

from linktui.model.link import Link, LinkKind
from linktui.model.phrases import NEVER
from linktui.model.text import clean

CSV_COLUMNS = ("name", "url", "expires", "account")
_MARKDOWN_SIGNS = re.compile(r"([\\`*_\[\]<>])")


class CopyForm(StrEnum):
    """One way of writing a link down."""

    URL = "url"
    MARKDOWN = "markdown"
    CURL = "curl"
    CSV = "csv"
    NAMED = "named"


def copy_form(link: Link, form: CopyForm) -> str:
    """Return a link written in one form, on one line."""
    match form:
        case CopyForm.URL:
            return link.url
        case CopyForm.MARKDOWN:
            name = _MARKDOWN_SIGNS.sub(r"\\\1", clean(link.name))
            return f"[{name}](<{link.url}>)"
        case CopyForm.CURL:
            return _command(link)
        case CopyForm.NAMED:
            return f"{clean(link.name)}  {link.url}"
        case CopyForm.CSV:
            ends = NEVER if link.expires_at is None else link.expires_at.isoformat()
            return _csv_line(clean(link.name), link.url, ends, clean(link.account))


def copy_forms(links: Sequence[Link], form: CopyForm) -> str:
    """Return links written in one form, one a line; several in Markdown are a list, a CSV has its titles."""
    lines = [copy_form(link, form) for link in links]
    if form is CopyForm.CSV:
        lines.insert(0, _csv_line(*CSV_COLUMNS))
    elif form is CopyForm.MARKDOWN and len(lines) > 1:
        lines = [f"- {line}" for line in lines]
    return "\n".join(lines)


def _csv_line(*values: str) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(values)
    return text.getvalue()


def _command(link: Link) -> str:
    if link.kind is LinkKind.UPLOAD:
        return f"curl -T FILE {shlex.quote(link.url.rstrip('/') + '/')}"
    # A link that counts or guards its downloads gives its bytes only from the longer address.
    guarded = link.has_password or link.download_limit is not None
    address = f"{link.url.rstrip('/')}/download" if guarded else link.url
    asking = "-u guest " if link.has_password else ""  # curl asks for the password itself
    return f"curl -OJ {asking}{shlex.quote(address)}"

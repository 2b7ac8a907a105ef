"""Links without what makes them keys, for screens that pictures are taken of."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urlsplit

from linktui.model.change import Intent
from linktui.model.link import KEEP, Link, LinkEdit, LinkSpec

MASK = "••••"
_SHORT = 2
"""Characters of a path's first part that may be shown: it says what kind of page it is, such as /l/."""
_LONG = 8
"""Characters from which on a part of a path is no word such as “link”, but what makes the address a key."""
_URL = re.compile(r"""(https?:\\?/\\?/)(?!…)([^\s"'<>|]+)""")
"""An address that is not masked already; JSON may write a slash with a backslash before it."""


def masked_url(url: str) -> str:
    """Return an address of which only the scheme and a short beginning of the path is left."""
    parts = urlsplit(url.replace("\\/", "/"))
    first = parts.path.strip("/").partition("/")[0]
    return f"{parts.scheme}://…/{first}/{MASK}" if 0 < len(first) <= _SHORT else f"{parts.scheme}://…/{MASK}"


def masked_text(text: str, link: Link) -> str:
    """Return a text about a link without the addresses in it, and without what is in the link's own."""
    text = _URL.sub(lambda found: masked_url(found[0]), text)
    words = {link.slug, *(part for part in _parts(link) if len(part) >= _LONG)} - {""}
    if words:
        text = re.sub(rf"(?<![\w-])(?:{'|'.join(map(re.escape, words))})(?![\w-])", MASK, text)
    return text


def masked_link(link: Link) -> Link:
    """Return a link that can be shown to anybody."""
    return replace(
        link,
        id=MASK if link.id in _parts(link) else link.id,
        url=masked_url(link.url),
        slug=_masked(link.slug),
        facts={key: masked_text(value, link) for key, value in link.facts.items()},
        options={key: masked_text(value, link) for key, value in link.options.items()},
        metadata={key: masked_text(value, link) for key, value in link.metadata.items()},
    )


def masked_intent(intent: Intent | None) -> Intent | None:
    """Return a wanted change of which no address is shown, before or after."""
    if intent is None:
        return None
    edit, spec, link = intent.edit, intent.spec, intent.link
    return replace(
        intent,
        edit=edit and _masked_edit(edit),
        spec=spec and _masked_spec(spec),
        link=link and masked_link(link),
    )


def masked_in_line(line: str) -> str:
    """Return a line of a screen with dots over the addresses in it, as long as it was."""
    return _URL.sub(lambda found: found[1] + "•" * len(found[2]), line)


def _parts(link: Link) -> list[str]:
    """Return the parts of an address's path; at some services one of them is the link's id."""
    return urlsplit(link.url).path.split("/")


def _masked(slug: str) -> str:
    return MASK if slug else ""


def _masked_edit(edit: LinkEdit) -> LinkEdit:
    return edit if edit.slug is KEEP else replace(edit, slug=_masked(edit.slug))


def _masked_spec(spec: LinkSpec) -> LinkSpec:
    return replace(spec, slug=_masked(spec.slug))

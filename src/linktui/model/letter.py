"""What is written to the person who gets a link, to be pasted or sent."""

from __future__ import annotations

from datetime import datetime, tzinfo
from urllib.parse import quote

from linktui.model.link import Link, LinkKind
from linktui.model.phrases import size_text, zone_text
from linktui.model.text import clean

PASSWORD_APART = "You get the password for it another way."  # noqa: S105 - says where it is, not what


def message(link: Link, now: datetime, zone: tzinfo | None = None) -> str:
    """Return the file, the link, when it ends and what else its reader must know, a line each.

    The password is never in it: whoever reads this message must not have both.
    """
    lines = [_what(link), link.url, *_ends(link, now, zone)]
    if link.download_limit is not None and link.state(now).alive:
        left = link.download_limit - (link.downloads or 0)
        often = "once" if left == 1 else f"{left:,} times"
        lines.append(f"It can be {'used' if link.kind is LinkKind.UPLOAD else 'downloaded'} {often}.")
    if link.has_password:
        lines.append(PASSWORD_APART)
    return "\n".join(lines)


def mailto(subject: str, body: str) -> str:
    """Return an address that opens a new e-mail, to nobody yet (RFC 6068: UTF-8, lines end in CR LF)."""
    lines = "\r\n".join(body.splitlines())
    return f"mailto:?subject={quote(subject, safe='')}&body={quote(lines, safe='')}"


def _what(link: Link) -> str:
    name = clean(link.name)
    if link.kind is LinkKind.UPLOAD:
        return f"Please send me your files for “{name}” here:"
    facts = [f"{len(link.files)} files"] if len(link.files) > 1 else []
    facts += [size_text(link.size)] if link.size is not None else []
    return f"{name} ({', '.join(facts)}):" if facts else f"{name}:"


def _ends(link: Link, now: datetime, zone: tzinfo | None) -> list[str]:
    if not link.state(now).alive:
        return ["It is not available any more."]
    if link.expires_at is None:
        return []
    local = link.expires_at.astimezone(zone)
    return [f"Available until {local:%A} {local.day} {local:%B %Y, %H:%M} ({zone_text(local)})."]

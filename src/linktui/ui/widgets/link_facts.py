"""The fields, the downloads and the history of a link as lines of text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from textual.content import Content

from linktui.model.change import Change, ChangeState
from linktui.model.link import Download, Link, LinkKind
from linktui.model.phrases import ago_text, day_text, moment_text, size_text
from linktui.model.text import clean

LABEL = 12
MOST_DOWNLOADS = 50
HINT = "   (v shows it, y copies it)"
_DOWNLOAD_SIGNS = {"complete": "✓", "partial": "◐", "running": "▸"}


def fact_lines(link: Link, now: datetime, *, afterwards: str, whole_url: bool | None = None) -> Content:
    """Return every field of a link, one a line; the address is shortened unless `whole_url`.

    False says how to see it whole, None does not. `afterwards` says whether it can be saved once it is over.
    """
    counted = "received" if link.kind is LinkKind.UPLOAD else "downloads"
    facts = [
        ("URL", clean(link.url) if whole_url else short_url(link.url) + ("" if whole_url is None else HINT)),
        ("Kind", link.kind.value),
        ("Afterwards", afterwards),
        (counted.capitalize(), _counted(link, now)),
        ("Password", "yes" if link.has_password else "no"),
        ("Size", size_text(link.size) or "not known"),
        ("Created", moment_text(link.created_at)),
        ("Changed", moment_text(link.updated_at) if link.updated_at else ""),
        ("Revoked", moment_text(link.revoked_at) if link.revoked_at else ""),
        ("Gone", moment_text(link.gone_at) if link.gone_at else ""),
        ("Account", f"{clean(link.account)} ({clean(link.provider)})"),
        ("Id", clean(link.id)),
    ]
    for pairs in (link.facts, link.options, link.metadata):
        facts += [
            (clean(key.replace("_", " "), limit=LABEL - 1), clean(value)) for key, value in pairs.items()
        ]
    lines = [Content.assemble((f"{name:<{LABEL}}", "$text-muted"), value) for name, value in facts if value]
    return Content("\n").join(lines)


def no_files_words(link: Link) -> str:
    """Return what to do where a link has no files."""
    if link.kind is LinkKind.UPLOAD:
        return "What others send comes to your stored files: 2, then Tab."
    return "None; + adds a stored file."


def download_lines(downloads: Sequence[Download], link: Link) -> Content:
    """Return the latest downloads, newest first, one a line."""
    if not downloads:
        return Content.styled("Nobody has fetched it yet; y copies its address.", "$text-muted")
    names = {file.id: file.name for file in link.files}
    lines = []
    for download in downloads[:MOST_DOWNLOADS]:
        what = "all files as ZIP" if download.file_id is None else names.get(download.file_id, "")
        what = clean(what, limit=24) if len(link.files) > 1 else ""
        sign = _DOWNLOAD_SIGNS.get(download.state, "?")
        lines.append(
            Content.assemble(
                (f"{day_text(download.at)}  ", "$text-muted"),
                f"{sign} {download.state:<9} {size_text(download.size):>7}  ",
                f"{what}  " if what else "",
                (f"{clean(download.address)}  {clean(download.agent, limit=48)}", "$text-muted"),
            )
        )
    if len(downloads) > MOST_DOWNLOADS:
        lines.append(Content.styled(f"… and {len(downloads) - MOST_DOWNLOADS} more", "$text-muted"))
    return Content("\n").join(lines)


def change_lines(changes: Sequence[Change]) -> Content:
    """Return what linktui did to the link, newest first, one a line."""
    if not changes:
        return Content.styled("Nothing since it was made elsewhere.", "$text-muted")
    lines = []
    for change in changes:
        outcome = {
            ChangeState.DONE: "✓",
            ChangeState.INTENDED: "… begun, its end is not known",
            ChangeState.STOPPED: "stopped before it was sent",
        }.get(change.state, f"✕ {clean(change.error, limit=60)}")
        lines.append(
            Content.assemble(
                (f"{day_text(change.at)}  ", "$text-muted"),
                f"{change.verb:<8} {clean(change.detail, limit=60)} ",
                (outcome, "$text-error" if change.state is ChangeState.FAILED else "$text-muted"),
            )
        )
    return Content("\n").join(lines)


def short_url(url: str) -> str:
    """Return an address without what makes it a key: the host and the first characters of the path."""
    parts = urlsplit(url)
    return clean(f"{parts.scheme}://{parts.netloc}{parts.path[:6]}…")


def _counted(link: Link, now: datetime) -> str:
    if link.downloads is None:
        return "not counted here"
    limit = "" if link.download_limit is None else f" of {link.download_limit}"
    last = f", the last {ago_text(link.last_download_at, now)}" if link.last_download_at else ""
    return f"{link.downloads}{limit}{last}"

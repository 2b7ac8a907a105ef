"""What a link will be, in words, before it is made or changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from linktui.model.link import KEEP, LinkEdit, LinkKind, LinkSpec
from linktui.model.phrases import brief_moment, left_text, tags_text
from linktui.model.text import clean

KINDS = {
    LinkKind.DOWNLOAD: "to download",
    LinkKind.VIEW: "to view in the browser",
    LinkKind.UPLOAD: "through which others send files to you",
}


def spec_words(spec: LinkSpec, now: datetime) -> str:
    """Return what a new link will be: `to download · expires Fri 27 Nov 17:00 CET, in 6d 2h · …`."""
    return " · ".join(_spec_parts(spec, now))


def edit_words(edit: LinkEdit, now: datetime) -> str:
    """Return what an edit makes of a link; an empty text for one that changes nothing."""
    return " · ".join(_edit_parts(edit, now))


def end_words(expires_at: datetime | None, now: datetime) -> str:
    """Return `expires Fri 27 Nov 17:00 CET, in 6d 2h`, or that it never does."""
    if expires_at is None:
        return "never expires"
    now = now.replace(microsecond=0)  # as `expires_at` is, so that 7d reads as seven days left
    zone = expires_at.astimezone().tzname() or ""
    when = f"{brief_moment(expires_at, now)} {zone}".strip()
    return f"expires {when}, " + (f"in {left_text(expires_at, now)}" if expires_at > now else "at once")


def limit_words(limit: int | None) -> str:
    """Return after how many downloads it is gone."""
    if limit is None:
        return "no download limit"
    return "gone after one download" if limit == 1 else f"gone after {limit:,} downloads"


def _spec_parts(spec: LinkSpec, now: datetime) -> Iterator[str]:
    yield KINDS[spec.kind]
    yield end_words(spec.expires_at, now)
    if spec.password:
        yield "asks for a password"
    if spec.download_limit is not None:
        yield limit_words(spec.download_limit)
    if spec.slug:
        yield f"at …/{clean(spec.slug, limit=40)}"
    if spec.metadata:
        yield f"tags {clean(tags_text(spec.metadata), limit=60)}"


def _edit_parts(edit: LinkEdit, now: datetime) -> Iterator[str]:
    if edit.name is not KEEP:
        yield f"called “{clean(edit.name, limit=40)}”"
    if edit.kind is not KEEP:
        yield KINDS[LinkKind(edit.kind)]
    if edit.expire_now:
        yield "ends now"
    elif edit.expires_at is None or isinstance(edit.expires_at, datetime):
        yield end_words(edit.expires_at, now)
    if edit.password is not KEEP:
        yield "asks for no password" if edit.password is None else "asks for the new password"
    if edit.download_limit is None or isinstance(edit.download_limit, int):
        yield limit_words(edit.download_limit)
    if edit.slug is not KEEP:
        yield f"at …/{clean(edit.slug, limit=40)}, and no more at its old address"
    if edit.metadata is not KEEP:
        yield f"tags {clean(tags_text(edit.metadata), limit=60)}"
    if edit.options is not KEEP:
        yield f"options {clean(', '.join(edit.options), limit=60)}"

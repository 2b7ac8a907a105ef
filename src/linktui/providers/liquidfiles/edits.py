"""An edit of a link as the calls that make it, in an order that the appliance accepts; no I/O.

Each field has a call of its own. Direct links go with neither a sign-in nor a password nor without downloads,
so that what is turned off comes first and direct links are turned on last.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from linktui.model.errors import InvalidInput
from linktui.model.link import KEEP, Link, LinkedFile, LinkEdit, LinkSpec
from linktui.model.option import YES
from linktui.providers.liquidfiles.limits import (
    AUTHENTICATION,
    DIRECT_LINKS,
    DISPLAY,
    DOWNLOADS,
    FOOTER,
    HEADER,
    RECEIPTS,
    RECIPIENTS,
)
from linktui.providers.liquidfiles.wire_files import day_of
from linktui.providers.liquidfiles.wire_links import TOGGLES, tells_files

_SLUG = re.compile(r"[A-Za-z0-9_-]{3,40}")
_OPTIONS = {
    AUTHENTICATION: ("the sign-in", "update_authentication"),
    DOWNLOADS: ("the downloads", "update_allow_download"),
    RECEIPTS: ("the receipts", "update_download_confirmation"),
    DISPLAY: ("the display", "update_display_mode"),
    RECIPIENTS: ("the recipients", "update_recipient_limitations"),
    HEADER: ("the header", "update_header"),
    FOOTER: ("the footer", "update_footer"),
    DIRECT_LINKS: ("the direct links", "update_direct_links"),
}
"""What each option is called in an error, and the call that sets it, direct links last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One call of an edit."""

    what: str
    """What it changes, without the value: it stands in errors."""
    path: str
    """Below the link's own."""
    method: str = "PUT"
    body: Mapping[str, object] | None = field(default=None, repr=False)
    removes: str = ""
    """The file that is gone afterwards."""


def field_steps(edit: LinkEdit) -> list[Step]:
    """Return the calls that set every field but the files; raises InvalidInput."""
    steps = []
    if edit.expires_at is not KEEP and edit.expires_at is not None:
        steps.append(_put("the last day", "update_expires_at", expires_at=day_of(edit.expires_at)))
    if edit.slug is not KEEP:
        check_slug(edit.slug)
        steps.append(_put("the address", "update_slug", slug_input=edit.slug))
    if edit.password is not KEEP:
        steps.append(_put("the password", "update_password", password=edit.password or ""))
    options = {} if edit.options is KEEP else edit.options
    for key, (what, path) in _OPTIONS.items():
        if key in options:
            value = options[key] == YES if key in TOGGLES else options[key]
            steps.append(_put(what, path, **{key: value}))
    if DIRECT_LINKS in options and options[DIRECT_LINKS] != YES:
        steps.insert(0, steps.pop())
    return steps


def file_steps(before: Sequence[LinkedFile], after: Sequence[LinkedFile]) -> list[Step]:
    """Return the fewest calls that make a link hold `after`; raises InvalidInput for an empty list.

    Files come before others go, so that the link is never empty. A file that is added is taken to come last.
    """
    if not after:
        raise InvalidInput("files", "a link holds at least one; delete the link instead")
    had, wanted = [file.id for file in before], [file.id for file in after]
    added = [file_id for file_id in wanted if file_id not in had]
    removed = [file_id for file_id in had if file_id not in wanted]
    steps = [_add(file_id) for file_id in added] + [_remove(file_id) for file_id in removed]
    if [file_id for file_id in had if file_id in wanted] + added != wanted:
        steps.append(reorder(wanted))
    captions = {file.id: file.caption for file in before}
    return steps + [_caption(file) for file in after if file.caption != captions.get(file.id, "")]


def reorder(file_ids: Sequence[str]) -> Step:
    """Return the call that brings a link's files into an order."""
    return Step(
        what="the order of the files",
        method="POST",
        path="attachments/reorder",
        body={"ordered_secure_ids": list(file_ids)},
    )


def correction_steps(link: Link, spec: LinkSpec) -> list[Step]:
    """Return the calls that make a new link what was asked for, where it is not so already.

    A password cannot be looked up before 4.3, where the one given on creation is trusted.
    """
    steps = field_steps(
        LinkEdit(
            expires_at=KEEP if _ends_in_time(link, spec) else spec.expires_at,
            slug=KEEP if _has_slug(link, spec.slug) else spec.slug,
            password=KEEP if link.has_password or not tells_files(link) else spec.password or KEEP,
            options={
                key: value for key, value in spec.options.items() if value and link.options.get(key) != value
            },
        )
    )
    captions = zip(link.files, spec.captions, strict=False)
    return steps + [
        _caption(LinkedFile(file.id, file.name, caption=caption))
        for file, caption in captions
        if caption != file.caption
    ]


def may_be(link: Link, spec: LinkSpec) -> bool:
    """Tell whether a link could be the one asked for, as it is before any correction."""
    if spec.expires_at is None or link.expires_at is None:
        return False
    same_password = link.has_password == (spec.password is not None) or not tells_files(link)
    return day_of(link.expires_at) == day_of(spec.expires_at) and same_password


def check_slug(slug: str) -> None:
    """Raise InvalidInput for an address of one's own that no appliance takes; empty takes it away."""
    if slug and not _SLUG.fullmatch(slug):
        raise InvalidInput("address", "has 3 to 40 letters (a-z), digits, _ and -")


def _has_slug(link: Link, slug: str) -> bool:
    """Tell whether a link has an address, which a group may have its users' names put before."""
    return not slug or link.slug == slug or link.slug.endswith(f"-{slug}")


def _ends_in_time(link: Link, spec: LinkSpec) -> bool:
    """Tell whether a link ends when it should: a group's limit may have made that earlier."""
    if spec.expires_at is None or link.expires_at is None:
        return spec.expires_at is None
    return day_of(link.expires_at) <= day_of(spec.expires_at)


def _put(what: str, path: str, **body: object) -> Step:
    return Step(what=what, path=path, body=body)


def _add(file_id: str) -> Step:
    return Step(what="an added file", method="POST", path="attachments", body={"secure_id": file_id})


def _remove(file_id: str) -> Step:
    return Step(
        what="a removed file", method="DELETE", path=f"attachments/{quote(file_id, safe='')}", removes=file_id
    )


def _caption(file: LinkedFile) -> Step:
    return _put("a caption", f"attachments/{quote(file.id, safe='')}", caption=file.caption)

"""Stripe's file links, turned into the model and back; no I/O.

https://docs.stripe.com/api/file_links/object
"""

from __future__ import annotations

from datetime import datetime
from types import MappingProxyType

from linktui.model.link import KEEP, Link, LinkedFile, LinkEdit, LinkKind, LinkSpec
from linktui.providers.base import Told, Wanted
from linktui.providers.shapes import Clean, Moment, Shape, parse
from linktui.providers.stripe.wire import Query, metadata_form, page_query, seconds
from linktui.providers.stripe.wire_files import StoredFile

NOW = "now"
_MODES = {True: "live", False: "test", None: ""}


class _Link(Shape):
    id: Clean
    created: Moment
    expired: bool = False
    expires_at: Moment | None = None
    file: StoredFile | Clean | None = None
    livemode: bool | None = None
    metadata: dict[Clean, Clean] | None = None
    url: Clean | None = None


def link_from(value: object, *, account: str, now: datetime, file: StoredFile | None = None) -> Told:
    """Return the link in one JSON object; raises Unintelligible.

    Its end is the link's own or its file's, whichever comes first. `file` is the one it is to, where that is
    known and the object only names it; `now` stands for the end of a link that is over and tells no other.
    """
    shape = parse(_Link, value)
    held = shape.file if isinstance(shape.file, StoredFile) else file
    linked = _linked(shape.file if held is None else held)
    ends = [end for end in (shape.expires_at, held and held.expires_at) if end]
    if shape.expired:
        ends.append(now)
    link = Link(
        account=account,
        provider="stripe",
        id=shape.id,
        kind=LinkKind.DOWNLOAD,
        name=linked.name or shape.id,
        url=shape.url or "",
        created_at=shape.created,
        expires_at=min(ends, default=None),
        files=(linked,) if linked.id else (),
        metadata=MappingProxyType(shape.metadata or {}),
        facts=MappingProxyType(_facts(shape, held)),
    )
    return Told(link, value)


def livemode_of(value: object) -> bool | None:
    """Return whether a link is one of live mode; None where it does not tell."""
    return parse(_Link, value).livemode


def links_query(wanted: Wanted, cursor: str | None) -> Query:
    """Return the parameters of one page of the links."""
    query = {
        "file": wanted.file_id,
        "expired": "" if wanted.expired is None else str(wanted.expired).lower(),
        "expand[]": "data.file",
    }
    return page_query(wanted, cursor) | {name: value for name, value in query.items() if value}


def spec_form(file_id: str, spec: LinkSpec) -> dict[str, str]:
    """Return the form that asks for a new link; one without an end never expires."""
    expiry = {} if spec.expires_at is None else {"expires_at": seconds(spec.expires_at)}
    return {"file": file_id} | expiry | _new(metadata_form(spec.metadata)) | {"expand[]": "file"}


def upload_form(spec: LinkSpec) -> dict[str, str]:
    """Return the fields of an upload that ask for a link to the new file."""
    expiry = {} if spec.expires_at is None else {"file_link_data[expires_at]": seconds(spec.expires_at)}
    metadata = metadata_form(spec.metadata, name="file_link_data[metadata]")
    return {"file_link_data[create]": "true"} | expiry | _new(metadata)


def edit_form(edit: LinkEdit) -> dict[str, str]:
    """Return the form that changes a link: an empty end never comes, an empty value takes its key away."""
    form: dict[str, str] = {}
    if edit.expire_now:
        form["expires_at"] = NOW
    elif edit.expires_at is not KEEP:
        form["expires_at"] = "" if edit.expires_at is None else seconds(edit.expires_at)
    if edit.metadata is not KEEP:
        form |= metadata_form(edit.metadata)
    return form | {"expand[]": "file"}


def _new(form: dict[str, str]) -> dict[str, str]:
    """Return the fields with a value: there is nothing yet to be taken away."""
    return {name: value for name, value in form.items() if value}


def _linked(file: StoredFile | str | None) -> LinkedFile:
    if isinstance(file, StoredFile):
        return LinkedFile(file.id, file.name, file.size, file.media_type)
    return LinkedFile(file or "", file or "")


def _facts(link: _Link, file: StoredFile | None) -> dict[str, str]:
    facts = {
        "Link's own end": _told(link.expires_at),
        "File's end": _told(file.expires_at) if file else "",
        "Purpose": file.purpose if file else "",
        "Mode": _MODES[link.livemode],
    }
    return {title: text for title, text in facts.items() if text}


def _told(moment: datetime | None) -> str:
    return "never" if moment is None else f"{moment.isoformat(' ', 'seconds')[:19]} UTC"

"""The embedded server's JSON, turned into the model and back; no I/O.

The shapes are those of the server's own `/api/openapi.json`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from types import MappingProxyType
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, ValidationError

from linktui.model.errors import Unintelligible
from linktui.model.file import File
from linktui.model.link import KEEP, Download, Link, LinkedFile, LinkEdit, LinkKind, LinkSpec
from linktui.model.text import clean
from linktui.providers.base import ChangePage, Page, Told, Wanted
from linktui.providers.shapes import in_utc

M = TypeVar("M", bound=BaseModel)
Clean = Annotated[str, AfterValidator(clean)]
Moment = Annotated[AwareDatetime, AfterValidator(in_utc)]


class _Shape(BaseModel):
    # A newer server may say more than this client knows.
    model_config = ConfigDict(extra="ignore")


class _LinkedFile(_Shape):
    id: Clean
    name: Clean
    size: int
    media_type: Clean = ""
    caption: Clean = ""


class _Link(_Shape):
    id: Clean
    kind: LinkKind
    name: Clean
    slug: Clean
    url: Clean
    created_at: Moment
    updated_at: Moment | None = None
    expires_at: Moment | None = None
    revoked_at: Moment | None = None
    downloads: int
    download_limit: int | None = None
    has_password: bool
    last_download_at: Moment | None = None
    files: tuple[_LinkedFile, ...] = ()
    metadata: dict[Clean, Clean] = {}
    revision: int


class _File(_Shape):
    id: Clean
    name: Clean
    size: int
    media_type: Clean = ""
    sha256: Clean = ""
    created_at: Moment
    link_count: int = 0
    from_link: Clean | None = None


class _Download(_Shape):
    id: int | str
    at: Moment
    state: Clean
    bytes: int
    file_id: Clean | None = None
    agent: Clean = ""
    address: Clean = ""


class _Change(_Shape):
    id: Clean
    deleted: bool
    link: dict[str, Any] | None = None


class _Changes(_Shape):
    data: tuple[_Change, ...]
    next_since: int
    more: bool


class _Taken(_Shape):
    file: dict[str, Any]
    link: dict[str, Any] | None = None


class _TakenRows(_Shape):
    data: tuple[_Taken, ...]


class _Rows(_Shape):
    data: tuple[dict[str, Any], ...]
    next_cursor: str | None = None


def link_from(value: object, *, account: str) -> Told:
    """Return the link in one JSON object; raises Unintelligible."""
    shape = _parse(_Link, value)
    link = Link(
        account=account,
        provider="local",
        id=shape.id,
        kind=shape.kind,
        name=shape.name,
        url=shape.url,
        slug=shape.slug,
        created_at=shape.created_at,
        updated_at=shape.updated_at,
        expires_at=shape.expires_at,
        revoked_at=shape.revoked_at,
        downloads=shape.downloads,
        download_limit=shape.download_limit,
        has_password=shape.has_password,
        last_download_at=shape.last_download_at,
        files=tuple(
            LinkedFile(file.id, file.name, file.size, file.media_type, file.caption) for file in shape.files
        ),
        metadata=MappingProxyType(shape.metadata),
        revision=str(shape.revision),
    )
    return Told(link, value)


def file_from(value: object, *, account: str) -> File:
    """Return the file in one JSON object; raises Unintelligible."""
    shape = _parse(_File, value)
    return File(account=account, **shape.model_dump())


def taken_from(value: object, *, account: str) -> tuple[tuple[File, Told | None], ...]:
    """Return the files of a parcel, each with the link that was made to it; raises Unintelligible."""
    return tuple(
        (
            file_from(row.file, account=account),
            None if row.link is None else link_from(row.link, account=account),
        )
        for row in _parse(_TakenRows, value).data
    )


def links_page(value: object, *, account: str) -> Page[Told]:
    """Return a page of links; raises Unintelligible."""
    rows = _parse(_Rows, value)
    return Page(tuple(link_from(row, account=account) for row in rows.data), rows.next_cursor)


def files_page(value: object, *, account: str) -> Page[File]:
    """Return a page of files; raises Unintelligible."""
    rows = _parse(_Rows, value)
    return Page(tuple(file_from(row, account=account) for row in rows.data), rows.next_cursor)


def downloads_from(value: object) -> tuple[Download, ...]:
    """Return the downloads in a page; raises Unintelligible."""
    shapes = [_parse(_Download, row) for row in _parse(_Rows, value).data]
    return tuple(
        Download(
            id=str(shape.id),
            at=shape.at,
            state=shape.state,
            size=shape.bytes,
            file_id=shape.file_id,
            agent=shape.agent,
            address=shape.address,
        )
        for shape in shapes
    )


def changes_from(value: object, *, account: str) -> ChangePage:
    """Return a page of the feed of changes; raises Unintelligible."""
    shape = _parse(_Changes, value)
    return ChangePage(
        told=tuple(link_from(change.link, account=account) for change in shape.data if change.link),
        deleted=tuple(change.id for change in shape.data if change.deleted),
        cursor=str(shape.next_since),
        more=shape.more,
    )


def version_from(value: object) -> str:
    """Return the server's version, or nothing where it does not tell."""
    version = value.get("version") if isinstance(value, dict) else None
    return clean(str(version or ""), limit=40)


def links_wanted(wanted: Wanted) -> dict[str, str]:
    """Return the query that narrows a list of links."""
    query = {
        "file": wanted.file_id,
        "created_after": _iso(wanted.created_after),
        "created_before": _iso(wanted.created_before),
        "state": {None: "", True: "expired", False: "active"}[wanted.expired],
    }
    return {name: value for name, value in query.items() if value}


def spec_to(file_ids: tuple[str, ...], spec: LinkSpec) -> dict[str, Any]:
    """Return the body that asks for a new link."""
    captions = dict(enumerate(spec.captions))
    body: dict[str, Any] = {
        "kind": spec.kind.value,
        "files": [
            {"id": file_id, "caption": captions.get(number, "")} for number, file_id in enumerate(file_ids)
        ],
        "expires_at": _iso(spec.expires_at),
        "metadata": dict(spec.metadata),
    }
    optional = {
        "name": spec.name or None,
        "slug": spec.slug or None,
        "password": spec.password,
        "download_limit": spec.download_limit,
    }
    return body | {name: value for name, value in optional.items() if value is not None}


def edit_to(edit: LinkEdit) -> dict[str, Any]:
    """Return the body that changes a link: only what is to change."""
    body: dict[str, Any] = {}
    if edit.expire_now:
        body["expires_at"] = "now"
    elif edit.expires_at is not KEEP:
        body["expires_at"] = _iso(edit.expires_at)
    for name in ("name", "slug", "password", "download_limit"):
        value = getattr(edit, name)
        if value is not KEEP:
            body[name] = value
    if edit.kind is not KEEP:
        body["kind"] = edit.kind.value
    if edit.metadata is not KEEP:
        body["metadata"] = dict(edit.metadata)
    if edit.files is not KEEP:
        body["files"] = [{"id": file.id, "caption": file.caption} for file in edit.files]
    return body


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _parse(shape: type[M], value: object) -> M:
    try:
        return shape.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise Unintelligible(clean(f"{where}: {first['msg']}", limit=200)) from error

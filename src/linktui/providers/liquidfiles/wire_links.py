"""An appliance's FileLinks, turned into the model and back; no I/O.

Before 4.3 a link told little, and of its file only name and size: every later field is optional.
https://docs.liquidfiles.com/api/v4.3/filelink/
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator

from linktui.model.link import Download, Link, LinkedFile, LinkKind, LinkSpec
from linktui.model.option import NO, YES
from linktui.model.text import clean
from linktui.providers.base import Told
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
from linktui.providers.liquidfiles.wire import LooseMoment, unwrapped
from linktui.providers.liquidfiles.wire_files import Day, day_of, end_of, rows_of
from linktui.providers.shapes import Clean, Shape, parse

TOGGLES = (AUTHENTICATION, RECEIPTS, DOWNLOADS, DIRECT_LINKS)
_OLD_RECEIPTS = "download_receipt"
"""What the tables before 4.3, and an example of 4.3 itself, call the receipts of a new link."""


def _clean_lines(text: str) -> str:
    return "\n".join(clean(line) for line in text.splitlines())


def _names(value: object) -> object:
    return ", ".join(map(str, value)) if isinstance(value, list) else value


Lines = Annotated[str, AfterValidator(_clean_lines)]
Names = Annotated[Clean, BeforeValidator(_names)]


class _Attachment(Shape):
    id: Clean
    filename: Clean | None = None
    size: int | None = None
    content_type: Clean | None = None
    caption: Clean | None = None


class _Link(Shape):
    id: Clean
    url: Clean | None = None
    filename: Clean | None = None
    size: int | None = None
    slug: Clean | None = None
    created_at: LooseMoment
    updated_at: LooseMoment | None = None
    expires_at: Day = None
    password: bool | None = None
    attachments: tuple[_Attachment, ...] | None = None
    require_authentication: bool | None = None
    send_download_confirmation: bool | None = None
    allow_download: bool | None = None
    allow_direct_links: bool | None = None
    display_mode: Clean | None = None
    recipient_limitations: Names | None = None
    header_html: Lines | None = None
    footer_html: Lines | None = None


class _Download(Shape):
    id: Clean
    downloaded_at: LooseMoment
    size: int | None = None
    attachment_id: Clean | None = None
    recipient: Clean | None = None
    remote_ip: Clean | None = None
    user_agent: Clean | None = None


def link_from(value: object, *, account: str) -> Told:
    """Return the link in one JSON object; raises Unintelligible."""
    value = unwrapped(value, "link")
    shape = parse(_Link, value)
    files = _files(shape)
    link = Link(
        account=account,
        provider="liquidfiles",
        id=shape.id,
        kind=LinkKind.VIEW if shape.allow_download is False else LinkKind.DOWNLOAD,
        name=files[0].name + (f" and {len(files) - 1} more" if len(files) > 1 else ""),
        url=shape.url or "",
        slug=shape.slug or "",
        created_at=shape.created_at,
        updated_at=shape.updated_at,
        expires_at=end_of(shape.expires_at),
        has_password=bool(shape.password),
        files=files,
        options=MappingProxyType(_options(shape)),
        facts=MappingProxyType({"Last day": shape.expires_at.isoformat()} if shape.expires_at else {}),
    )
    return Told(link, value)


def links_from(value: object, *, account: str) -> tuple[Told, ...]:
    """Return every link of a list, newest first; raises Unintelligible."""
    told = [link_from(row, account=account) for row in rows_of(value, "links")]
    return tuple(sorted(told, key=lambda one: one.link.created_at, reverse=True))


def downloads_from(value: object) -> tuple[Download, ...]:
    """Return every download of a list, newest first; raises Unintelligible.

    The root key is UNCONFIRMED: any single list will do.
    """
    shapes = [parse(_Download, row) for row in rows_of(value, "downloads")]
    downloads = [
        Download(
            id=shape.id,
            at=shape.downloaded_at,
            state="complete",
            size=shape.size or 0,
            file_id=shape.attachment_id,
            agent=shape.user_agent or "",
            address=" ".join(filter(None, (shape.recipient, shape.remote_ip))),
        )
        for shape in shapes
    ]
    return tuple(sorted(downloads, key=lambda download: download.at, reverse=True))


def spec_to(file_ids: tuple[str, ...], spec: LinkSpec) -> dict[str, Any]:
    """Return the body that asks for a new link: what is documented for it, the rest is set afterwards.

    One file is a plain string, which is all that servers before 4.3 take.
    """
    body: dict[str, Any] = {"attachment": file_ids[0] if len(file_ids) == 1 else list(file_ids)}
    if spec.expires_at is not None:
        body["expires_at"] = day_of(spec.expires_at)
    if spec.password is not None:
        body["password"] = spec.password
    if spec.options.get(AUTHENTICATION):
        body[AUTHENTICATION] = spec.options[AUTHENTICATION] == YES
    if spec.options.get(RECEIPTS):
        body |= dict.fromkeys((RECEIPTS, _OLD_RECEIPTS), spec.options[RECEIPTS] == YES)
    return {"link": body}


def tells_files(link: Link) -> bool:
    """Tell whether the server names a link's files, as it does since 4.3."""
    return any(file.id for file in link.files)


def _files(shape: _Link) -> tuple[LinkedFile, ...]:
    if not shape.attachments:
        return (LinkedFile("", shape.filename or shape.id, shape.size),)
    return tuple(
        LinkedFile(one.id, one.filename or one.id, one.size, one.content_type or "", one.caption or "")
        for one in shape.attachments
    )


def _options(shape: _Link) -> dict[str, str]:
    toggles = {key: getattr(shape, key) for key in TOGGLES}
    texts = {key: getattr(shape, key) for key in (DISPLAY, RECIPIENTS, HEADER, FOOTER)}
    return {key: YES if on else NO for key, on in toggles.items() if on is not None} | {
        key: text for key, text in texts.items() if text is not None
    }

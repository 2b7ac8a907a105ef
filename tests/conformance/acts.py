"""What the suite does with any provider, in the way the program does it."""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from html import unescape

import httpx
import pytest

from linktui.model.capability import Ability
from linktui.model.link import Link, LinkKind, LinkSpec
from linktui.model.option import with_defaults
from linktui.providers.base import KeepsFiles, Page, Provider, Told, UploadsResumably, UploadStatus, Wanted
from tests.conformance.conftest import Far

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n%%EOF\n"


def needs(provider: Provider, ability: Ability) -> None:
    """Skip what the service does not claim to do; another test sees that it says why."""
    if not provider.limits.can(ability):
        pytest.skip(f"it cannot {ability.value}: {provider.limits.missing[ability]}")


def options_of(provider: Provider) -> Mapping[str, str]:
    return with_defaults(provider.limits.file_options, {})


async def send(
    provider: Provider, data: bytes, *, name: str = "report.pdf", key: str = "", share: LinkSpec | None = None
) -> UploadStatus:
    """Upload a file as the queue does: look, then send piece by piece."""
    assert isinstance(provider, UploadsResumably)
    session = await provider.begin_upload(
        name, len(data), key=key or os.urandom(4).hex(), options=options_of(provider), share=share
    )
    return await go_on(provider, session, data)


async def go_on(provider: Provider, session: str, data: bytes, *, confirmed: int = 0) -> UploadStatus:
    """Send what the service does not have yet."""
    assert isinstance(provider, UploadsResumably)
    status = await provider.upload_status(session, confirmed=confirmed)
    while status.file_id is None:
        piece = provider.limits.chunk_size or len(data)
        part = data[status.offset : status.offset + piece]

        async def read(part: bytes = part) -> AsyncIterator[bytes]:
            for at in range(0, len(part), 7):
                yield part[at : at + 7]

        status = await provider.send_piece(session, status.offset, len(part), read)
    return status


async def stored(provider: Provider, data: bytes = PDF, name: str = "report.pdf") -> str:
    status = await send(provider, data, name=name)
    assert status.file_id is not None
    return status.file_id


def spec(far: Far, *, days: float = 5, **fields: object) -> LinkSpec:
    """Return a wanted link that every service would make."""
    values: dict[str, object] = {
        "kind": far.account.limits.kinds[0],
        "expires_at": far.clock() + timedelta(days=days),
    }
    values |= fields
    if values["kind"] is LinkKind.UPLOAD:
        values.setdefault("options", far.said)
    return LinkSpec(**values)  # type: ignore[arg-type]  # fields by name


async def shared(far: Far, provider: Provider, **fields: object) -> Link:
    wanted = spec(far, **fields)  # type: ignore[arg-type]  # fields by name
    told = await provider.create_link((await stored(provider),), wanted, key=os.urandom(4).hex())
    return told.link


async def hand_in(far: Far, link: Link, data: bytes, *, name: str = "taxes.pdf") -> httpx.Response:
    """Send a file through an upload link, as a stranger does: by the form behind it, or by a PUT."""
    if far.name != "s3":
        return await far.stranger.put(link.url, content=data)
    action, fields = form_in((await far.stranger.get(link.url, headers={"Accept": "text/html"})).text)
    return await far.stranger.post(action, data=fields, files={"file": (name, data)})


def form_in(page: str) -> tuple[str, dict[str, str]]:
    """Return where a page's form is sent, and the fields it fills in by itself."""
    action = re.search(r'<form [^>]*action="([^"]+)"', page)
    assert action is not None
    pairs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    return unescape(action[1]), {unescape(name): unescape(value) for name, value in pairs}


async def all_links(provider: Provider, wanted: Wanted | None = None) -> list[Link]:
    """Walk the whole list, and see that no cursor comes twice."""
    rows: list[Link] = []
    cursor, seen = None, set()
    while True:
        page: Page[Told] = await provider.list_links(cursor=cursor, wanted=wanted or Wanted())
        rows += [told.link for told in page.rows]
        cursor = page.next_cursor
        if cursor is None:
            return rows
        assert cursor not in seen
        seen.add(cursor)


async def all_file_ids(provider: Provider) -> list[str]:
    assert isinstance(provider, KeepsFiles)
    ids: list[str] = []
    cursor = None
    while True:
        page = await provider.list_files(cursor=cursor)
        ids += [file.id for file in page.rows]
        cursor = page.next_cursor
        if cursor is None:
            return ids

"""What reads strangers' headers and forms: nothing but our own refusals, whatever comes."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.requests import Request

from linktui.linkserver import media_types, ranges
from linktui.linkserver.body import content_length, read_form
from linktui.linkserver.disposition import disposition
from linktui.linkserver.errors import Refusal
from linktui.linkserver.limits import MAX_FIELDS, MAX_FILES, MAX_RANGES
from linktui.linkserver.multipart import FormFiles
from linktui.linkserver.names import clean_name, unique_names
from linktui.linkserver.owner import if_match_of
from linktui.linkserver.tus_headers import checksum, idempotency_key, metadata, number

FEW, MANY = 80, 20_000
quickly = settings(max_examples=FEW, deadline=None, suppress_health_check=[HealthCheck.too_slow])
long = settings(max_examples=MANY, deadline=None, suppress_health_check=[HealthCheck.too_slow])

numbers = st.integers(0, 30).map(str) | st.sampled_from(["", "0", "9" * 17, "9" * 30, "-1", "٣", "0x1", " 1"])
range_specs = st.lists(st.tuples(numbers, numbers).map("-".join), max_size=20).map(",".join)
range_headers = (
    st.text(max_size=60) | range_specs.map("bytes={}".format) | range_specs.map("Bytes = {}".format)
)
names = st.text(max_size=400) | st.text("./\\ \0%\"';\r\n\u202eéß\ud800con:", max_size=30)
header_values = st.binary(max_size=80) | st.text("abc0123456789 ,=+/-\"'W*", max_size=80).map(str.encode)


@contextmanager
def refused_at_most() -> Iterator[None]:
    """Let nothing through but the refusals of what a client got wrong."""
    try:
        yield
    except Refusal as refusal:
        if refusal.status not in {400, 413}:
            raise


def request_with(**headers: bytes) -> Request:
    raw = [(name.replace("_", "-").encode(), value) for name, value in headers.items()]
    return Request({"type": "http", "method": "GET", "headers": raw})


def look_at_a_range(header: str, size: int) -> None:
    """Compare with RFC 9110 section 14.1.2, read once more and without haste."""
    try:
        found = ranges.parse(header, size)
    except ranges.Unsatisfiable:
        found = ()
    assert len(found) <= MAX_RANGES
    assert all(0 <= first <= last < size for first, last in found)
    ordered = sorted(found)
    assert all(left[1] < right[0] for left, right in pairwise(ordered))
    single = re.fullmatch(r"bytes=([0-9]{1,9})-([0-9]{1,9})?", header)
    if single and int(single[1]) < size and (single[2] is None or int(single[2]) >= int(single[1])):
        assert found == ((int(single[1]), min(size - 1, int(single[2] or size))),)


def look_at_a_name(name: str) -> None:
    """The header is one line of ASCII, and both names in it are one plain name."""
    kept = clean_name(name)
    assert 0 < len(kept.encode()) <= 255
    assert kept not in {".", ".."}
    assert not set(kept) & set("/\\\0\r\n\u202e")
    assert clean_name(kept) == kept
    for inline in (False, True):
        value = disposition(name, inline=inline)
        match = re.fullmatch(
            r"(inline|attachment); filename=\"([ !#-$&-:<-\[\]-~]+)\"(?:; filename\*=UTF-8''(.+))?", value
        )
        assert match, value
        assert unquote(match[3] or match[2], errors="strict") == kept
    assert len(set(map(str.casefold, unique_names((name, name, name.upper()))))) == 3
    media_types.inline_type(name, name.encode(errors="replace"))


def look_at_headers(value: bytes) -> None:
    """Whatever a header holds, it is read or refused with a 400."""
    readers: list[tuple[str, Any]] = [
        ("upload_length", lambda request: number(request, "upload-length")),
        ("upload_metadata", metadata),
        ("upload_checksum", checksum),
        ("idempotency_key", idempotency_key),
        ("content_length", lambda request: content_length(request, most=1 << 40)),
        ("if_match", lambda request: if_match_of(request.headers)),
        ("if_match", lambda request: ranges.precondition_failed(request, '"x"')),
        ("if_none_match", lambda request: ranges.unchanged(request, '"x"')),
        ("if_range", lambda request: ranges.range_wanted(request, '"x"')),
    ]
    for name, read in readers:
        with refused_at_most():
            read(request_with(**{name: value}))


async def files_of(kind: str, chunks: list[bytes]) -> list[tuple[str, bytes]]:
    async def body() -> AsyncIterator[bytes]:
        for chunk in chunks:
            yield chunk

    found = []
    async for name, part in FormFiles(kind, body()):
        found.append((name, b"".join([data async for data in part])))
    return found


multipart_bits = st.lists(
    st.binary(max_size=40)
    | st.sampled_from(
        [
            b"--b\r\n",
            b"--b--\r\n",
            b"\r\n",
            b"\r\n\r\n",
            b'Content-Disposition: form-data; name="f"; filename="x"\r\n',
            b"Content-Disposition: form-data; filename*=UTF-8''%ff\r\n",
            b"Content-Disposition: form-data; filename=\xff\r\n",
            b"--b\r\nX: y\r\n\r\n",
        ]
    ),
    max_size=12,
)


async def look_at_a_form(chunks: list[bytes], kind: str) -> None:
    with refused_at_most():
        assert len(await files_of(kind, chunks)) <= MAX_FILES


@given(range_headers, st.integers(0, 40))
@quickly
def test_fault_09_any_range_header_is_read_as_the_rfc_says(header: str, size: int) -> None:
    look_at_a_range(header, size)


@given(names)
@quickly
def test_fault_05_any_text_makes_one_plain_name_and_one_well_formed_header(name: str) -> None:
    look_at_a_name(name)


@given(header_values)
@quickly
def test_any_header_is_read_or_refused(value: bytes) -> None:
    look_at_headers(value)


@given(
    multipart_bits,
    header_values.map(lambda raw: raw.decode("latin-1")) | st.just("multipart/form-data; boundary=b"),
)
@quickly
async def test_any_form_is_read_or_refused(chunks: list[bytes], kind: str) -> None:
    await look_at_a_form(chunks, kind)


@given(
    st.lists(st.tuples(st.text("ab.é", min_size=1, max_size=9), st.binary(max_size=99)), max_size=4),
    st.data(),
)
@quickly
async def test_a_form_is_read_the_same_however_it_is_cut(
    files: list[tuple[str, bytes]], data: st.DataObject
) -> None:
    body = b"".join(
        b'--b0undary\r\nContent-Disposition: form-data; name="f"; filename="'
        + name.encode()
        + b'"\r\n\r\n'
        + content
        + b"\r\n"
        for name, content in files
    )
    body += b"--b0undary--\r\n"
    cuts = sorted(data.draw(st.lists(st.integers(0, len(body)), max_size=8)))
    chunks = [body[start:end] for start, end in zip([0, *cuts], [*cuts, len(body)], strict=True)]
    assert await files_of("multipart/form-data; boundary=b0undary", chunks) == files


@given(st.binary(max_size=300) | st.text("password=&;%+a0", max_size=99).map(str.encode))
@quickly
async def test_any_small_form_is_read_or_refused(body: bytes) -> None:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    scope = {"type": "http", "method": "POST", "headers": []}
    with refused_at_most():
        form = await read_form(Request(scope, receive), stopping=asyncio.Event())
        assert len(form) <= MAX_FIELDS


@pytest.mark.soak  # as the quick ones above, for some minutes
@given(range_headers, st.integers(0, 40), names, header_values)
@long
def test_readers_of_headers_for_long(header: str, size: int, name: str, value: bytes) -> None:
    look_at_a_range(header, size)
    look_at_a_name(name)
    look_at_headers(value)


@pytest.mark.soak  # as the quick one above, for some minutes
@given(multipart_bits, st.just("multipart/form-data; boundary=b"))
@long
async def test_forms_for_long(chunks: list[bytes], kind: str) -> None:
    await look_at_a_form(chunks, kind)

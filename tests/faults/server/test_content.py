"""Faults 3 to 6: bytes, types, names and texts from strangers stay what they are: data.

What a browser makes of a VIEW page is in tests/server/test_browser.py.
"""

from __future__ import annotations

import re
from base64 import b64encode
from typing import Any
from urllib.parse import unquote

import pytest

from tests.server.conftest import PAGE, Share
from tests.server.test_tus import TUS

SCRIPT = b"<script>alert(1)</script>"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20
TEXT = "text/plain; charset=utf-8"
SEEN = {
    "a.html": (SCRIPT, None),
    "a.svg": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', None),
    "a.xhtml": (SCRIPT, None),
    "a.xml": (b'<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="b.xsl"?><a/>', None),
    "b.xsl": (b'<xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform"/>', None),
    "a.md": (b"# <img src=x onerror=alert(1)>", TEXT),
    "a.epub": (b"PK\x03\x04mimetypeapplication/epub+zip", None),
    "a.pdf": (b"%PDF-1.7 /OpenAction << /S /JavaScript /JS (app.alert(1)) >>", None),
    "a.js": (b"alert(1)", None),
    "a.mjs": (b"alert(1)", None),
    "a.mht": (b"MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n" + SCRIPT, None),
    "a.swf": (b"FWS\x06", None),
    "polyglot.html": (b"GIF89a/*" + SCRIPT + b"*/=1", None),
    "polyglot.gif": (b"GIF89a/*" + SCRIPT + b"*/=1", "image/gif"),
    "late.gif": (SCRIPT + b"GIF89a", None),
    "a.png": (PNG, "image/png"),
    "b.png": (SCRIPT, None),
    "png": (PNG, None),
    "a.png.html": (PNG, None),
    "a.html.txt": (SCRIPT, TEXT),
    "c.txt": (b"\xff\xfe\0", None),
    "d.txt": ("<script>".encode("utf-7"), TEXT),
}
LIES = [
    "text/html",
    "image/svg+xml; charset=utf-7",
    "text/html\t;x=\x7f",
    "multipart/mixed; boundary=x",
    "é/ü",
]
NAMES = [
    'a"b;c.txt',
    "x\r\nSet-Cookie: a=b.txt",
    "nul\0.txt",
    "\u202egpj.exe",
    "../../etc/passwd",
    "C:\\x\\y.txt",
    "x" * 5000,
    "é" * 3000 + ".txt",
    "[/nope]\x1b[31m",
    "…",
    "..",
    " ",
    "a%41.txt",
    "%0d%0aX: y",
    "\u2028\u2029\x85",
]
HOSTILE = "<script>alert(1)</script>\"'&<img src=x onerror=alert(1)>{{7*7}}{% include 'base.html' %}${7*7}"


@pytest.mark.parametrize("name", SEEN)
async def test_fault_03_only_what_is_safe_by_magic_and_by_name_is_shown_in_place(
    share: Share, name: str
) -> None:
    data, shown = SEEN[name]
    link = await share.link(await share.file(data, name), kind="view")
    answers = [
        await share.stranger.get(f"/l/{link['slug']}{path}", headers=headers)
        for path in ("/view/1", "/files/1", "/download", "")
        for headers in ({}, {"Range": "bytes=0-0"}, {"Accept": "image/*,*/*"})
    ]
    answers += [await share.owner.get(f"/api/files/{link['files'][0]['id']}/content")]
    for answer in answers:
        inline = answer.request.url.path.endswith("/view/1") and shown is not None
        assert answer.headers["content-disposition"].startswith("inline" if inline else "attachment")
        if inline:
            assert answer.headers["content-type"] == shown
        assert not re.search("html|svg|xml|javascript|ecma", answer.headers["content-type"])
        policy = answer.headers["content-security-policy"]
        assert policy == "sandbox; default-src 'none'; frame-ancestors 'none'"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("lie", LIES)
async def test_fault_04_a_declared_type_changes_nothing_by_any_door(share: Share, lie: str) -> None:
    takes = await share.link(kind="upload")
    declared = {b"Content-Type": lie.encode()}
    await share.owner.post("/api/files?name=1.txt", content=SCRIPT, headers=declared)
    await share.stranger.put(f"/l/{takes['slug']}/2.txt", content=SCRIPT, headers=declared)
    form = f'--b\r\nContent-Disposition: form-data; name="f"; filename="3.txt"\r\nContent-Type: {lie}\r\n\r\n'
    await share.stranger.post(
        f"/l/{takes['slug']}/upload",
        content=form.encode() + SCRIPT + b"\r\n--b--\r\n",
        headers={"Content-Type": "multipart/form-data; boundary=b"},
    )
    told = f"filename {b64encode(b'4.txt').decode()},filetype {b64encode(lie.encode()).decode()}"
    tus = TUS | {"Upload-Length": str(len(SCRIPT)), "Upload-Metadata": told}
    await share.stranger.post(
        f"/l/{takes['slug']}/tus",
        content=SCRIPT,
        headers=tus | {"Content-Type": "application/offset+octet-stream"},
    )
    files = (await share.owner.get("/api/files")).json()["data"]
    assert sorted(file["name"] for file in files) == ["1.txt", "2.txt", "3.txt", "4.txt"]
    link = await share.link(*(file["id"] for file in files), kind="view")
    for number in range(1, 5):
        for path, expected in (("view", TEXT), ("files", "text/plain")):
            answer = await share.stranger.get(f"/l/{link['slug']}/{path}/{number}")
            assert answer.content == SCRIPT
            assert answer.headers["content-type"] == expected
            assert lie.encode() not in b"".join(value for _, value in answer.headers.raw)


@pytest.mark.parametrize("name", NAMES, ids=lambda name: ascii(name)[:20])
async def test_fault_05_any_name_makes_one_well_formed_disposition(share: Share, name: str) -> None:
    link = await share.link(await share.file(name=name))
    values = [
        (await share.stranger.get(f"/l/{link['slug']}/download")).headers.get_list("content-disposition")
    ]
    if len(name) <= 255:
        several = await share.link(await share.file(), await share.file(), name=name)
        values += [
            (await share.stranger.get(f"/l/{several['slug']}/zip")).headers.get_list("content-disposition")
        ]
    pattern = r"attachment; filename=\"[ !#-$&-:<-\[\]-~]+\"(; filename\*=UTF-8''[A-Za-z0-9!#$&+.^_`|~%-]+)?"
    for value in values:
        assert len(value) == 1
        assert re.fullmatch(pattern, value[0]), value
        shown = unquote(value[0].rpartition("''")[2])
        assert len(shown.encode()) <= 300
    kept = link["files"][0]["name"]
    assert 0 < len(kept.encode()) <= 255
    assert kept.isprintable()
    assert not set(kept) & set("/\\\u202e")


@pytest.mark.parametrize("raw", [b"\xed\xa0\x80.txt", b"\xff\xfe.txt", b"a\x00b.txt", b"a\r\nX: y.txt"])
async def test_fault_05_a_name_that_is_no_text_is_made_one(share: Share, raw: bytes) -> None:
    """A lone surrogate can only come as bytes: by tus, in a form, in the address."""
    link = await share.link(kind="upload")
    told = TUS | {"Upload-Length": "0", "Upload-Metadata": f"filename {b64encode(raw).decode()}"}
    assert (await share.stranger.post(f"/l/{link['slug']}/tus", headers=told)).status_code == 201
    percent = "".join(f"%{byte:02X}" for byte in raw)
    assert (await share.stranger.put(f"/l/{link['slug']}/{percent}", content=b"x")).status_code == 201
    for file in (await share.owner.get("/api/files")).json()["data"]:
        assert re.fullmatch(r"[\w .:-]+txt", file["name"]), file["name"]


@pytest.mark.parametrize(
    "page", ["view", "upload", "received", "password", "refusal"], ids=lambda page: f"on the {page} page"
)
async def test_fault_06_every_text_on_a_page_is_escaped_and_none_evaluated(share: Share, page: str) -> None:
    file = {"id": await share.file(b"x", HOSTILE.replace("/", "⧸")), "caption": HOSTILE}
    fields: dict[str, Any] = {"files": [file]} if page == "view" else {}
    if page == "password":
        fields |= {"password": "p"}
    link = await share.link(
        kind="view" if page == "view" else "upload", name=HOSTILE, metadata={"tag": HOSTILE}, **fields
    )
    path = f"/l/{link['slug']}"
    if page == "received":
        form = {"files": (HOSTILE.replace('"', "%22").replace("/", "⧸"), b"x")}
        answer = await share.stranger.post(f"{path}/upload", files=form, headers=PAGE)
    else:
        where = f"/l/{HOSTILE}" if page == "refusal" else path
        answer = await share.stranger.get(where, headers=PAGE | {"User-Agent": HOSTILE, "Referer": HOSTILE})
    assert "<img src=x" not in answer.text
    assert "<script>" not in answer.text
    assert "49" not in re.sub(r"[A-Za-z0-9_-]{20,}", "", answer.text)
    assert ("&lt;img src=x" in answer.text) is (page in {"view", "upload", "received"})
    assert ("{{7*7}}" in answer.text) is (page in {"view", "upload", "received"})
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]

"""Faults 10 and 11: no request says where the server lives, and no other site's page acts in a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from linktui.linkserver.app import create_app
from linktui.linkserver.server import LinkServer
from tests.faults.server.line import said_to, statuses
from tests.server.conftest import NOWHERE, PAGE, PUBLIC, TOKEN, Share, make_link
from tests.server.test_tus import TUS

EVIL = "evil.example"
FORGED = {
    "Host": EVIL,
    "X-Forwarded-Host": EVIL,
    "X-Forwarded-Proto": "gopher",
    "X-Forwarded-Prefix": f"/{EVIL}",
    "Forwarded": f"for={EVIL};host={EVIL};proto=http",
    "X-Original-URL": f"/{EVIL}",
    "X-Forwarded-For": "1.2.3.4",
    "X-Real-IP": "1.2.3.4",
}


async def test_fault_10_urls_come_only_from_the_configured_one(share: Share) -> None:
    link = await share.link(await share.file(), password="p")
    takes = await share.link(kind="upload")
    path, auth = f"/l/{link['slug']}", ("", "p")
    unlock = await share.stranger.post(
        f"{path}/unlock?next=//{EVIL}", data={"password": "p", "next": f"//{EVIL}"}, headers=FORGED
    )
    assert (unlock.status_code, unlock.headers["location"]) == (303, path)
    tus = FORGED | TUS | {"Upload-Length": "1"}
    answers = [
        unlock,
        await share.stranger.get(path, headers=FORGED | PAGE),
        await share.stranger.get(f"{path}/download", headers=FORGED, auth=auth),
        await share.stranger.get(f"/l/{takes['slug']}", headers=FORGED),
        await share.stranger.post(f"/l/{takes['slug']}/tus", headers=tus),
        await share.stranger.get(f"/l/{NOWHERE}", headers=FORGED | PAGE),
        await share.owner.get(f"/api/links/{link['id']}", headers=FORGED),
        await share.owner.get("/api/openapi.json", headers=FORGED),
    ]
    for answer in answers:
        assert EVIL not in answer.text + str(answer.headers)
    assert answers[-2].json()["url"] == f"{PUBLIC}{path}"
    rows = (await share.owner.get(f"/api/links/{link['id']}/downloads")).json()["data"]
    assert {row["address"] for row in rows} == {"127.0.0.1"}


@pytest.mark.parametrize(
    ("told", "address"),
    [
        ("1.2.3.4", "1.2.3.4"),
        ("6.6.6.6, 1.2.3.4", "1.2.3.4"),
        ("6.6.6.6\n1.2.3.4", "1.2.3.4"),
        ("2001:db8::1", "2001:db8::1"),
        ("evil.example", "127.0.0.1"),
        ("", "127.0.0.1"),
    ],
)
async def test_fault_10_only_a_trusted_proxys_last_word_on_the_address_counts(
    share: Share, told: str, address: str
) -> None:
    link = await share.link(await share.file())
    app = create_app(
        share.store,
        token=TOKEN,
        public_url=PUBLIC,
        trusted_proxies=frozenset({"127.0.0.1"}),
    )
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url=PUBLIC, trust_env=False) as proxy:
        lines = [("X-Forwarded-For", line) for line in told.split("\n")]
        await proxy.get(f"/l/{link['slug']}/download", headers=lines)
    rows = (await share.owner.get(f"/api/links/{link['id']}/downloads")).json()["data"]
    assert rows[0]["address"] == address


@pytest.mark.parametrize(
    "target", ["//evil.example/l/SLUG", "/l/SLUG@evil.example", "http://evil.example/l/SLUG"]
)
async def test_fault_10_a_strange_target_leads_nowhere_else(
    server: LinkServer, owner: httpx.AsyncClient, target: str
) -> None:
    link = await make_link(owner, b"x", password="p")
    target = target.replace("SLUG", link["slug"])
    request = f"GET {target} HTTP/1.1\r\nHost: {EVIL}\r\nAccept: text/html\r\nConnection: close\r\n\r\n"
    said = await said_to(server, request.encode())
    assert statuses(said)[0] in {401, 404, 410}
    assert EVIL.encode() not in said
    assert b"location" not in said.lower()


@pytest.mark.parametrize(
    "foreign",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "https://share.example.evil.example"},
        {"Origin": "http://share.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "https://share.example"},
        {"Sec-Fetch-Site": "nonsense"},
    ],
    ids=str,
)
async def test_fault_11_another_sites_page_changes_nothing(share: Share, foreign: dict[str, str]) -> None:
    link = await share.link(await share.file(), password="p")
    takes = await share.link(kind="upload")
    path, tus = f"/l/{takes['slug']}", TUS | {"Upload-Length": "1"}
    place = (await share.stranger.post(f"{path}/tus", headers=tus)).headers["location"]
    calls: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", f"/l/{link['slug']}/unlock", {"data": {"password": "p"}}),
        ("PUT", f"{path}/x", {"content": b"x"}),
        ("PUT", path, {"content": b"x"}),
        ("POST", f"{path}/upload", {"files": {"files": ("x", b"x")}}),
        ("POST", f"{path}/tus", {"headers": tus}),
        ("PATCH", place, {"headers": TUS | {"Upload-Offset": "0"}}),
        ("DELETE", place, {"headers": TUS}),
    ]
    for method, where, rest in calls:
        headers = rest.pop("headers", {}) | foreign
        answer = await share.stranger.request(method, where, headers=headers, **rest)
        assert answer.status_code == 403, (method, where)
        assert "set-cookie" not in answer.headers
    api = await share.stranger.post("/api/links", json={"kind": "upload"}, headers=foreign)
    assert api.status_code == 401  # the owner's API knows no cookie that a browser would bring along
    assert (await share.get_link(takes))["files"] == []
    assert (await share.stranger.head(place, headers=TUS)).headers["upload-offset"] == "0"


async def test_fault_11_our_own_page_may_and_its_cookie_stays_here(share: Share, tmp_path: Path) -> None:
    link = await share.link(await share.file(), password="p")
    path = f"/l/{link['slug']}"
    ours: tuple[dict[str, str], ...] = (
        {"Origin": PUBLIC},
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {},
    )
    for headers in ours:
        answer = await share.stranger.post(f"{path}/unlock", data={"password": "p"}, headers=headers)
        assert answer.status_code == 303
    for part in ("HttpOnly", "Secure", "SameSite=lax", f"Path={path}"):
        assert part in answer.headers["set-cookie"]
    assert "Domain" not in answer.headers["set-cookie"]


async def test_fault_11_a_cookie_of_a_plain_http_server_is_not_called_secure(
    owner: httpx.AsyncClient,
) -> None:
    link = await make_link(owner, b"x", password="p")
    answer = await owner.post(f"{link['url']}/unlock", data={"password": "p"})
    cookie = answer.headers["set-cookie"]
    assert "Secure" not in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie

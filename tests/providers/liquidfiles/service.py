"""An appliance in memory that checks what it is sent, of 4.3 or of the time before."""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import httpx

from linktui.model.call import Call, Rehearsed
from linktui.model.capability import Account, Connection
from linktui.providers.context import Context
from linktui.providers.liquidfiles.limits import LIMITS
from linktui.providers.liquidfiles.provider import LiquidFilesProvider
from tests.fakes import Clock

HOST = "https://files.example.test"
KEY = "Y9fdTmZdv0THButt5ZONIY"
PIECE = 10
"""Bytes of a piece here, so that tests need no files of 100 MB."""

Reply = Callable[["Appliance", re.Match[str], dict[str, Any]], httpx.Response]


@dataclass
class Appliance:
    """A server with one user; `old` is one before 4.3."""

    old: bool = False
    key: str = KEY
    clock: Clock = field(default_factory=Clock)
    account: dict[str, Any] = field(default_factory=dict)
    links: dict[str, dict[str, Any]] = field(default_factory=dict)
    attachments: dict[str, dict[str, Any]] = field(default_factory=dict)
    data: dict[str, bytes] = field(default_factory=dict)
    chunks: dict[str, dict[int, bytes]] = field(default_factory=dict)
    answers: dict[str, httpx.Response] = field(default_factory=dict)
    """Another answer to a call, once, by "METHOD /path"."""
    lost: set[str] = field(default_factory=set)
    """Calls whose answer is lost once, after the act."""
    asked: list[str] = field(default_factory=list)
    """Each call as "METHOD /path"."""
    requests: list[httpx.Request] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)

    def provider(
        self,
        *,
        base_url: str = HOST,
        key: str | Callable[[], str] = KEY,
        settings: Mapping[str, str] | None = None,
        rehearsal: list[Rehearsed] | None = None,
    ) -> LiquidFilesProvider:
        account = Account(
            name="appliance",
            provider="liquidfiles",
            limits=replace(LIMITS, chunk_size=PIECE),
            connection=Connection(base_url=base_url, rate=1e6),
            settings=settings or {},
        )

        async def sleep(seconds: float) -> None:
            """Let no time pass."""

        return LiquidFilesProvider(
            Context(
                account=account,
                clock=self.clock,
                secret=key if callable(key) else lambda: key,
                note=self.calls.append,
                rehearsal=rehearsal,
                sleep=sleep,
                transport=httpx.MockTransport(self.reply),
            )
        )

    async def reply(self, request: httpx.Request) -> httpx.Response:
        body = await request.aread()
        call = f"{request.method} {request.url.path}"
        self.asked.append(call)
        self.requests.append(request)
        assert request.headers["accept"] == "application/json"
        if call in self.answers:
            return self.answers.pop(call)
        answer = self._answer(request, body)
        if call in self.lost:
            self.lost.discard(call)
            raise httpx.ReadError("the connection broke", request=request)
        return answer

    def bodies(self) -> list[Any]:
        """Every JSON body that was sent."""
        json_sent = [one for one in self.requests if one.headers.get("content-type") == "application/json"]
        return [json.loads(one.content) for one in json_sent]

    def writes(self) -> list[str]:
        """Every call that is no mere look."""
        return [call for call in self.asked if not call.startswith("GET ")]

    def attach(self, name: str = "report.pdf", data: bytes = b"hello") -> str:
        """Put a file there, as if sent by the browser."""
        file_id = f"a{len(self.attachments) + 1:021}"
        self.data[file_id] = data
        self.attachments[file_id] = {
            "id": file_id,
            "filename": name,
            "size": len(data),
            "size_human": f"{len(data)} B",
            "content_type": "application/pdf",
            "checksum": hashlib.sha256(data).hexdigest(),
            "crc32": "44b411",
            "created_at": self.clock().isoformat().replace("+00:00", ".000Z"),
            "expires_at": "2026-12-05",
            "content_blocked": False,
            "messages": [],
            "filelinks": [],
        }
        return file_id

    def share(self, *file_ids: str, **fields: Any) -> str:
        """Put a link there, as if made in the browser."""
        wanted = {"attachment": list(file_ids or [self.attach(), self.attach("photo.png")])}
        link_id = str(self._made(wanted))
        self.links[link_id] |= fields
        return link_id

    def _answer(self, request: httpx.Request, body: bytes) -> httpx.Response:
        if request.url.path == "/login":
            return self._log_in(request, json.loads(body))
        if not self._knows(request.headers.get("authorization", "")):
            return httpx.Response(401, text="HTTP Basic: Access denied.")
        if request.url.path.endswith("/attachments/upload"):
            return self._upload(request, body)
        sent = json.loads(body) if body else {}
        for method, pattern, since_43, reply in _ROUTES:
            found = re.fullmatch(pattern, request.url.path)
            if found and method == request.method and not (since_43 and self.old):
                return reply(self, found, sent)
        return httpx.Response(404, html="<h1>Not found</h1>")

    def _knows(self, authorization: str) -> bool:
        scheme, _, value = authorization.partition(" ")
        if scheme == "Bearer":
            return not self.old and value == self.key
        return scheme == "Basic" and b64decode(value) == f"{self.key}:x".encode()

    def _log_in(self, request: httpx.Request, body: dict[str, Any]) -> httpx.Response:
        assert "authorization" not in request.headers
        if body["user"] == {"email": "ann@example.test", "password": "right"}:
            return httpx.Response(200, json={"user": {"api_key": KEY}})
        return httpx.Response(401, json={"errors": ["Invalid email or password"]})

    def _upload(self, request: httpx.Request, body: bytes) -> httpx.Response:
        assert request.method == "POST"
        assert request.headers["content-length"] == str(len(body))
        assert "multipart" not in request.headers["content-type"]
        if request.url.path.startswith("/link/") and self.old:
            return httpx.Response(404)
        name = request.url.params["filename"]
        chunks = int(request.url.params.get("chunks", 1))
        pieces = self.chunks.setdefault(name, {})
        pieces[int(request.url.params.get("chunk", 0))] = body
        if len(pieces) < chunks:
            return httpx.Response(200, text=" ")
        self.chunks.pop(name)
        file_id = self.attach(name, b"".join(pieces[number] for number in range(chunks)))
        return httpx.Response(200, json={"attachment": self.attachments[file_id]})

    def _made(self, wanted: dict[str, Any]) -> str:
        link_id = f"l{len(self.links) + 1:021}"
        receipts = wanted.get("download_receipt" if self.old else "send_download_confirmation", True)
        self.links[link_id] = {
            "id": link_id,
            "files": [[file_id, ""] for file_id in _listed(wanted["attachment"])],
            "created_at": self.clock().isoformat(),
            "expires_at": wanted.get("expires_at", "2026-12-05"),
            "password": wanted.get("password", ""),
            "require_authentication": wanted.get("require_authentication", False),
            "send_download_confirmation": receipts,
            "slug": "",
            "display_mode": "icons",
            "allow_download": True,
            "allow_direct_links": False,
            "recipient_limitations": [],
            "header_html": "",
            "footer_html": "",
        }
        return link_id

    def account_told(self, found: re.Match[str], sent: dict[str, Any]) -> httpx.Response:
        version = {"version": "4.2.5"} if self.old else {"version": "4.3.1", "version_numeric": 40301}
        told = {"name": "Ann", "email": "ann@example.test", "group": "Staff"} | version | self.account
        return httpx.Response(200, json={"user": told})

    def create(self, found: re.Match[str], sent: dict[str, Any]) -> httpx.Response:
        assert set(sent) == {"link"}
        wanted = sent["link"]
        held = wanted["attachment"]
        if isinstance(held, list) and (self.old or len(held) == 1):
            return httpx.Response(422, json={"errors": ["attachment has to be a string"]})
        if any(file_id not in self.attachments for file_id in _listed(held)):
            return httpx.Response(422, json={"errors": ["Attachment not found"]})
        return self.told(self._made(wanted))

    def listed(self, found: re.Match[str], sent: dict[str, Any]) -> httpx.Response:
        return httpx.Response(200, json={"links": [self.shape(link_id) for link_id in self.links]})

    def shown(self, found: re.Match[str], sent: dict[str, Any]) -> httpx.Response:
        return self.told(found[1])

    def deleted(self, found: re.Match[str], sent: dict[str, Any]) -> httpx.Response:
        gone = self.links.pop(found[1], None)
        return httpx.Response(404) if gone is None else httpx.Response(200, text=" ")

    def updated(self, found: re.Match[str], sent: dict[str, Any]) -> httpx.Response:
        link = self.links.get(found[1])
        if link is None:
            return httpx.Response(404)
        [(name, value)] = sent.items()
        assert _UPDATES[found[2]] == name
        changed = link | {_STORED.get(name, name): value}
        if name == "recipient_limitations":
            changed[name] = [one.strip() for one in value.split(",") if one.strip()]
        closed = changed["require_authentication"] or changed["password"] or not changed["allow_download"]
        if changed["allow_direct_links"] and closed:
            return httpx.Response(422, json={"errors": ["Direct links cannot be combined with that"]})
        self.links[found[1]] = changed
        return httpx.Response(200) if found[2] in _FORMER else self.told(found[1])

    def file_added(self, found: re.Match[str], sent: dict[str, Any]) -> httpx.Response:
        self.links[found[1]]["files"].append([sent["secure_id"], ""])
        return self.told(found[1])

    def file_removed(self, found: re.Match[str], sent: dict[str, Any]) -> httpx.Response:
        files = self.links[found[1]]["files"]
        kept = [file for file in files if file[0] != found[2]]
        if len(kept) == len(files):
            return httpx.Response(404)
        assert kept, "a link was left empty"
        self.links[found[1]]["files"] = kept
        return self.told(found[1])

    def captioned(self, found: re.Match[str], sent: dict[str, Any]) -> httpx.Response:
        for file in self.links[found[1]]["files"]:
            if file[0] == found[2]:
                file[1] = sent["caption"]
        return self.told(found[1])

    def reordered(self, found: re.Match[str], sent: dict[str, Any]) -> httpx.Response:
        files = dict(self.links[found[1]]["files"])
        assert sorted(files) == sorted(sent["ordered_secure_ids"])
        self.links[found[1]]["files"] = [[one, files[one]] for one in sent["ordered_secure_ids"]]
        return self.told(found[1])

    def downloaded(self, found: re.Match[str], sent: dict[str, Any]) -> httpx.Response:
        return httpx.Response(200, json={"downloads": self.downloads()})

    def downloads(self) -> list[dict[str, Any]]:
        """Return the log of any link."""
        return [
            {
                "id": number,
                "attachment_id": "a1",
                "filename": "a.txt",
                "size": 5,
                "downloaded_at": f"2026-11-2{number}T10:00:00Z",
                "recipient": "bob@example.test",
                "remote_ip": "192.0.2.7",
                "download_time": "0.3",
                "user_agent": "Browser\x1b[2J",
            }
            for number in (0, 1)
        ]

    def files_listed(self, found: re.Match[str], sent: dict[str, Any]) -> httpx.Response:
        return httpx.Response(200, json={"attachments": list(self.attachments.values())})

    def file_deleted(self, found: re.Match[str], sent: dict[str, Any]) -> httpx.Response:
        gone = self.attachments.pop(found[1], None)
        return httpx.Response(404) if gone is None else httpx.Response(200)

    def told(self, link_id: str) -> httpx.Response:
        if link_id not in self.links:
            return httpx.Response(404, json={"error": "not found"})
        return httpx.Response(200, json={"link": self.shape(link_id)})

    def shape(self, link_id: str) -> dict[str, Any]:
        """Return a link as a server of this age tells it."""
        link = self.links[link_id]
        files = [self.attachments[file_id] | {"caption": caption} for file_id, caption in link["files"]]
        shape = {name: value for name, value in link.items() if name in _EVER}
        shape |= {"filename": files[0]["filename"], "size": files[0]["size"], "size_human": "5 B"}
        shape |= {"url": f"{HOST}/link/{link['slug'] or link_id}", "updated_at": link["created_at"]}
        if self.old:
            return shape
        shape |= {name: value for name, value in link.items() if name not in (*_EVER, "files")}
        return shape | {
            "password": bool(link["password"]),
            "file_count": len(files),
            "total_size": sum(file["size"] for file in files),
            "attachments": files,
        }


def _listed(held: str | list[str]) -> list[str]:
    return [held] if isinstance(held, str) else held


_EVER = ("id", "created_at", "expires_at", "require_authentication", "send_download_confirmation")
_FORMER = {"update_expires_at", "update_authentication", "update_download_confirmation"}
"""What was there before 4.3; these answer with nothing."""
_STORED = {"slug_input": "slug"}
_UPDATES = {
    "update_expires_at": "expires_at",
    "update_authentication": "require_authentication",
    "update_download_confirmation": "send_download_confirmation",
    "update_password": "password",
    "update_slug": "slug_input",
    "update_display_mode": "display_mode",
    "update_allow_download": "allow_download",
    "update_direct_links": "allow_direct_links",
    "update_recipient_limitations": "recipient_limitations",
    "update_header": "header_html",
    "update_footer": "footer_html",
}
_FILES = r"/link/(\w+)/attachments"
_ROUTES: tuple[tuple[str, str, bool, Reply], ...] = (
    ("GET", r"/account", False, Appliance.account_told),
    ("GET", r"/attachments", False, Appliance.files_listed),
    ("DELETE", r"/message/attachments/(\w+)", False, Appliance.file_deleted),
    ("POST", r"/link", False, Appliance.create),
    ("GET", r"/link", False, Appliance.listed),
    ("GET", r"/link/(\w+)", True, Appliance.shown),
    ("DELETE", r"/link/(\w+)", False, Appliance.deleted),
    ("GET", r"/link/(\w+)/downloads", True, Appliance.downloaded),
    ("PUT", rf"/link/(\w+)/({'|'.join(_FORMER)})", False, Appliance.updated),
    ("PUT", r"/link/(\w+)/(update_\w+)", True, Appliance.updated),
    ("POST", _FILES, True, Appliance.file_added),
    ("POST", rf"{_FILES}/reorder", True, Appliance.reordered),
    ("DELETE", rf"{_FILES}/(\w+)", True, Appliance.file_removed),
    ("PUT", rf"{_FILES}/(\w+)", True, Appliance.captioned),
)
"""Method, path, whether only since 4.3, and what answers."""

"""A Finix of our own: it checks what it is sent, keeps it, and can lose an answer.

And the store behind it: another host, that takes the bytes by an upload link and must learn nothing of us.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any

import httpx

from linktui.model.call import Call, Rehearsed
from linktui.model.capability import Account, Connection
from linktui.providers.context import Context
from linktui.providers.finix.limits import LIMITS
from linktui.providers.finix.provider import FinixProvider
from tests.fakes import Clock

HOST = "https://finix.sandbox-payments-api.com"
STORE = "finix-file-quarantine-sb.s3.us-east-2.amazonaws.com"
USER, PASSWORD = "USsRhsHYZGBPnQw8CByJyEQW", "5ecret-Pässword"
SIGNED = "?X-Amz-Security-Token=a%2Bb%2Fc%3D%3D&X-Amz-SignedHeaders=host&X-Amz-Signature=1172b039"
EXPIRED = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code>'
    "<Message>Request has expired &amp; is over</Message><HostId>secret-host</HostId></Error>"
)

Reply = Callable[["Finix", httpx.Request, re.Match[str]], httpx.Response]


def moment(value: datetime) -> str:
    """Return a moment as Finix writes it, with five or six digits of a second's fraction."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f").rstrip("0").ljust(25, "0") + "Z"


def problem(status: int, *errors: Mapping[str, Any]) -> httpx.Response:
    """Return an answer with one or several errors."""
    listed = [{"logref": "40a0", "_links": {}} | dict(error) for error in errors]
    return httpx.Response(status, json={"total": len(listed), "_embedded": {"errors": listed}})


@dataclass
class Finix:
    """A sandbox with one user."""

    clock: Clock = field(default_factory=Clock)
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    links: dict[str, dict[str, Any]] = field(default_factory=dict)
    data: dict[str, bytes] = field(default_factory=dict)
    page_size: int = 100
    notices_after: int = 0
    """How many looks at a file it takes until bytes that came by a link are noticed."""
    refused_puts: int = 0
    """How many of the next puts the store refuses."""
    status_after: str = "PENDING"
    answers: dict[str, list[httpx.Response]] = field(default_factory=dict)
    """Other answers to a call, one each time, by "METHOD /path"."""
    lost: set[str] = field(default_factory=set)
    """Calls whose answer is lost once, after the act."""
    requests: list[httpx.Request] = field(default_factory=list)
    replies: list[httpx.Response] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)

    @property
    def asked(self) -> list[str]:
        """Each call as "METHOD /path"."""
        return [f"{one.method} {one.url.path}" for one in self.requests]

    def provider(
        self,
        *,
        base_url: str = HOST,
        settings: Mapping[str, str] | None = None,
        rehearsal: list[Rehearsed] | None = None,
    ) -> FinixProvider:
        account = Account(
            name="payments",
            provider="finix",
            limits=LIMITS,
            connection=Connection(base_url=base_url, rate=1e6),
            settings={"username": USER} if settings is None else settings,
        )

        async def sleep(seconds: float) -> None:
            self.slept.append(seconds)

        return FinixProvider(
            Context(
                account=account,
                clock=self.clock,
                secret=lambda: PASSWORD,
                note=self.calls.append,
                rehearsal=rehearsal,
                sleep=sleep,
                transport=httpx.MockTransport(self.reply),
            )
        )

    async def reply(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        call = f"{request.method} {request.url.path}"
        self.requests.append(request)
        if self.answers.get(call):
            return self.answers[call].pop(0)
        answer = self._stored(request) if request.url.host == STORE else self._answer(request)
        self.replies.append(answer)
        if call in self.lost:
            self.lost.discard(call)
            raise httpx.ReadError("the connection broke", request=request)
        return answer

    def of(self, method: str, path: str) -> list[httpx.Request]:
        """Return the requests that went to one path."""
        return [one for one in self.requests if (one.method, one.url.path) == (method, path)]

    def writes(self) -> list[str]:
        """Every call that is no mere look."""
        return [call for call in self.asked if not call.startswith("GET ")]

    def keep(self, name: str = "report.pdf", data: bytes | None = b"hello", **fields: Any) -> str:
        """Put a file there, as if sent by somebody else; None leaves the record empty."""
        file_id = f"FILE_{len(self.files) + 1:04}"
        self.clock.move(seconds=1)
        self.files[file_id] = {
            "id": file_id,
            "created_at": moment(self.clock()),
            "updated_at": moment(self.clock()),
            "application_id": "APgPDQrLD52TYvqazjHJJchM",
            "display_name": name,
            "extension": None,
            "identity_id": None,
            "linked_to": "MU2n7BSovtwYsWYZF6rBnnzk",
            "linked_type": "MERCHANT",
            "platform_id": "PLm5E6FbtCZ5vjpCaKhq5PwN",
            "status": "REQUIRES_UPLOAD" if data is None else "UPLOADED",
            "tags": {},
            "type": "OTHER",
        } | fields
        if data is not None:
            self.data[file_id] = data
        return file_id

    def share(self, file_id: str, kind: str = "DOWNLOAD", minutes: int = 15, **fields: Any) -> str:
        """Put a link to a file there, as if made by somebody else."""
        link_id = f"EL_{len(self.links) + 1:04}"
        self.clock.move(seconds=1)
        self.links[link_id] = {
            "id": link_id,
            "created_at": moment(self.clock()),
            "duration": None,
            "expired": False,
            "expires_at": moment(self.clock() + timedelta(minutes=minutes)),
            "file_id": file_id,
            "tags": {},
            "type": kind,
            "url": f"https://{STORE}/MERCHANT/MU2n/{file_id}/file{SIGNED}",
            "user_id": USER,
        } | fields
        return link_id

    def listed(self, request: httpx.Request, found: re.Match[str]) -> httpx.Response:
        """Return a page of files, or of one file's links."""
        file_id = found.groupdict().get("file")
        if file_id and file_id not in self.files:
            return self.nothing()
        rows = (
            [row for row in self.links.values() if row["file_id"] == file_id]
            if file_id
            else self.files.values()
        )
        rows = sorted(rows, key=lambda row: row["created_at"], reverse=True)
        told = dict(request.url.params)
        size = min(int(told.pop("limit", "10")), self.page_size)
        after, before = told.pop("after_cursor", ""), told.pop("before_cursor", "")
        rows = [row for row in rows if all(_fits(row, name, value) for name, value in told.items())]
        ids = [row["id"] for row in rows]
        if before:
            rows = rows[max(0, ids.index(before) - size) : ids.index(before)]
            return self.rows(rows, size, "links" if file_id else "", next_cursor=None)
        rows = rows[ids.index(after) + 1 if after else 0 :]
        more = rows[size - 1]["id"] if len(rows) > size else None
        return self.rows(rows[:size], size, "links" if file_id else "", next_cursor=more)

    def rows(self, rows: Any, size: int, kind: str, *, next_cursor: str | None) -> httpx.Response:
        name = "external_links" if kind else "files"
        page = {"limit": size, "next_cursor": next_cursor}
        return httpx.Response(
            200,
            json={"_embedded": {name: list(rows)}, "page": page},
            headers={"finix-apiuser-role": "ROLE_MERCHANT"},
        )

    def file_made(self, request: httpx.Request, found: re.Match[str]) -> httpx.Response:
        sent = json.loads(request.content)
        assert set(sent) <= {"display_name", "linked_to", "type", "tags"}
        file_id = self.keep(data=None, **sent)
        if "display_name" not in sent:
            self.files[file_id]["display_name"] = f"FILE_({file_id})"
        return httpx.Response(201, json=self.files[file_id])

    def file_told(self, request: httpx.Request, found: re.Match[str]) -> httpx.Response:
        file = self.files.get(found["file"])
        if file is None:
            return self.nothing()
        if file["status"] == "REQUIRES_UPLOAD" and file["id"] in self.data:
            self.notices_after -= 1
            if self.notices_after < 0:
                file["status"] = self.status_after
        return httpx.Response(200, json=file)

    def uploaded(self, request: httpx.Request, found: re.Match[str]) -> httpx.Response:
        file = self.files.get(found["file"])
        if file is None:
            return self.nothing()
        head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
        [part] = BytesParser(policy=HTTP).parsebytes(head + request.content).iter_parts()
        assert part.get_param("name", header="content-disposition") == "file"
        # The parser above takes line ends as it likes: the bytes are read by the boundary.
        boundary = request.headers["content-type"].partition("boundary=")[2]
        self.data[file["id"]] = request.content.partition(b"\r\n\r\n")[2].removesuffix(
            f"\r\n--{boundary}--\r\n".encode()
        )
        file |= {"status": self.status_after, "extension": "pdf"}
        return httpx.Response(200, json=file)

    def downloaded(self, request: httpx.Request, found: re.Match[str]) -> httpx.Response:
        if found["file"] not in self.data:
            return self.nothing()
        return httpx.Response(
            200, content=self.data[found["file"]], headers={"content-type": "application/octet-stream"}
        )

    def link_made(self, request: httpx.Request, found: re.Match[str]) -> httpx.Response:
        sent = json.loads(request.content)
        assert set(sent) == {"type", "duration", "tags"}
        assert sent["type"] in {"UPLOAD", "DOWNLOAD", "VIEW"}
        assert 1 <= sent["duration"] <= 10080
        if found["file"] not in self.files:
            return self.nothing()
        link_id = self.share(found["file"], sent["type"], sent["duration"], tags=sent["tags"])
        return httpx.Response(201, json=self.links[link_id])

    def link_told(self, request: httpx.Request, found: re.Match[str]) -> httpx.Response:
        link = self.links.get(found["link"])
        return httpx.Response(200, json=link) if link and link["file_id"] == found["file"] else self.nothing()

    def nothing(self) -> httpx.Response:
        return problem(404, {"code": "NOT_FOUND", "message": "Object does not exist"})

    def _answer(self, request: httpx.Request) -> httpx.Response:
        assert request.headers["finix-version"] == "2022-02-01"
        assert request.headers["accept"] in {"application/json", "*/*"}
        scheme, _, pair = request.headers["authorization"].partition(" ")
        assert scheme == "Basic"
        if b64decode(pair).decode() != f"{USER}:{PASSWORD}":
            return problem(401, {"code": "UNKNOWN", "message": "Unauthorized"})
        assert request.extensions["timeout"]["read"] == (300.0 if request.method == "POST" else 30.0)
        if request.method == "POST":
            kind = "multipart/form-data; " if request.url.path.endswith("/upload") else "application/json"
            assert request.headers["content-type"].startswith(kind)
            assert request.headers["content-length"] == str(len(request.content))
        for method, pattern, reply in _ROUTES:
            found = re.fullmatch(pattern, request.url.path)
            if found and method == request.method:
                return reply(self, request, found)
        return problem(405, {"code": "METHOD_NOT_ALLOWED", "message": "Method not allowed"})

    def _stored(self, request: httpx.Request) -> httpx.Response:
        assert request.method == "PUT"
        assert request.url.query.decode() == SIGNED[1:]
        assert not {"authorization", "finix-version"} & set(request.headers)
        assert request.headers["content-length"] == str(len(request.content))
        assert "transfer-encoding" not in request.headers
        if self.refused_puts:
            self.refused_puts -= 1
            return httpx.Response(403, text=EXPIRED, headers={"x-amz-request-id": "4442587FB7D0A2F9"})
        self.data[request.url.path.split("/")[-2]] = request.content
        return httpx.Response(200)


def _fits(row: Mapping[str, Any], name: str, value: str) -> bool:
    if name == "id":
        return bool(row["id"] == value)
    column, _, way = name.partition(".")
    assert column in {"created_at", "updated_at"}
    told = datetime.fromisoformat(row.get(column) or row["created_at"])
    limit = datetime.fromisoformat(value).replace(tzinfo=UTC)
    return told >= limit if way == "gte" else told <= limit


_FILE = r"/files/(?P<file>\w+)"
_ROUTES: tuple[tuple[str, str, Reply], ...] = (
    ("GET", r"/files", Finix.listed),
    ("POST", r"/files", Finix.file_made),
    ("GET", _FILE, Finix.file_told),
    ("POST", rf"{_FILE}/upload", Finix.uploaded),
    ("GET", rf"{_FILE}/download", Finix.downloaded),
    ("GET", rf"{_FILE}/external_links", Finix.listed),
    ("POST", rf"{_FILE}/external_links", Finix.link_made),
    ("GET", rf"{_FILE}/external_links/(?P<link>\w+)", Finix.link_told),
)
"""Method, path, and what answers."""


async def send(provider: FinixProvider, session: str, data: bytes = b"hello") -> str:
    """Send a file whole and return its id."""

    async def read() -> AsyncIterator[bytes]:
        for start in range(0, len(data), 3):
            yield data[start : start + 3]

    status = await provider.upload_status(session)
    if status.file_id is None:
        status = await provider.send_piece(session, 0, len(data), read)
    assert status.file_id is not None
    return status.file_id

"""A Digital River of our own: it checks what it is sent, keeps it, and can lose an answer."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any

import httpx

from linktui.model.call import Call
from linktui.model.capability import Account, Connection, Policy
from linktui.providers.context import Context
from linktui.providers.digitalriver.limits import LIMITS
from linktui.providers.digitalriver.provider import DigitalRiverProvider
from tests.fakes import Clock

HOST = "https://api.digitalriver.com"
SECRET = "sk_test_c4f1e1f0-canary"
PURPOSE = "tax_document_customer_upload"


def moment(value: datetime) -> str:
    """Return a moment as Digital River writes it, here with milliseconds."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def problem(status: int, kind: str, *errors: Mapping[str, Any]) -> httpx.Response:
    """Return an answer with one or several errors."""
    return httpx.Response(status, json={"type": kind, "errors": [dict(error) for error in errors]})


@dataclass
class DigitalRiver:
    """A test account."""

    clock: Clock = field(default_factory=Clock)
    ahead: timedelta = timedelta(0)
    """How far its clock is ahead of ours."""
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    links: dict[str, dict[str, Any]] = field(default_factory=dict)
    data: dict[str, bytes] = field(default_factory=dict)
    makes_links: bool = False
    """Whether an upload with linkExpiresTime makes a link."""
    answers: dict[str, list[httpx.Response | Exception]] = field(default_factory=dict)
    """Other answers to a call, one each time, by "METHOD /path"."""
    lost: set[str] = field(default_factory=set)
    """Calls whose answer is lost once, after the act."""
    requests: list[httpx.Request] = field(default_factory=list)
    replies: list[httpx.Response] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    authorization: str = f"Bearer {SECRET}"

    @property
    def now(self) -> datetime:
        return self.clock() + self.ahead

    def provider(self, *, policy: Policy | None = None, **settings: str) -> DigitalRiverProvider:
        if settings.get("auth") == "basic":
            self.authorization = f"Basic {b64encode(f'{SECRET}:'.encode()).decode()}"

        async def sleep(seconds: float) -> None:
            """Go on at once."""

        account = Account(
            name="shop",
            provider="digitalriver",
            limits=LIMITS,
            connection=Connection(rate=1e6),
            settings=settings,
            policy=policy or Policy(),
        )
        return DigitalRiverProvider(
            Context(
                account=account,
                clock=self.clock,
                secret=lambda: SECRET,
                note=self.calls.append,
                sleep=sleep,
                transport=httpx.MockTransport(self.reply),
            )
        )

    async def reply(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        call = f"{request.method} {request.url.path}"
        self.requests.append(request)
        if self.answers.get(call):
            answer = self.answers[call].pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer
        answer = self._answer(request)
        answer.headers["date"] = self.now.strftime("%a, %d %b %Y %H:%M:%S GMT")
        self.replies.append(answer)
        if call in self.lost:
            self.lost.discard(call)
            raise httpx.ReadError("the connection broke", request=request)
        return answer

    def of(self, method: str, path: str) -> list[httpx.Request]:
        """Return the requests that went to one path."""
        return [one for one in self.requests if (one.method, one.url.path) == (method, path)]

    def keep(self, name: str = "report.pdf", data: bytes = b"hello", **fields: Any) -> str:
        """Put a file there, as if sent by somebody else."""
        file_id = f"file_{len(self.files) + 1:04}"
        self.data[file_id] = data
        self.files[file_id] = {
            "id": file_id,
            "createdTime": moment(self.now),
            "fileName": name,
            "purpose": PURPOSE,
            "size": len(data),
            "type": name.rpartition(".")[2],
            "url": f"{HOST}/files/{file_id}/content",
            "liveMode": False,
        } | fields
        return file_id

    def share(self, file_id: str, expires: str = "2026-12-25T20:36:00Z", **fields: Any) -> str:
        """Make a link, as if asked for by somebody else."""
        link_id = f"link_{len(self.links) + 1:04}"
        self.links[link_id] = {
            "id": link_id,
            "createdTime": moment(self.now),
            "expired": False,
            "expiresTime": expires,
            "fileId": file_id,
            "url": f"https://files-test.digitalriver.com/links/{link_id}",
            "liveMode": False,
        } | fields
        return link_id

    def _answer(self, request: httpx.Request) -> httpx.Response:
        assert request.headers["digitalriver-version"] == "2021-12-13"
        assert request.headers["accept"] in {"application/json", "*/*"}
        assert request.headers["authorization"] == self.authorization
        kind, *rest = request.url.path.strip("/").split("/")
        rows = {"file-links": self.links, "files": self.files}[kind]
        match request.method, rest:
            case "GET", []:
                return self._list(rows, request)
            case "POST", []:
                return self._made(request) if kind == "file-links" else self._uploaded(request)
            case _, [thing, *_] if thing not in rows:
                error = {"code": "not_found", "parameter": "id", "message": f"'{thing}' not found."}
                return problem(404, "not_found", error)
            case "GET", [thing]:
                return httpx.Response(200, json=rows[thing])
            case "GET", [thing, "content"]:
                content = self.data[thing]
                return httpx.Response(200, content=content, headers={"content-type": "application/pdf"})
            case "POST", [thing] if kind == "file-links":
                sent = json.loads(request.content)
                assert set(sent) == {"expiresTime"}
                rows[thing] |= sent
                return httpx.Response(200, json=rows[thing])
            case "DELETE", [thing]:
                del rows[thing]
                return httpx.Response(204)
        return problem(405, "bad_request", {"code": "method_not_allowed", "message": "No."})

    def _list(self, rows: Mapping[str, dict[str, Any]], request: httpx.Request) -> httpx.Response:
        told = request.url.params
        assert not {"startingAfter", "endingBefore"} <= set(told)
        assert 1 <= int(told["limit"]) <= 100
        wanted = told.get_list("ids")
        found = [
            row
            for row in reversed(list(rows.values()))
            if all(_fits(row, *item) for item in told.items()) and (not wanted or row["id"] in wanted)
        ]
        ids = [row["id"] for row in found]
        size = int(told["limit"])
        if "endingBefore" in told:
            end = ids.index(told["endingBefore"])
            start = max(0, end - size)
            return httpx.Response(200, json={"hasMore": start > 0, "data": found[start:end]})
        start = ids.index(told["startingAfter"]) + 1 if "startingAfter" in told else 0
        page = found[start : start + size]
        return httpx.Response(200, json={"hasMore": len(found) > start + size, "data": page})

    def _made(self, request: httpx.Request) -> httpx.Response:
        sent = json.loads(request.content)
        assert set(sent) == {"fileId", "expiresTime"}
        datetime.strptime(sent["expiresTime"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        return httpx.Response(201, json=self.links[self.share(sent["fileId"], sent["expiresTime"])])

    def _uploaded(self, request: httpx.Request) -> httpx.Response:
        assert request.headers["content-length"] == str(len(request.content))
        head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
        parts = list(BytesParser(policy=HTTP).parsebytes(head + request.content).iter_parts())
        fields = {
            str(part.get_param("name", header="content-disposition")): part.get_content().rstrip()
            for part in parts[:-1]
        }
        assert parts[-1].get_param("name", header="content-disposition") == "file"
        assert {"purpose", "fileName"} <= set(fields) <= {"purpose", "fileName", "title", "linkExpiresTime"}
        end = fields.pop("linkExpiresTime", None)
        boundary = request.headers["content-type"].partition("boundary=")[2]
        last = request.content.removesuffix(f"\r\n--{boundary}--\r\n".encode())
        name = request.content.partition(b'name="fileName"\r\n\r\n')[2].partition(b"\r\n")[0].decode()
        data = last.rpartition(f"--{boundary}\r\n".encode())[2].partition(b"\r\n\r\n")[2]
        file_id = self.keep(name, data, **{key: fields[key] for key in fields if key != "fileName"})
        if end and self.makes_links:
            link = dict(self.links[self.share(file_id, end)])
            del link["fileId"]
            self.files[file_id]["links"] = [link]
        return httpx.Response(201, json=self.files[file_id])


def _fits(row: Mapping[str, Any], name: str, value: str) -> bool:
    name, _, way = name.rstrip("]").partition("[")
    if name in {"limit", "ids", "startingAfter", "endingBefore"}:
        return True
    told = row.get(name)
    if isinstance(told, bool):
        return str(told).lower() == value
    if name == "createdTime":
        one, other = (datetime.fromisoformat(text) for text in (row[name], value))
        return one >= other if way == "gte" else one <= other
    if name == "size":
        return bool(row[name] >= int(value) if way == "gte" else row[name] <= int(value))
    return bool(told == value)


async def send(provider: DigitalRiverProvider, session: str, data: bytes = b"hello") -> str:
    """Send a file whole, unless it is there, and return its id."""

    async def read() -> AsyncIterator[bytes]:
        for start in range(0, len(data), 3):
            yield data[start : start + 3]

    status = await provider.upload_status(session)
    if status.file_id is None:
        status = await provider.send_piece(session, 0, len(data), read)
    assert status.file_id is not None
    return status.file_id

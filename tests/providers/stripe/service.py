"""A Stripe of our own: two hosts that check what they are sent, keep it, and can lose an answer."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.message import MIMEPart
from email.parser import BytesParser
from email.policy import HTTP
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

import httpx

from linktui.model.call import Call, Rehearsed
from linktui.model.capability import Account, Connection
from linktui.providers.base import UploadStatus
from linktui.providers.context import Context
from linktui.providers.stripe.limits import LIMITS
from linktui.providers.stripe.provider import StripeProvider
from linktui.providers.stripe.settings import VERSION
from tests.fakes import NOON, Clock

API, FILES = "https://api.stripe.com", "https://files.stripe.com"
KEY = "sk_test_canary4eC39HqLyjWDarjtT1zdp7dc"
NOW = int(NOON.timestamp())
DAY = 86_400
_KINDS = {"dispute_evidence": 270 * DAY, "customer_signature": 7 * DAY}
"""Seconds that files of a purpose are kept."""

Params = list[tuple[str, str]]
Reply = Callable[["Stripe", Params, re.Match[str]], httpx.Response]


def problem(status: int, message: str = "No.", **fields: Any) -> httpx.Response:
    """Return an answer with an error."""
    told = {"type": "invalid_request_error", "message": message} | fields
    return httpx.Response(status, json={"error": told}, headers={"Request-Id": "req_1"})


def missing(name: str) -> httpx.Response:
    return problem(404, f"No such file upload: '{name}'", code="resource_missing", param="id")


@dataclass
class Stripe:
    """Test mode of one account."""

    clock: Clock = field(default_factory=Clock)
    key: str = KEY
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    links: dict[str, dict[str, Any]] = field(default_factory=dict)
    data: dict[str, bytes] = field(default_factory=dict)
    keys: dict[str, tuple[Params, httpx.Response]] = field(default_factory=dict)
    """What was answered to each idempotency key."""
    tells_links: bool = True
    """Whether a file tells its links when it is asked to."""
    answers: dict[str, list[httpx.Response]] = field(default_factory=dict)
    """Other answers to a call, one each time, by "METHOD /path"."""
    lost: set[str] = field(default_factory=set)
    """Calls whose answer is lost once, after the act."""
    requests: list[httpx.Request] = field(default_factory=list)
    replies: list[httpx.Response] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)

    @property
    def now(self) -> int:
        return int(self.clock().timestamp())

    @property
    def asked(self) -> list[str]:
        """Each call as "METHOD /path"."""
        return [f"{one.method} {one.url.path}" for one in self.requests]

    def provider(
        self,
        *,
        key: str | None = None,
        base_url: str = "",
        settings: Mapping[str, str] | None = None,
        rehearsal: list[Rehearsed] | None = None,
    ) -> StripeProvider:
        account = Account(
            name="payments",
            provider="stripe",
            limits=LIMITS,
            connection=Connection(base_url=base_url, rate=1e6),
            settings=settings or {},
        )

        async def sleep(seconds: float) -> None:
            self.slept.append(seconds)

        return StripeProvider(
            Context(
                account=account,
                clock=self.clock,
                secret=lambda: self.key if key is None else key,
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
        answer = self.answers[call].pop(0) if self.answers.get(call) else self._answer(request)
        self.replies.append(answer)
        if call in self.lost:
            self.lost.discard(call)
            raise httpx.ReadError("the connection broke", request=request)
        return answer

    def form(self, number: int = -1) -> dict[str, str]:
        """Return the form of one of the POSTs."""
        return dict(sent(self.of("POST")[number]))

    def of(self, method: str) -> list[httpx.Request]:
        return [one for one in self.requests if one.method == method]

    def keep(self, name: str = "report.pdf", data: bytes = b"hello", **fields: Any) -> str:
        """Put a file there, as if sent by somebody else."""
        file_id = f"file_{len(self.files) + 1:04}"
        self.clock.move(seconds=1)
        purpose = fields.get("purpose", "dispute_evidence")
        self.data[file_id] = data
        self.files[file_id] = {
            "id": file_id,
            "object": "file",
            "created": self.now,
            "expires_at": self.now + _KINDS[purpose] if purpose in _KINDS else None,
            "filename": name,
            "purpose": purpose,
            "size": len(data),
            "title": None,
            "type": name.rpartition(".")[2],
            "url": f"{FILES}/v1/files/{file_id}/contents",
        } | fields
        return file_id

    def share(self, file_id: str = "", **fields: Any) -> str:
        """Put a link to a file there, as if made by somebody else."""
        file_id = file_id or self.keep()
        link_id = f"link_{len(self.links) + 1:04}"
        self.clock.move(seconds=1)
        self.links[link_id] = {
            "id": link_id,
            "object": "file_link",
            "created": self.now,
            "expired": False,
            "expires_at": None,
            "file": file_id,
            "livemode": False,
            "metadata": {},
            "url": f"{FILES}/links/MDB8YWNjdF8x{link_id}",
        } | fields
        return link_id

    def files_listed(self, params: Params, found: re.Match[str]) -> httpx.Response:
        return self._page(
            self.files.values(), params, found[0], lambda row: self._file(row, params, "data.links")
        )

    def file_told(self, params: Params, found: re.Match[str]) -> httpx.Response:
        file = self.files.get(found["id"])
        return httpx.Response(200, json=self._file(file, params, "links")) if file else missing(found["id"])

    def contents(self, params: Params, found: re.Match[str]) -> httpx.Response:
        data = self.data.get(found["id"])
        return missing(found["id"]) if data is None else httpx.Response(200, content=data)

    def links_listed(self, params: Params, found: re.Match[str]) -> httpx.Response:
        rows = [self._link(row, [], "") for row in self.links.values()]
        return self._page(rows, params, found[0], lambda row: self._link(row, params, "data.file"))

    def link_told(self, params: Params, found: re.Match[str]) -> httpx.Response:
        link = self.links.get(found["id"])
        return httpx.Response(200, json=self._link(link, params, "file")) if link else missing(found["id"])

    def uploaded(self, params: Params, found: re.Match[str]) -> httpx.Response:
        told = dict(params)
        metadata = {}
        for name in [name for name in told if name.startswith("file_link_data[metadata][")]:
            metadata[name.removeprefix("file_link_data[metadata][")[:-1]] = told.pop(name)
        file_id = self.keep(told.pop("file"), file_in(self.requests[-1])[1], purpose=told["purpose"])
        if told.get("file_link_data[create]") == "true":
            end = told.get("file_link_data[expires_at]")
            self.share(file_id, expires_at=int(end) if end else None, metadata=metadata)
        assert told.keys() <= {
            "purpose", "expand[]", "file_link_data[create]", "file_link_data[expires_at]"
        }  # fmt: skip
        return httpx.Response(200, json=self._file(self.files[file_id], params, "links"))

    def link_made(self, params: Params, found: re.Match[str]) -> httpx.Response:
        told = dict(params)
        assert told.pop("expand[]") == "file"
        if told["file"] not in self.files:
            return problem(400, "No such file upload", code="resource_missing", param="file")
        link_id = self.share(told.pop("file"))
        return self._changed(self.links[link_id], told, params)

    def link_changed(self, params: Params, found: re.Match[str]) -> httpx.Response:
        link = self.links.get(found["id"])
        if link is None:
            return missing(found["id"])
        if self._link(link, [], "")["expired"]:
            return problem(400, "This link has expired and can no longer be updated.")
        told = dict(params)
        assert told.pop("expand[]") == "file"
        return self._changed(link, told, params)

    def _changed(self, link: dict[str, Any], told: dict[str, str], params: Params) -> httpx.Response:
        if "expires_at" in told:
            end = told.pop("expires_at")
            link["expires_at"] = self.now if end == "now" else int(end) if end else None
        for name, value in told.items():
            found = re.fullmatch(r"metadata\[([^\[\]]+)\]", name)
            assert found, name
            link["metadata"] = link["metadata"] | {found[1]: value}
            if not value:
                del link["metadata"][found[1]]
        return httpx.Response(200, json=self._link(link, params, "file"))

    def _page(
        self, rows: Iterable[dict[str, Any]], params: Params, url: str, tell: Callable[[dict[str, Any]], Any]
    ) -> httpx.Response:
        told = dict(params)
        told.pop("expand[]", None)
        limit = int(told.pop("limit", "10"))
        assert 1 <= limit <= 100
        after, before = told.pop("starting_after", ""), told.pop("ending_before", "")
        assert not (after and before)
        rows = sorted(rows, key=lambda row: int(row["created"]), reverse=True)
        rows = [row for row in rows if all(_fits(row, name, value) for name, value in told.items())]
        ids = [row["id"] for row in rows]
        rows = rows[: ids.index(before)] if before else rows[ids.index(after) + 1 if after else 0 :]
        page = rows[-limit:] if before else rows[:limit]
        body = {
            "object": "list",
            "url": url,
            "has_more": len(rows) > limit,
            "data": [tell(row) for row in page],
        }
        return httpx.Response(200, json=body, headers={"Request-Id": "req_1", "Stripe-Version": VERSION})

    def _file(self, file: dict[str, Any], params: Params, wish: str) -> dict[str, Any]:
        if ("expand[]", wish) not in params or not self.tells_links:
            return dict(file)
        rows = [link for link in self.links.values() if link["file"] == file["id"]]
        url = f"/v1/file_links?file={file['id']}"
        return file | {"links": {"object": "list", "data": rows, "has_more": False, "url": url}}

    def _link(self, link: dict[str, Any], params: Params, wish: str) -> dict[str, Any]:
        over = link["expires_at"] is not None and link["expires_at"] <= self.now
        told = link | {"expired": link["expired"] or over}
        return told | {"file": self.files[link["file"]]} if ("expand[]", wish) in params else told

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if request.headers.get("authorization") != f"Bearer {self.key}":
            return problem(401, "Invalid API Key provided: sk_test_****", code="api_key_expired")
        assert request.headers["stripe-version"] == VERSION
        params = sent(request)
        bytes_of_files = request.url.path.endswith("/contents") or (
            request.method == "POST" and request.url.path == "/v1/files"
        )
        assert str(request.url).startswith(FILES if bytes_of_files else API)
        for method, pattern, reply in _ROUTES:
            found = re.fullmatch(pattern, request.url.path)
            if found and method == request.method:
                return self._once(request, params, partial(reply, self, params, found))
        return problem(404, "Unrecognized request URL")

    def _once(
        self, request: httpx.Request, params: Params, act: Callable[[], httpx.Response]
    ) -> httpx.Response:
        if request.method != "POST":
            return act()
        assert request.headers["content-length"] == str(len(request.content))
        key = request.headers["idempotency-key"]
        if key not in self.keys:
            self.keys[key] = (params, act())
        if self.keys[key][0] != params:
            return problem(400, "Keys for idempotent requests…", type="idempotency_error")
        return self.keys[key][1]


def sent(request: httpx.Request) -> Params:
    """Return the parameters of a request; a file's is its name."""
    if request.method == "GET":
        return list(request.url.params.multi_items())
    kind = request.headers["content-type"]
    if kind == "application/x-www-form-urlencoded":
        return parse_qsl(request.content.decode(), keep_blank_values=True)
    assert kind.startswith("multipart/form-data; boundary=")
    return [
        (str(part.get_param("name", header="content-disposition")), part.get_filename() or _text(part))
        for part in _parts(request)
    ]


def file_in(request: httpx.Request) -> tuple[str, bytes]:
    """Return the content type and the bytes of the file that an upload has last."""
    *_, part = _parts(request)
    # The parser takes line ends as it likes: the bytes are read by the boundary.
    boundary = request.headers["content-type"].partition("boundary=")[2].encode()
    last = request.content.rpartition(b"--" + boundary + b"\r\n")[2].removesuffix(
        b"\r\n--" + boundary + b"--\r\n"
    )
    return part.get_content_type(), last.partition(b"\r\n\r\n")[2]


def _parts(request: httpx.Request) -> list[MIMEPart]:
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    return list(BytesParser(policy=HTTP).parsebytes(head + request.content).iter_parts())


def _text(part: MIMEPart) -> str:
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


def _fits(row: dict[str, Any], name: str, value: str) -> bool:
    match name:
        case "created[gte]":
            return int(row["created"]) >= int(value)
        case "created[lte]":
            return int(row["created"]) <= int(value)
        case "expired":
            return bool(row["expired"] == {"true": True, "false": False}[value])
        case _:
            assert name in {"file", "purpose"} & row.keys()
            return bool(row[name] == value)


_ROUTES: tuple[tuple[str, str, Reply], ...] = (
    ("GET", r"/v1/files", Stripe.files_listed),
    ("POST", r"/v1/files", Stripe.uploaded),
    ("GET", r"/v1/files/(?P<id>\w+)", Stripe.file_told),
    ("GET", r"/v1/files/(?P<id>\w+)/contents", Stripe.contents),
    ("GET", r"/v1/file_links", Stripe.links_listed),
    ("POST", r"/v1/file_links", Stripe.link_made),
    ("GET", r"/v1/file_links/(?P<id>\w+)", Stripe.link_told),
    ("POST", r"/v1/file_links/(?P<id>\w+)", Stripe.link_changed),
)
"""Method, path, and what answers."""


def moment(seconds: int) -> datetime:
    """Return a moment of the Unix clock in UTC."""
    return datetime.fromtimestamp(seconds, tz=NOON.tzinfo)


async def send(provider: StripeProvider, session: str, data: bytes = b"hello") -> UploadStatus:
    """Send a file whole."""

    async def read() -> AsyncIterator[bytes]:
        for start in range(0, len(data), 3):
            yield data[start : start + 3]

    status = await provider.upload_status(session)
    return status if status.file_id else await provider.send_piece(session, 0, len(data), read)

"""What is asked of a service, whichever library sends it: address, headers and body, ready for the wire."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import quote_plus

import httpx

from linktui import __version__
from linktui.model.errors import Unintelligible

_USUAL = {
    "accept": "*/*",
    "accept-encoding": "gzip, deflate",
    "connection": "keep-alive",
    "user-agent": f"linktui/{__version__}",
}
LAST_PORT = 65_535
_WITH_BODY = {"POST", "PUT", "PATCH"}
_PLAIN = re.compile(r"[\w-]+(/[\w-]+)*", re.ASCII)
"""Paths that only have to be put behind the base URL; joining any other takes ten times as long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request; the names of its headers are in lower case."""

    method: str
    url: str
    """The whole address, percent-encoded as it is sent."""
    path: str
    """Its path, decoded for people."""
    headers: Mapping[str, str]
    body: bytes | AsyncIterator[bytes] = b""


class Origin:
    """Where an account's service is, and what every request to it says.

    Raises Unintelligible for what is no address of the web.
    """

    def __init__(self, base_url: str, headers: Mapping[str, str]) -> None:
        self._base_url = _joined(httpx.URL(), base_url)
        start = self._base_url.join("x")
        self._start, self._path = str(start).removesuffix("x"), start.path.removesuffix("x")
        self._headers = _USUAL | _lower(headers)

    def request(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str],
        proof: Mapping[str, str],
        form: Mapping[str, str] | None = None,
        json_body: object | None = None,
        content: AsyncIterator[bytes] | bytes | None = None,
        params: Mapping[str, str | list[str]] | None = None,
    ) -> Request:
        """Return a request to a path or a whole URL; `proof` are the headers for our own origin only."""
        said = self._headers | _lower(headers)
        if not params and _PLAIN.fullmatch(path):
            url, shown = self._start + path, self._path + path
            said |= _lower(proof)
        else:
            joined = _joined(self._base_url, path)
            if _place(joined) == _place(self._base_url):
                said |= _lower(proof)
            joined = joined.copy_merge_params(params) if params else joined
            url, shown = str(joined.copy_with(fragment=None)), joined.path
        if content is None:
            kind, content = _encoded(form, json_body)
            if kind:
                said.setdefault("content-type", kind)
        if isinstance(content, bytes) and (content or method in _WITH_BODY):
            said["content-length"] = str(len(content))
        return Request(method=method, url=url, path=shown, headers=said, body=content)

    def redirected(self, request: Request, location: str) -> Request:
        """Return the request that an answer refers to, with nothing of ours if that is elsewhere.

        Raises Unintelligible for what is no address of the web.
        """
        url = _joined(httpx.URL(request.url), location).copy_with(fragment=None)
        headers = request.headers
        if _place(url) != _place(self._base_url):
            headers = _USUAL | {name: headers[name] for name in ("accept", "accept-encoding")}
        return replace(request, url=str(url), path=url.path, headers=headers)


def _encoded(form: Mapping[str, str] | None, json_body: object | None) -> tuple[str, bytes]:
    """Return the media type and the bytes of a body; neither where there is none."""
    if form:
        fields = (f"{_field(name)}={quote_plus(text)}" for name, text in form.items())
        return "application/x-www-form-urlencoded", "&".join(fields).encode()
    if json_body is None:
        return "", b""
    text = json.dumps(json_body, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return "application/json", text.encode()


@lru_cache(maxsize=256)
def _field(name: str) -> str:
    """Return a form field's name as it is sent: there are few, and each call has some."""
    return quote_plus(name)


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _joined(base: httpx.URL, address: str) -> httpx.URL:
    """Return an address as it stands in an answer, whole; raises Unintelligible for none of the web."""
    try:
        joined = base.join(address)
        host, port = joined.host, joined.port or 0  # a host in punycode is read here, and may be none
    except (httpx.InvalidURL, ValueError) as error:
        raise Unintelligible("an address that is none") from error
    if joined.scheme not in {"http", "https"} or not host or port > LAST_PORT:
        raise Unintelligible("an address that is not of the web")
    return joined


def _place(url: httpx.URL) -> tuple[str, str, int | None]:
    return (url.scheme, url.host, url.port)

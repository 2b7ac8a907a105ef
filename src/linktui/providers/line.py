"""An account's line to the network: requests with what all of them have, and the transport they go by."""

from __future__ import annotations

import json
import re
import ssl
from collections.abc import AsyncIterator, Mapping
from urllib.parse import urlencode

import httpx

from linktui.model.capability import Connection
from linktui.model.errors import InvalidInput
from linktui.providers.pool import WHOLE, Pool

CONNECT_TIMEOUT = 10.0
_WITH_BODY = {"POST", "PUT", "PATCH"}
_PLAIN = re.compile(r"[\w%-]+(/[\w%-]+)*", re.ASCII)
"""Paths that only have to be put behind the base URL; joining any other takes three times as long."""


class Line:
    """One account's transport, and the headers and cookies that go with every request."""

    def __init__(
        self, transport: httpx.AsyncBaseTransport, base_url: str, headers: Mapping[str, str]
    ) -> None:
        """`headers` go with every request."""
        self._transport = transport
        self._client = httpx.AsyncClient(transport=transport, follow_redirects=False, trust_env=False)
        self._base_url = httpx.URL(base_url)
        self._base = str(self._base_url.join("x")).removesuffix("x")
        host = {"Host": self._base_url.netloc.decode("ascii")}
        self._headers = _by_name(host) | _by_name(self._client.headers) | _by_name(headers)

    @property
    def is_closed(self) -> bool:
        """Whether nothing can be sent any more."""
        return self._client.is_closed

    async def close(self) -> None:
        """Close every connection."""
        await self._client.aclose()

    def request(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str],
        own: Mapping[str, str],
        timeout: float,
        whole: int | None = None,
        form: Mapping[str, str] | None = None,
        json_body: object | None = None,
        content: AsyncIterator[bytes] | bytes | None = None,
        params: Mapping[str, str | list[str]] | None = None,
    ) -> httpx.Request:
        """Return a request to a path or a whole URL; `own` are the headers for our own origin only.

        `timeout` is the seconds without a byte, `whole` the bytes of an answer that is read at once.
        """
        plain = _PLAIN.fullmatch(path) is not None
        url = httpx.URL(self._base + path) if plain else self._base_url.join(path)
        named = self._headers | _by_name(headers)
        if plain or self.is_own(url):
            named |= _by_name(own)
        else:
            named["host"] = ("Host", url.netloc.decode("ascii"))
        stream = None
        if content is None:  # else httpx makes the stream and its headers
            kind, data = _encoded(form, json_body)
            stream = httpx.ByteStream(data)
            if kind:
                named.setdefault("content-type", ("Content-Type", kind))
            if data or method in _WITH_BODY:
                named["content-length"] = ("Content-Length", str(len(data)))
        silence = {"connect": CONNECT_TIMEOUT, "read": timeout, "write": timeout, "pool": timeout}
        request = httpx.Request(
            method,
            url,
            params=params,
            headers=list(named.values()),
            cookies=self._client.cookies or None,
            content=content,
            stream=stream,
            extensions={"timeout": silence} if whole is None else {"timeout": silence, WHOLE: whole},
        )
        if stream is not None:
            request.read()
        return request

    def is_own(self, url: httpx.URL) -> bool:
        """Tell whether a URL is of our own origin."""
        return _origin(url) == _origin(self._base_url)

    async def send(self, request: httpx.Request) -> httpx.Response:
        """Send a request and return its answer, its body unread; raises httpx.HTTPError."""
        if self.is_closed:
            raise RuntimeError("the line is closed")
        response = await self._transport.handle_async_request(request)
        if "set-cookie" in response.headers:
            response.request = request
            self._client.cookies.extract_cookies(response)
        return response

    async def follow(self, request: httpx.Request) -> httpx.Response:
        """Send a request as `send` does; the answer knows where it redirects to."""
        return await self._client.send(request, stream=True)


def open_transport(connection: Connection, tls: ssl.SSLContext | None) -> httpx.AsyncBaseTransport:
    """Return the transport for an account; raises InvalidInput for a proxy that is none.

    `tls` says whom to trust; without it that is left to httpx.
    """
    proxy = connection.proxy or None
    try:
        usual = httpx.AsyncHTTPTransport(verify=tls or True, proxy=proxy, trust_env=False)
    except (ValueError, httpx.InvalidURL) as error:
        # It may hold a password, so it is not said.
        raise InvalidInput("proxy", "is no proxy's address") from error
    except ImportError as error:
        raise InvalidInput("proxy", "is socks5://, which needs the package socksio") from error
    return usual if proxy else Pool(tls, others=usual)


def _encoded(form: Mapping[str, str] | None, json_body: object | None) -> tuple[str, bytes]:
    """Return the media type and the bytes of a body; neither where there is none."""
    if form:
        return "application/x-www-form-urlencoded", urlencode(form).encode()
    if json_body is None:
        return "", b""
    text = json.dumps(json_body, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return "application/json", text.encode()


def _by_name(headers: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    return {name.lower(): (name, value) for name, value in headers.items()}


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return (url.scheme, url.host, url.port)

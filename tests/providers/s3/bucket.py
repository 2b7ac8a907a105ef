"""A bucket in memory, by moto: the store's side of S3 with a clock that is moved, and no socket.

moto checks neither signatures nor ends; the real store that does is in `weed.py`. What it says of an address
that has ended is said here in its place.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest

BUCKET = "acme-links"
SECRET = "AKIDOWNER:owner-secret-canary"
_OVER = b"<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"


class Bucket(httpx.AsyncBaseTransport):
    """Answers in the place of the network."""

    def __init__(self, clock: Callable[[], datetime], patch: pytest.MonkeyPatch) -> None:
        moto = pytest.importorskip("moto", reason="moto is not installed")
        pytest.importorskip("flask", reason="flask, which moto's server is made with, is not installed")
        from moto.s3 import models
        from moto.server import create_backend_app

        patch.setattr(moto.settings, "S3_IGNORE_SUBDOMAIN_BUCKETNAME", True)
        patch.setattr(models, "utcnow", lambda: clock().astimezone(UTC).replace(tzinfo=None))
        patch.setattr(models, "S3_UPLOAD_PART_MIN_SIZE", 1)
        self._clock = clock
        self.store: Any = models.s3_backends["123456789012"]["aws"]
        self.store.reset()
        self.store.create_bucket(BUCKET, "us-east-1")
        self._inner = httpx.WSGITransport(_in_latin(_app(create_backend_app)))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0)  # a network lets others go on meanwhile
        if self._is_over(request.url):
            return httpx.Response(403, content=_OVER, headers={"Content-Type": "application/xml"})
        body = await request.aread()
        asked = httpx.Request(request.method, request.url, headers=request.headers, content=body)
        answer = self._inner.handle_request(asked)
        told = httpx.Response(answer.status_code, headers=answer.headers, content=answer.read())
        told.headers["Date"] = format_datetime(self._clock().astimezone(UTC), usegmt=True)
        return told

    def _is_over(self, url: httpx.URL) -> bool:
        if "X-Amz-Expires" not in url.params:
            return False
        begins = datetime.strptime(url.params["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        return self._clock() >= begins + timedelta(seconds=int(url.params["X-Amz-Expires"]))


def _in_latin(app: Any) -> Any:
    """Return an application that is given paths as WSGI wants them, which httpx leaves in their letters."""

    def called(environ: dict[str, Any], start: Any) -> Any:
        environ["PATH_INFO"] = environ["PATH_INFO"].encode().decode("latin-1")
        return app(environ, start)

    return called


_APPS: list[Any] = []


def _app(create: Callable[[Any], Any]) -> Any:
    """Return moto's application, which takes a while to make."""
    if not _APPS:
        _APPS.append(create("s3"))
    return _APPS[0]

"""A write as it would be sent, to be read by a person: the secrets masked, a file's bytes counted."""

from __future__ import annotations

import re
from collections.abc import Mapping

from linktui.model.call import Rehearsed
from linktui.model.text import clean
from linktui.providers.request import Request

MASK = "…"
_UNTOLD = {"host", "accept-encoding", "connection", "user-agent"}
_PASSWORD = re.compile(r'("password"\s*:\s*)"(?:[^"\\]|\\.)*"|((?:^|&)password=)[^&]*')


def rehearse(request: Request, *, secret: Mapping[str, str]) -> Rehearsed:
    """Return what `request` says; the values of the headers in `secret` are masked."""
    hidden = {name.lower() for name in secret}
    headers = tuple(
        (name, MASK if name in hidden else clean(value))
        for name, value in request.headers.items()
        if name not in _UNTOLD
    )
    return Rehearsed(method=request.method, url=clean(request.url), headers=headers, body=_body(request))


def _body(request: Request) -> str:
    if not isinstance(request.body, bytes):
        return f"({request.headers.get('content-length', 'some')} bytes of a stream)"
    text = request.body.decode("utf-8", "replace")
    masked = _PASSWORD.sub(lambda found: f'{found[1]}"{MASK}"' if found[1] else f"{found[2]}{MASK}", text)
    return "\n".join(clean(line) for line in masked.splitlines())

"""Range requests (RFC 9110 section 14) and the conditions they hang on (section 13)."""

from __future__ import annotations

import re
from itertools import pairwise

from starlette.requests import Request

from linktui.linkserver.limits import MAX_RANGES

_SPEC = re.compile(r"(\d{0,18})-(\d{0,18})", re.ASCII)
_MOST_HEADER = 1024


class Unsatisfiable(ValueError):
    """No part of what is asked for exists."""


def parse(header: str, size: int) -> tuple[tuple[int, int], ...]:
    """Return the (first, last) bytes asked for; nothing if the header is to be ignored.

    Raises Unsatisfiable. Too many or overlapping ranges are ignored, as section 14.2 allows.
    """
    unit, _, specs = header.partition("=")
    parts = specs.split(",")
    if unit.strip().lower() != "bytes" or len(header) > _MOST_HEADER or len(parts) > MAX_RANGES:
        return ()
    found: list[tuple[int, int]] = []
    for part in parts:
        match = _SPEC.fullmatch(part.strip())
        if match is None or match[0] == "-":
            return ()
        if match[1] and match[2] and int(match[2]) < int(match[1]):
            return ()
        first, last = _resolve(match[1], match[2], size)
        if first <= last:
            found.append((first, last))
    if not found:
        raise Unsatisfiable
    ordered = sorted(found)
    overlap = any(right[0] <= left[1] for left, right in pairwise(ordered))
    return () if overlap else tuple(found)


def _resolve(first: str, last: str, size: int) -> tuple[int, int]:
    if not first:
        return max(0, size - int(last)), size - 1 if int(last) else -1
    return int(first), min(int(last), size - 1) if last else size - 1


def unchanged(request: Request, etag: str) -> bool:
    """Tell whether If-None-Match names what there is."""
    return _lists(request.headers.get("if-none-match"), etag, weak=True)


def precondition_failed(request: Request, etag: str) -> bool:
    """Tell whether If-Match names something else."""
    header = request.headers.get("if-match")
    return header is not None and not _lists(header, etag, weak=False)


def range_wanted(request: Request, etag: str) -> str | None:
    """Return the Range header, if If-Range lets it count."""
    condition = request.headers.get("if-range")
    if request.method != "GET" or (condition is not None and condition.strip() != etag):
        return None
    return request.headers.get("range")


def _lists(header: str | None, etag: str, *, weak: bool) -> bool:
    if header is None:
        return False
    tags = [tag.strip() for tag in header.split(",")]
    if weak:
        tags = [tag.removeprefix("W/") for tag in tags]
    return "*" in tags or etag in tags

"""Forms: fields whose names have brackets, and multipart ones with a file."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from linktui.linkserver.body import pieces, read_all
from linktui.linkserver.errors import Refusal

MAX_FIELDS = 1000
MAX_FORM = 256 * 1024
"""Bytes of a form without files."""
_NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_DEEPEST = 5


def content_type(request: Request) -> str:
    """Return the body's media type, bare and in lower case."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def multipart(request: Request, *, most: int, stopping: asyncio.Event) -> FormData:
    """Return the parts of a form of up to `most` bytes; close it when done.

    Big files wait in temporary files. Raises a 400 or 413 Refusal. https://www.rfc-editor.org/rfc/rfc7578
    """
    if content_type(request) != "multipart/form-data":
        raise Refusal(400, "bad_form", "The form is not multipart/form-data.")
    body = pieces(request, most=most, stopping=stopping)
    parser = MultiPartParser(request.headers, body, max_files=1, max_fields=MAX_FIELDS)  # type: ignore[arg-type] # it only iterates
    try:
        form = await parser.parse()
    except MultiPartException as error:
        raise Refusal(400, "bad_form", error.message) from error
    for _, part in form.multi_items():
        if isinstance(part, UploadFile) and part.filename is not None:
            # https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data
            part.filename = part.filename.replace("%22", '"')
    return form


async def urlencoded(request: Request, *, stopping: asyncio.Event) -> FormData:
    """Return the fields of a form without files; raises a 400 or 413 Refusal."""
    return FormData([*pairs(await read_all(request, most=MAX_FORM, stopping=stopping))])


def pairs(text: bytes) -> list[tuple[str, str]]:
    """Return the percent-encoded fields of a form or query; raises a 400 Refusal."""
    try:
        return parse_qsl(text.decode(), keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict")
    except ValueError as error:
        raise Refusal(400, "bad_form", "The fields cannot be read.") from error


def nested(fields: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return `a[b]=1` as {"a": {"b": "1"}}, and `a[]=1` like `a[0]=1`: see `listed`.

    A later field replaces an earlier one of the same name; a name with odd brackets stands for itself.
    """
    tree: dict[str, Any] = {}
    for name, value in fields:
        *path, last = _path(name)
        branch = tree
        for step in path:
            child = branch.get(step)
            if not isinstance(child, dict):
                child = branch[step] = {}
            branch = child
        branch[str(len(branch)) if last == "" else last] = value
    return tree


def listed(branch: Any) -> Any:
    """Return a branch whose names are all numbers as a list, anything else as it is."""
    if isinstance(branch, dict) and branch and all(name.isascii() and name.isdigit() for name in branch):
        return [branch[name] for name in sorted(branch, key=int)]
    return branch


def _path(name: str) -> list[str]:
    match = _NAME.fullmatch(name)
    if match is None:
        return [name]
    steps = re.findall(r"\[([^\[\]]*)\]", match[2])
    return [match[1], *steps] if len(steps) < _DEEPEST else [name]

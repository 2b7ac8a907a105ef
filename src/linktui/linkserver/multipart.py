"""The files of a multipart form, one after the other, without holding any of them in memory."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header

from linktui.linkserver.errors import Refusal, too_large
from linktui.linkserver.limits import MAX_FILES, MAX_RECEIVED

_MOST_HEADERS = 16 * 1024
_MOST_PARTS = 2 * MAX_FILES
_NAME, _DATA, _END = "name", "data", "end"


class FormFiles:
    """Yields (file name, its bytes); the bytes must be read before the next file is asked for.

    Raises a 400 or 413 Refusal. https://www.rfc-editor.org/rfc/rfc7578
    """

    def __init__(self, content_type: str, body: AsyncIterator[bytes]) -> None:
        kind, options = parse_options_header(content_type)
        boundary = options.get(b"boundary")
        if kind != b"multipart/form-data" or not boundary:
            raise Refusal(400, "bad_form", "The form is not multipart/form-data.")
        self._body = body
        self._events: deque[tuple[str, bytes]] = deque()
        self._headers: dict[str, bytes] = {}
        self._field = self._value = b""
        self._ended = False
        self._files = self._parts = 0
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._part_begin,
                "on_header_field": self._header_field,
                "on_header_value": self._header_value,
                "on_header_end": self._header_end,
                "on_headers_finished": self._headers_finished,
                "on_part_data": lambda data, start, end: self._events.append((_DATA, data[start:end])),
                "on_part_end": lambda: self._events.append((_END, b"")),
                "on_end": self._form_end,
            },
        )

    async def __aiter__(self) -> AsyncIterator[tuple[str, AsyncIterator[bytes]]]:
        """Walk through the parts; those that are no files are passed over."""
        while (event := await self._next()) is not None:
            kind, data = event
            if kind == _NAME and data:
                self._files += 1
                if self._files > MAX_FILES:
                    raise Refusal(400, "bad_form", f"A form holds at most {MAX_FILES} files.")
                yield data.decode("utf-8", "replace"), self._part()

    async def _part(self) -> AsyncIterator[bytes]:
        total = 0
        while (event := await self._next()) is not None:
            kind, data = event
            if kind == _END:
                return
            total += len(data)
            if total > MAX_RECEIVED:
                raise too_large(MAX_RECEIVED)
            yield data

    async def _next(self) -> tuple[str, bytes] | None:
        while not self._events:
            try:
                data = await anext(self._body)
            except StopAsyncIteration:
                if not self._ended:
                    raise Refusal(400, "bad_form", "The form ends too early.") from None
                return None
            try:
                self._parser.write(data)
            except MultipartParseError as error:
                raise Refusal(400, "bad_form", "The form is malformed.") from error
        return self._events.popleft()

    def _part_begin(self) -> None:
        self._headers = {}
        self._parts += 1
        if self._parts > _MOST_PARTS:
            raise Refusal(413, "too_large", f"A form has at most {_MOST_PARTS} parts.")

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._field += data[start:end]
        self._bound()

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]
        self._bound()

    def _bound(self) -> None:
        if len(self._field) + len(self._value) > _MOST_HEADERS:
            raise Refusal(400, "bad_form", "A part's headers are too long.")

    def _header_end(self) -> None:
        self._headers[self._field.decode("latin-1").lower()] = self._value
        self._field = self._value = b""

    def _headers_finished(self) -> None:
        _, options = parse_options_header(self._headers.get("content-disposition", b""))
        self._events.append((_NAME, options.get(b"filename", b"")))

    def _form_end(self) -> None:
        self._ended = True

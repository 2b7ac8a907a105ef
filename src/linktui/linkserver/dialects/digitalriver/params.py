"""The bodies and queries of Digital River's API, as shapes that refuse what they do not know."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from linktui.linkserver.dialects.digitalriver.errors import RiverRefusal, bad
from linktui.linkserver.dialects.faults import Fault, fault_of
from linktui.linkserver.dialects.forms import nested
from linktui.linkserver.times import LAST_MS, to_ms

M = TypeVar("M", bound=BaseModel)

MAX_TEXT = 500
MAX_PAGE = 100
DEFAULT_PAGE = 10
MAX_PAIRS = 20
MAX_KEY = 40
MAX_IDS = 1000
_CODES = {
    "invalid_format",
    "invalid_metadata_key",
    "invalid_metadata_value",
    "invalid_parameter",
    "invalid_string_empty",
    "too_many_metadata_pairs",
}
"""What the validators here raise, in the service's own words."""
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?Z", re.ASCII)
_IDS = re.compile(r"ids(\[\d*\])?", re.ASCII)


def _text(value: Any) -> Any:
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise PydanticCustomError(
            "invalid_parameter", "A text of at most {most} characters is expected.", {"most": MAX_TEXT}
        )
    if value == "":
        raise PydanticCustomError("invalid_string_empty", "An empty text is not allowed.")
    return value


def _moment(value: Any) -> Any:
    # Any other zone than a plain Z is refused, as the service does.
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        raise PydanticCustomError("invalid_format", "A moment such as 2026-12-25T20:36:00Z is expected.")
    try:
        moment = to_ms(datetime.fromisoformat(value))
    except ValueError:
        raise PydanticCustomError("invalid_format", "There is no such moment.") from None
    return min(moment, LAST_MS)


def _integer(value: Any) -> Any:
    if not isinstance(value, str) or not (value.isascii() and value.isdigit() and len(value) <= 15):
        raise PydanticCustomError("invalid_format", "A whole number is expected.")
    return int(value)


def _limit(value: Any) -> Any:
    number = _integer(value)
    if not 1 <= number <= MAX_PAGE:
        raise PydanticCustomError("invalid_parameter", "The limit is from 1 to {most}.", {"most": MAX_PAGE})
    return number


def _boolean(value: Any) -> Any:
    # The vendor's own SDK sends 1 and 0.
    known = {"true": True, "1": True, "false": False, "0": False}
    if value not in known:
        raise PydanticCustomError("invalid_format", "true or false is expected.")
    return known[value]


def _metadata(value: Any) -> Any:
    if not isinstance(value, dict):
        raise PydanticCustomError("invalid_format", "An object is expected.")
    if len(value) > MAX_PAIRS:
        raise PydanticCustomError(
            "too_many_metadata_pairs", "At most {most} pairs are allowed.", {"most": MAX_PAIRS}
        )
    for key, content in value.items():
        if not 1 <= len(key) <= MAX_KEY:
            raise PydanticCustomError(
                "invalid_metadata_key", "A key has 1 to {most} characters.", {"most": MAX_KEY}
            )
        if not isinstance(content, str | bool | int) or len(str(content)) > MAX_TEXT:
            raise PydanticCustomError(
                "invalid_metadata_value",
                "A value is a text of at most {most} characters, a boolean or an integer.",
                {"most": MAX_TEXT},
            )
    return value


def _moments(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    exactly = _moment(value)
    return Moments.model_construct(gte=exactly, lte=exactly)


def _sizes(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    exactly = _integer(value)
    return Sizes.model_construct(gte=exactly, lte=exactly)


Text = Annotated[str, BeforeValidator(_text)]
Moment = Annotated[int, BeforeValidator(_moment)]
"""Milliseconds since 1970 UTC."""
Integer = Annotated[int, BeforeValidator(_integer)]
Boolean = Annotated[bool, BeforeValidator(_boolean)]
Metadata = Annotated[dict[str, str | bool | int], BeforeValidator(_metadata)]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel)


class Moments(_Shape):
    """Bounds on a moment."""

    gt: Moment | None = None
    gte: Moment | None = None
    lt: Moment | None = None
    lte: Moment | None = None


class Sizes(_Shape):
    """Bounds on a number of bytes."""

    gt: Integer | None = None
    gte: Integer | None = None
    lt: Integer | None = None
    lte: Integer | None = None


class Listing(_Shape):
    """What every list takes."""

    created_time: Annotated[Moments, BeforeValidator(_moments)] = Moments()
    starting_after: Text | None = None
    ending_before: Text | None = None
    limit: Annotated[int, BeforeValidator(_limit)] = DEFAULT_PAGE
    ids: Annotated[tuple[str, ...], Field(max_length=MAX_IDS)] = ()


class LinkListing(Listing):
    """A list of links."""

    file_id: Text | None = None
    expired: Boolean | None = None


class FileListing(Listing):
    """A list of files."""

    purpose: Text | None = None
    file_name: Text | None = None
    title: Text | None = None
    type: Text | None = None
    size: Annotated[Sizes, BeforeValidator(_sizes)] = Sizes()


class LinkCreate(_Shape):
    """A new link."""

    file_id: Text
    expires_time: Moment
    metadata: Metadata | None = None


class LinkUpdate(_Shape):
    """The one thing about a link that changes."""

    expires_time: Moment


class FileForm(_Shape):
    """The fields of an upload, beside the file itself."""

    purpose: Text
    file_name: Text | None = None
    title: Text | None = None
    link_expires_time: Moment | None = None


class FileJson(FileForm):
    """An upload with the file in it."""

    file: str
    """Base64."""
    file_name: Text


def read_query(shape: type[M], pairs: Iterable[tuple[str, str]]) -> M:
    """Return the query; `ids` may come more than once, with brackets or commas. Raises a RiverRefusal."""
    ids, rest = [], []
    for name, value in pairs:
        if _IDS.fullmatch(name):
            ids += value.split(",")
        else:
            rest.append((name, value))
    return read(shape, nested(rest) | ({"ids": ids} if ids else {}))


def read_json(shape: type[M], data: bytes) -> M:
    """Return the body; raises a RiverRefusal."""
    return _validated(lambda: shape.model_validate_json(data))


def read(shape: type[M], fields: dict[str, Any]) -> M:
    """Return the parameters; raises a RiverRefusal that names the one at fault."""
    return _validated(lambda: shape.model_validate(fields))


def _validated(act: Callable[[], M]) -> M:
    try:
        return act()
    except ValidationError as error:
        raise _refusal(fault_of(error)) from None


def _refusal(fault: Fault) -> RiverRefusal:
    match fault.kind:
        case "missing":
            return bad("missing_parameter", fault.name, f"{fault.name} is required.")
        case "extra_forbidden":
            return bad("unknown_parameter", fault.name, f"{fault.name} is not known.")
        case kind if kind in _CODES:
            return bad(kind, fault.name, fault.message)
        case _:
            return bad("invalid_format", fault.name, f"{fault.message}.")

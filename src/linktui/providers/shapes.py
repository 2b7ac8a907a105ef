"""What every wire shape is made of: tolerant models, cleaned texts, moments in UTC.

A newer service may say more than this client knows, so that unknown fields are ignored.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError
from pydantic_core import PydanticSerializationError, to_json

from linktui.model.errors import Unintelligible
from linktui.model.text import clean

M = TypeVar("M", bound=BaseModel)
_EARLIEST = datetime.min.replace(tzinfo=UTC) + timedelta(days=2)
_LATEST = datetime.max.replace(tzinfo=UTC) - timedelta(days=2)


def in_utc(moment: datetime) -> datetime:
    """Return a moment in UTC; one at the calendar's very edge is moved to where every zone can tell it."""
    if moment.tzinfo is None:  # that is UTC by every service's word
        moment = moment.replace(tzinfo=UTC)
    if 1 < moment.year < 9999:  # nearly every moment there is
        return moment.astimezone(UTC)
    return min(max(moment, _EARLIEST), _LATEST).astimezone(UTC)


Clean = Annotated[str, AfterValidator(clean)]
Moment = Annotated[datetime, AfterValidator(in_utc)]


class Shape(BaseModel):
    """A JSON object as a service sends it."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)


def parse(shape: type[M], value: object) -> M:
    """Return `value` as `shape`; raises Unintelligible that names the first field that does not fit."""
    try:
        return shape.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise Unintelligible(clean(f"{where}: {first['msg']}", limit=200)) from error


def as_json(value: object) -> str:
    """Return what JSON said as one line of it."""
    try:
        return to_json(value).decode()
    except (PydanticSerializationError, ValueError):  # half a surrogate pair, which is no UTF-8
        return json.dumps(value, ensure_ascii=False)

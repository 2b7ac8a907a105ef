"""What every wire shape is made of: tolerant models, cleaned texts, moments in UTC.

A newer service may say more than this client knows, so that unknown fields are ignored.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError
from pydantic_core import PydanticSerializationError, to_json

from linktui.model.errors import Unintelligible
from linktui.model.text import clean

M = TypeVar("M", bound=BaseModel)


def _in_utc(moment: datetime) -> datetime:
    # A moment without a zone is UTC by every service's word.
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError as error:
        raise ValueError("is outside of the calendar") from error


Clean = Annotated[str, AfterValidator(clean)]
Moment = Annotated[datetime, AfterValidator(_in_utc)]


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


def pretty(value: object) -> str:
    """Return JSON as a person reads it."""
    try:
        return to_json(value, indent=2).decode()
    except (PydanticSerializationError, ValueError):  # half a surrogate pair, which is no UTF-8
        return json.dumps(value, ensure_ascii=False, indent=2)

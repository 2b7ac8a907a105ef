"""The request bodies of the JSON API, as shapes that refuse what they do not know."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from linktui.linkserver.errors import Refusal
from linktui.linkserver.limits import MAX_FILES, MAX_PAIRS, MAX_PARCEL, MAX_PARCEL_FILES, MAX_PASSWORD
from linktui.linkserver.times import LAST_MS, to_ms
from linktui.model.slugs import CHOSEN, why_not
from linktui.model.text import clean

M = TypeVar("M", bound=BaseModel)


def _slug(value: str) -> str:
    reason = why_not(value)
    if reason:
        raise ValueError(reason)
    return value


def _password(value: str) -> str:
    if not 1 <= len(value.encode()) <= MAX_PASSWORD:
        raise ValueError(f"must be 1 to {MAX_PASSWORD} bytes")
    return value


def _storable(value: AwareDatetime) -> AwareDatetime:
    if to_ms(value) > LAST_MS:
        raise ValueError("lies beyond the year 9999")
    return value


Slug = Annotated[str, Field(pattern=CHOSEN), AfterValidator(_slug)]
Password = Annotated[str, Field(min_length=1, max_length=MAX_PASSWORD), AfterValidator(_password)]
Name = Annotated[str, Field(min_length=1, max_length=255), AfterValidator(clean)]
Caption = Annotated[str, Field(max_length=500), AfterValidator(clean)]
Key = Annotated[str, Field(min_length=1, max_length=40)]
Value = Annotated[str, Field(max_length=500)]
DownloadLimit = Annotated[int, Field(ge=1, le=1_000_000)]
Moment = Annotated[AwareDatetime, AfterValidator(_storable)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class FileRef(_Body):
    """A file's place in a link."""

    id: Annotated[str, Field(max_length=100)]
    caption: Caption = ""


class LinkCreate(_Body):
    """A new link."""

    kind: Literal["view", "download", "upload"]
    files: Annotated[list[FileRef], Field(max_length=MAX_FILES)] = []
    name: Name | None = None
    slug: Slug | None = None
    expires_at: Moment | None = None
    password: Password | None = None
    download_limit: DownloadLimit | None = None
    metadata: Annotated[dict[Key, Value], Field(max_length=MAX_PAIRS)] = {}


class LinkPatch(_Body):
    """Changes to a link: only what is named changes."""

    kind: Literal["view", "download"] | None = None
    files: Annotated[list[FileRef], Field(max_length=MAX_FILES)] | None = None
    name: Name | None = None
    slug: Slug | None = None
    expires_at: Moment | Literal["now"] | None = None
    password: Password | None = None
    download_limit: DownloadLimit | None = None
    metadata: Annotated[dict[Key, Value | None], Field(max_length=2 * MAX_PAIRS)] | None = None


class ParcelFile(_Body):
    """One small file among others, and the link that is wanted to it."""

    name: Annotated[str, Field(min_length=1, max_length=5000)]
    size: Annotated[int, Field(ge=0, le=MAX_PARCEL)]
    key: Annotated[str, Field(pattern=r"^[!-~]{1,255}$")]
    """Of this file and its link, as an Idempotency-Key is."""
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    link: LinkCreate | None = None


class Parcel(_Body):
    """What comes in one request; the bytes follow in the same order."""

    files: Annotated[list[ParcelFile], Field(min_length=1, max_length=MAX_PARCEL_FILES)]


def parse(shape: type[M], data: bytes) -> M:
    """Return the body in `data`; raises a 422 Refusal that names the field, never its value."""
    try:
        return shape.model_validate_json(data)
    except ValidationError as error:
        first: Any = error.errors(include_input=False, include_url=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"] if not str(part).endswith("]"))
        message = clean(f"{where or 'The body'}: {first['msg']}.", limit=300)
        field = clean(str(first["loc"][0]), limit=100) if first["loc"] else None
        raise Refusal(422, "invalid", message, field=field) from None

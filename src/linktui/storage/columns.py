"""Turn the model's times, links and metadata into columns and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import overload

from linktui.model.link import LinkedFile, LinkKind, LinkSpec

compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""Return a value as JSON without spaces; json.dumps makes such an encoder each time."""
quote = json.encoder.encode_basestring
"""Return a text as JSON; with it the columns of a link are written in half an encoder's time."""


@overload
def to_ms(moment: datetime) -> int: ...
@overload
def to_ms(moment: datetime | None) -> int | None: ...
def to_ms(moment: datetime | None) -> int | None:
    """Return milliseconds since 1970 UTC."""
    return None if moment is None else round(moment.timestamp() * 1000)


@overload
def from_ms(ms: int) -> datetime: ...
@overload
def from_ms(ms: int | None) -> datetime | None: ...
def from_ms(ms: int | None) -> datetime | None:
    """Return the moment in UTC."""
    return None if ms is None else datetime.fromtimestamp(ms / 1000, UTC)


def files_to_json(files: tuple[LinkedFile, ...]) -> str:
    """Return the files of a link as one compact JSON array."""
    rows = [
        f"[{quote(file.id)},{quote(file.name)},{'null' if file.size is None else int(file.size)},"
        f"{quote(file.media_type)},{quote(file.caption)}]"
        for file in files
    ]
    return f"[{','.join(rows)}]"


def files_from_json(text: str) -> tuple[LinkedFile, ...]:
    """Return the files that `files_to_json` wrote."""
    return tuple(LinkedFile(*row) for row in json.loads(text))


def metadata_to_json(metadata: Mapping[str, str]) -> str:
    """Return metadata as one compact JSON object, in its own order."""
    pairs = [f"{quote(key)}:{quote(value)}" for key, value in metadata.items()]
    return "{" + ",".join(pairs) + "}"


def metadata_from_json(text: str) -> Mapping[str, str]:
    """Return the metadata that `metadata_to_json` wrote, read-only."""
    return MappingProxyType(json.loads(text))


def spec_to_json(spec: LinkSpec | None) -> str | None:
    """Return a wanted link as JSON; the password is in it, which is why the database is 0600."""
    if spec is None:
        return None
    return json.dumps(
        {
            "kind": spec.kind.value,
            "name": spec.name,
            "expires_at": to_ms(spec.expires_at),
            "password": spec.password,
            "download_limit": spec.download_limit,
            "slug": spec.slug,
            "metadata": dict(spec.metadata),
            "options": dict(spec.options),
            "captions": list(spec.captions),
        }
    )


def spec_from_json(text: str | None) -> LinkSpec | None:
    """Return the wanted link that `spec_to_json` wrote."""
    if text is None:
        return None
    values = json.loads(text)
    values["kind"] = LinkKind(values["kind"])
    values["expires_at"] = from_ms(values["expires_at"])
    values["captions"] = tuple(values["captions"])
    return LinkSpec(**values)

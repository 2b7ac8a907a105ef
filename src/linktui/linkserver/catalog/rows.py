"""What the catalogue's rows hold, as frozen values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

FILE_COLUMNS = "id, blob, name, size, media_type, inline_type, sha256, created_at, from_link"
_NAMES = (*FILE_COLUMNS.split(", "), "link_count")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """A stored file; `blob` names its bytes."""

    id: str
    blob: str
    name: str
    size: int
    media_type: str
    inline_type: str | None
    sha256: str
    created_at: int
    from_link: str | None
    link_count: int = 0


def file_from(row: Sequence[object]) -> FileRow:
    """Return the file in a row of FILE_COLUMNS, with or without the count of its links."""
    return FileRow(**dict(zip(_NAMES, row, strict=False)))  # type: ignore[arg-type] # the schema is STRICT


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """A file's place in a link."""

    file: FileRow
    caption: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRow:
    """A link with its files in order."""

    id: str
    kind: str
    name: str
    slug: str
    created_at: int
    updated_at: int
    expires_at: int | None
    revoked_at: int | None
    downloads: int
    in_flight: int
    download_limit: int | None
    password_hash: str | None = field(repr=False)
    last_download_at: int | None
    revision: int
    files: tuple[Attached, ...]
    metadata: dict[str, str]

    def state(self, now: int) -> str:
        """Return active, expired, exhausted or revoked, as of `now`."""
        if self.revoked_at is not None:
            return "revoked"
        if self.expires_at is not None and self.expires_at <= now:
            return "expired"
        if self.download_limit is not None and self.downloads >= self.download_limit:
            return "exhausted"
        return "active"

    @property
    def guarded(self) -> bool:
        """Whether its bytes are given only where they are asked for by name."""
        return self.password_hash is not None or self.download_limit is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadRow:
    """An upload, unfinished or (with a `file_id`) finished; `link_id` is empty for the owner's own."""

    id: str
    link_id: str
    name: str
    size: int
    offset: int
    sha256: str | None
    file_id: str | None
    expires_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadRow:
    """One request for bytes."""

    seq: int
    at: int
    finished_at: int | None
    state: str
    bytes: int
    file_id: str | None
    agent: str
    address: str

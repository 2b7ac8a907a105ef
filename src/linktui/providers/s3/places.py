"""Where a thing is, in an account that names no bucket: its id begins with that of its bucket; no I/O."""

from __future__ import annotations

from dataclasses import replace

from linktui.model.errors import NotFound
from linktui.model.file import File
from linktui.model.link import LinkKind
from linktui.providers.base import Told, UploadStatus
from linktui.providers.s3.address import is_bucket
from linktui.providers.s3.settings import BUCKET


def split(some_id: str) -> tuple[str, str]:
    """Return the bucket that an id or a path begins with, and the rest; raises NotFound for none."""
    bucket, slash, rest = some_id.partition("/")
    if not slash or not is_bucket(bucket):
        raise NotFound
    return bucket, rest


def below(bucket: str) -> str:
    """Return how the ids of all begin that is in a bucket; they sort as these do."""
    return f"{bucket}/"


def file_in(bucket: str, file: File) -> File:
    """Return a file as the account has it, from how its bucket tells it."""
    above = below(bucket)
    return replace(
        file,
        id=above + file.id,
        folder=above + file.folder,
        from_link=None if file.from_link is None else above + file.from_link,
    )


def told_in(bucket: str, told: Told) -> Told:
    """Return a link as the account has it, from how its bucket tells it."""
    above, link = below(bucket), told.link
    where = {BUCKET: bucket} if link.kind is LinkKind.UPLOAD else {}
    changed = replace(
        link,
        id=above + link.id,
        files=tuple(replace(one, id=above + one.id) for one in link.files),
        options={**link.options, **where},
        facts={"Bucket": bucket, **link.facts},
    )
    return Told(changed, told.answer)


def status_in(bucket: str, status: UploadStatus) -> UploadStatus:
    """Return how far an upload is as the account has it, from how its bucket tells it."""
    return replace(
        status,
        file_id=None if status.file_id is None else below(bucket) + status.file_id,
        file=None if status.file is None else file_in(bucket, status.file),
    )

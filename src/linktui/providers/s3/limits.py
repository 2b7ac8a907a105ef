"""What links in an S3-compatible store can be, and what no such store has.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html,
https://docs.aws.amazon.com/AmazonS3/latest/userguide/ShareObjectPreSignedURL.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

from linktui.model.capability import HERE, Ability, Limits
from linktui.model.errors import InvalidInput
from linktui.model.link import LinkKind
from linktui.model.option import YES, Option, OptionKind
from linktui.providers.s3.settings import BUCKET, LINKS_AT, PREFIX

EVERGREEN = "evergreen"
REVOCABLE = "revocable"
LARGEST = "max_size"
FOLDER = "folder"
VERSION = "version"
LONGEST = timedelta(days=7)
"""How long a signature is good for at most."""
LARGEST_POST = 5 * 1024**3
"""Bytes that a store takes in one request, from a stranger's form too."""
_NO_COUNT = "no store counts them"

_REVOCABLE = Option(
    key=REVOCABLE,
    title="Revocable",
    kind=OptionKind.TOGGLE,
    default=YES,
    help="Link to a copy of the file in the bucket, which revoking deletes. With no, nothing takes the"
    " address back before it ends. A link for uploads cannot be taken back either way.",
    on_edit=False,
)
_LARGEST = Option(
    key=LARGEST,
    title="Size limit",
    help="Of files from others, such as 100MB; 5 GB at most.",
    on_edit=False,
)
_VERSION = Option(
    key=VERSION,
    title="Version",
    help="The id of one version of the file; empty is the newest.",
    on_edit=False,
)

LIMITS = Limits(
    missing={
        Ability.NEVER_EXPIRE: "an address is signed for 7 days at most; extend the link as it nears its end",
        Ability.CHANGE_KIND: "the signed address says how the file is handed out; make another link",
        Ability.PASSWORD: "a store asks for none; give the link little time",
        Ability.DOWNLOAD_LIMIT: f"{_NO_COUNT}; give the link little time",
        Ability.SLUG: "it is the store's, with a signature in it; use the one given",
        Ability.EDIT_FILES: "a signed address is to one file; make another link",
        Ability.DOWNLOAD_LOG: f"{_NO_COUNT}; the bucket's access log may",
    },
    kinds=(LinkKind.DOWNLOAD, LinkKind.VIEW, LinkKind.UPLOAD),
    longest=LONGEST,
    metadata_pairs=50,
    metadata_key=40,
    metadata_value=500,
    largest_file=5 * 1024**4,
    chunk_size=8 * 1024 * 1024,
    even_chunks=True,
    pieces_at_once=4,
    last_piece_waits=True,
    most_pieces=10_000,
    one_upload_per_name=True,
    taken_back_by=REVOCABLE,
    new_address="The end is signed into the address, so that the link gets a new one. The old one stays good"
    " until its own end, unless the link is to end sooner: then it is over at once.",
    link_options=(_REVOCABLE, _LARGEST, _VERSION),
    file_options=(
        Option(
            key=FOLDER,
            title="Folder",
            help="Such as reports/2026, below the account's prefix.",
            on_edit=False,
        ),
    ),
    folder_option=FOLDER,
    version_option=VERSION,
    copied_by=REVOCABLE,
    counts_links=False,
    link_filters=frozenset({"ids", "created_after", "created_before"}),
    file_filters=frozenset({"name", "ids"}),
    rate=200.0,
)

_SERVED = replace(
    LIMITS,
    missing={
        Ability.EDIT_FILES: "a link here is to one file; make another link",
        Ability.DOWNLOAD_LOG: "the bucket keeps a count, not who it was",
    },
    longest=None,
    uploads_taken_back_by=EVERGREEN,
    new_address="",
    link_options=(
        Option(
            key=EVERGREEN,
            title="Evergreen",
            kind=OptionKind.TOGGLE,
            default=YES,
            help="Have the link server answer for it. With no, it is a signed address that needs no server:"
            " 7 days at most, without password, limit or count, and another one when its end is moved.",
            on_edit=False,
        ),
        replace(_REVOCABLE, help=f"Where evergreen is no. {_REVOCABLE.help}"),
        _LARGEST,
        _VERSION,
    ),
)
"""What links can be that a link server answers for."""


_OF_ALL_BUCKETS = replace(
    LIMITS,
    file_options=(
        Option(
            key=FOLDER,
            title="Bucket and folder",
            required=True,
            help="Such as team-files/reports/2026: a bucket, and a folder in it or none.",
            on_edit=False,
        ),
    ),
    link_options=(
        *LIMITS.link_options,
        Option(
            key=BUCKET,
            title="Bucket",
            help="Of a link for uploads: where the files go. Any other link is in the bucket of its file.",
            on_edit=False,
        ),
    ),
)
"""What an account can do that names no bucket."""


def limits_by(settings: Mapping[str, str]) -> Limits:
    """Return what an account can do: more where a link server answers for its links; raises InvalidInput."""
    place = settings.get(LINKS_AT, "").rstrip("/")
    if not settings.get(BUCKET):
        if settings.get(PREFIX):
            raise InvalidInput(PREFIX, "is below a bucket: name that too, or leave the prefix out")
        if place:
            raise InvalidInput(LINKS_AT, "needs a bucket: a link server answers for the links of one")
        return _OF_ALL_BUCKETS
    if not place:
        return LIMITS
    parts = urlsplit(place)
    if place != HERE and (parts.scheme not in {"https", "http"} or not parts.hostname or parts.query):
        raise InvalidInput(LINKS_AT, f"has to be {HERE} or an address such as https://links.example.org")
    return replace(_SERVED, links_at=place)

"""A locked link that is none: what is shown at an address that can be guessed and has no link.

Of an address of our own making it may be said that nothing is there, as nobody comes upon another one. One
that somebody chose can be guessed, and the answer must not tell whether a link with a password has it: all of
them look like such a link, one whose password nobody knows.
"""

from __future__ import annotations

from linktui.linkserver.catalog.rows import LinkRow

_ID = "-"
"""No link has it."""


def decoy(slug: str) -> LinkRow:
    """Return what stands in for a link with a password at this address."""
    return LinkRow(
        id=_ID,
        kind="download",
        name="",
        slug=slug,
        created_at=0,
        updated_at=0,
        expires_at=None,
        revoked_at=None,
        downloads=0,
        in_flight=0,
        download_limit=None,
        password_hash="-",  # noqa: S106 - of no password
        last_download_at=None,
        revision=0,
        files=(),
        metadata={},
    )


def is_decoy(link: LinkRow) -> bool:
    """Tell whether a link only stands in for one."""
    return link.id == _ID

"""Stripe's objects, as JSON."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable

import apsw

from linktui.linkserver.catalog import files, links
from linktui.linkserver.catalog.rows import LinkRow
from linktui.linkserver.dialects import objects
from linktui.linkserver.dialects.objects import Fields, Object
from linktui.linkserver.dialects.sharing import over
from linktui.linkserver.dialects.stripe.errors import StripeRefusal
from linktui.linkserver.dialects.stripe.params import DEFAULT_PAGE
from linktui.linkserver.dialects.stripe.purposes import PURPOSES

FILE, LINK = "file", "file_link"
EXPANDABLE = {
    FILE: frozenset({"links", "links.data", "links.data.file"}),
    LINK: frozenset({"file", "file.links"}),
}
"""The properties that `expand` may name, by kind.

https://docs.stripe.com/api/expanding_objects
"""
_TOKEN = re.compile(r"00\|(acct_\w+)\|fl_test_([\w-]+)", re.ASCII)


class Shapes:
    """Makes the JSON of one account's objects, as of one moment."""

    def __init__(self, db: apsw.Connection, *, base_url: str, namespace: str, account: str, now: int) -> None:
        self._db = db
        self._base_url = base_url
        self._namespace = namespace
        self._account = account
        self._now = now

    def file(self, file: Object, *, expand: frozenset[str] = frozenset()) -> Fields:
        """Return a File."""
        row = files.get(self._db, file.subject or "")
        purpose = file.fields["purpose"]
        return {
            "id": file.id,
            "object": FILE,
            "created": file.created_at // 1000,
            "expires_at": file.fields["expires_at"],
            "filename": row.name,
            "links": self._links_of(file, expand=_below("links.data", expand)),
            "purpose": purpose,
            "size": row.size,
            "title": file.fields["title"],
            "type": file.fields["type"],
            "url": f"{self._base_url}/v1/files/{file.id}/contents" if PURPOSES[purpose].download else None,
        }

    def link(self, link: Object, *, expand: frozenset[str] = frozenset()) -> Fields:
        """Return a FileLink; the file is its id, or the whole of it if expanded."""
        row = links.get(self._db, link.subject or "")
        file: str | Fields = str(link.parent)
        if "file" in expand or "file.links" in expand:
            found = objects.get(self._db, self._namespace, FILE, str(link.parent))
            file = file if found is None else self.file(found, expand=_below("file", expand))
        return {
            "id": link.id,
            "object": LINK,
            "created": link.created_at // 1000,
            "expired": over(row, self._now),
            "expires_at": None if row.expires_at is None else row.expires_at // 1000,
            "file": file,
            "livemode": False,
            "metadata": row.metadata,
            "url": f"{self._base_url}/links/{_token(self._account, row)}",
        }

    def _links_of(self, file: Object, *, expand: frozenset[str]) -> Fields:
        page = objects.page(
            self._db, self._namespace, LINK, limit=DEFAULT_PAGE, where={"object.parent = ?": file.id}
        )
        url = f"/v1/file_links?file={file.id}"
        return listing((self.link(link, expand=expand) for link in page.data), more=page.more, url=url)


def listing(data: Iterable[Fields], *, more: bool, url: str) -> Fields:
    """Return a list."""
    return {"object": "list", "data": list(data), "has_more": more, "url": url}


def require_expandable(kind: str, expand: frozenset[str], *, listed: bool = False) -> frozenset[str]:
    """Return the paths to expand in each object; raises a StripeRefusal for one that is none.

    In a list they begin with `data.`, which the result does without.
    """
    inner = _below("data", expand) if listed else expand
    known = {f"data.{path}" for path in EXPANDABLE[kind]} | {"data"} if listed else EXPANDABLE[kind]
    for path in sorted(expand):
        if path not in known:
            raise StripeRefusal(f"This property cannot be expanded ({path[:200]}).", param="expand")
    return inner


def slug_in(token: str) -> tuple[str, str] | None:
    """Return the account and the catalogue's slug that a public address names."""
    try:
        text = urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4)).decode("ascii")
    except ValueError:
        return None
    match = _TOKEN.fullmatch(text)
    return None if match is None else (match[1], match[2])


def _token(account: str, link: LinkRow) -> str:
    # Like Stripe's own, the address tells the account and the mode to whoever decodes it.
    return urlsafe_b64encode(f"00|{account}|fl_test_{link.slug}".encode()).decode().rstrip("=")


def _below(name: str, expand: frozenset[str]) -> frozenset[str]:
    return frozenset(path.removeprefix(f"{name}.") for path in expand if path.startswith(f"{name}."))

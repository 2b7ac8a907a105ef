"""What an appliance says of itself, of an account and of what went wrong; no I/O.

Fields come and go with the versions, and a root key around an object with them: all of it is read tolerantly.
https://docs.liquidfiles.com/api/v4.0/account/
"""

from __future__ import annotations

import re
from datetime import datetime
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import BeforeValidator

from linktui.model.capability import Ability
from linktui.model.errors import Unauthorized, Unintelligible
from linktui.model.identity import Identity
from linktui.model.text import clean
from linktui.providers.answers import Said
from linktui.providers.shapes import Clean, Moment, Shape, in_utc, parse

FIRST_WITH_MANY_FILES = 40300
"""4.3 as a `version_numeric`: the first with several files in a link, addresses of one's own, and so on."""
_NOT_IN_GROUP = {
    "filelink_can_use_inline": "inline display",
    "filelink_can_use_gallery": "gallery display",
    "filelink_can_disable_downloads": "links without downloads",
    "filelink_can_use_direct_links": "direct links",
    "filelink_can_change_require_authentication": "changing the sign-in",
    "filelink_can_customise_header_footer": "header and footer",
}


def _moment_of(value: object) -> object:
    """Read also "2026-01-31 10:00:00 UTC" and a moment without a zone, which is UTC."""
    if not isinstance(value, str):
        return value
    try:
        moment = datetime.fromisoformat(value.replace(" UTC", "Z"))
    except ValueError:
        return value
    return in_utc(moment)


LooseMoment = Annotated[Moment, BeforeValidator(_moment_of)]


class _Account(Shape):
    name: Clean | None = None
    email: Clean | None = None
    group: Clean | None = None
    version: Clean | None = None
    version_numeric: int | None = None
    api_version: Clean | None = None
    max_file_size: Clean | None = None
    message_max_size: Clean | None = None
    permitted_extensions: Clean | None = None
    limit_extensions: Clean | None = None
    blocked_extensions: Clean | None = None
    can_use_filelinks: bool | None = None
    is_local: bool | None = None
    filelink_max_files: int | None = None
    filelink_can_use_password: bool | None = None
    filelink_can_change_url: bool | None = None
    filelink_can_use_inline: bool | None = None
    filelink_can_use_gallery: bool | None = None
    filelink_can_disable_downloads: bool | None = None
    filelink_can_use_direct_links: bool | None = None
    filelink_can_change_require_authentication: bool | None = None
    filelink_can_customise_header_footer: bool | None = None

    @property
    def numeric(self) -> int | None:
        """The version as one number, 4.3.1 as 40301; None where nobody tells."""
        found = re.match(r"(\d+)\.(\d+)(?:\.(\d+))?", self.version or "")
        if found is None:
            return self.version_numeric
        return int(found[1]) * 10_000 + int(found[2]) * 100 + int(found[3] or 0)


def identity_from(value: object, *, scheme: str) -> Identity:
    """Return who the account is; `scheme` is how its key was sent. Raises Unintelligible."""
    account = parse(_Account, unwrapped(value, "user", "account"))
    who = " ".join(filter(None, (account.name, account.email and f"<{account.email}>")))
    return Identity(
        who=who,
        version=account.version or "",
        missing=MappingProxyType(_missing(account)),
        facts=MappingProxyType(_facts(account) | {"Key sent as": scheme}),
    )


def key_from(value: object) -> str:
    """Return the key in the answer to a login; raises Unauthorized with what the server said instead."""
    words = said(value).message
    if words:
        raise Unauthorized(clean(words, limit=300))
    user = unwrapped(value, "user")
    key = user.get("api_key") if isinstance(user, dict) else None
    if not isinstance(key, str) or not key:
        raise Unintelligible("no key; with two factors, get one in the browser at /session/api")
    return key


def said(body: Any) -> Said:
    """Read `{"errors": ["...", ...]}`, `{"error": "..."}` and `{"error": {...}}`."""
    if not isinstance(body, dict):
        return Said()
    return Said(message="; ".join(_texts(body.get("errors")) + _texts(body.get("error"))))


def unwrapped(value: object, *roots: str) -> object:
    """Return the object below one of the root keys, or `value` itself where there is none."""
    if isinstance(value, dict):
        for root in roots:
            if isinstance(value.get(root), dict):
                return value[root]
    return value


def _texts(value: object) -> list[str]:
    match value:
        case str():
            return [value]
        case list():
            return [text for one in value for text in _texts(one)]
        case dict():
            return _texts(value.get("message") or list(value.values()))
        case _:
            return []


def _missing(account: _Account) -> dict[Ability, str]:
    missing: dict[Ability, str] = {}
    if account.filelink_can_use_password is False:
        missing[Ability.PASSWORD] = "your group may not; ask for a sign-in instead"
    if account.filelink_can_change_url is False:
        missing[Ability.SLUG] = "your group may not; links keep the address they are given"
    if account.filelink_max_files == 1:
        missing[Ability.EDIT_FILES] = "your group may put one file in a link; make a new link"
    if account.numeric is not None and account.numeric < FIRST_WITH_MANY_FILES:
        version = account.version or "older"
        reason = f"that came with LiquidFiles 4.3, and this server is {version}; make a new link"
        missing |= dict.fromkeys((Ability.SLUG, Ability.EDIT_FILES), reason)
    return missing


def _facts(account: _Account) -> dict[str, str]:
    refused = [title for field, title in _NOT_IN_GROUP.items() if getattr(account, field) is False]
    megabytes = account.message_max_size or account.max_file_size
    links = "not allowed for this account" if account.can_use_filelinks is False else ""
    facts = {
        "Group": account.group,
        "API version": account.api_version,
        "FileLinks": "only for local users" if account.is_local is False else links,
        "Not allowed for the group": ", ".join(refused),
        "Largest file": f"{megabytes} MB" if megabytes not in {None, "", "0"} else "",
        "Files per link": account.filelink_max_files and str(account.filelink_max_files),
        "Allowed extensions": account.permitted_extensions or account.limit_extensions,
        "Blocked extensions": account.blocked_extensions,
    }
    return {title: text for title, text in facts.items() if text}

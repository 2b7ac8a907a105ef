"""One row about a link that is to be made."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from linktui.model.change import Intent
from linktui.model.errors import InvalidInput, Unsupported
from linktui.model.link import LinkKind, LinkSpec
from linktui.services.rules import check_new, with_tags
from linktui.services.sheets.cells import option_cell
from linktui.services.sheets.fields import NOW, Fields
from linktui.services.sheets.ground import Ground
from linktui.services.sheets.sheet import (
    ACTION,
    EXPIRES,
    FILE,
    KEPT,
    KIND,
    LIMIT,
    NAME,
    PASSWORD,
    SLUG,
    TAG,
    Row,
)


def created(row: Row, account_name: str, *, ground: Ground) -> Intent:
    """Return the change that makes a row's link; raises InvalidInput."""
    fields = ground.fields(account_name)
    account = fields.account
    values = _values(row, fields, default=account.policy.default_expires or ground.defaults.expires)
    file_ids: tuple[str, ...] = values.get(FILE, ())
    for file_id in file_ids:
        ground.stored(account_name, file_id)
    spec = with_tags(account, _spec(values, fields, ground))
    with suppress(Unsupported):  # the plan says so
        check_new(account, spec, now=fields.now, files=len(file_ids))
    return ground.planner.created(account_name, file_ids, spec)


def _values(row: Row, fields: Fields, *, default: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, text in ({EXPIRES: default} | dict(row.cells)).items():
        if key != ACTION:
            fields.check_key(key)
            values[key] = fields.written(key, text, None)
    if values[EXPIRES] == NOW:
        raise InvalidInput("expiry", "“now” ends a link; give a new one some time, such as 7d")
    if values.get(PASSWORD) == KEPT:
        raise InvalidInput("password", "of another link is not known here; write one, or take it away")
    return values


def _spec(values: dict[str, Any], fields: Fields, ground: Ground) -> LinkSpec:
    own = {option_cell(option.key): option.key for option in fields.account.limits.link_options}
    return LinkSpec(
        kind=values.get(KIND) or LinkKind(ground.defaults.kind),
        name=values.get(NAME, ""),
        expires_at=values[EXPIRES],
        password=values.get(PASSWORD),
        download_limit=values.get(LIMIT),
        slug=values.get(SLUG, ""),
        metadata={
            key.removeprefix(TAG): value
            for key, value in values.items()
            if key.startswith(TAG) and value is not None
        },
        options={own[key]: value for key, value in values.items() if key in own and value},
    )

"""One row about a link there is, as the change it makes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from linktui.model.change import Intent, Verb
from linktui.model.errors import InvalidInput, Unsupported
from linktui.model.link import KEEP, Link, LinkedFile, LinkEdit, LinkState
from linktui.model.wording import explain
from linktui.services.rules import check_edit, check_metadata, check_policy
from linktui.services.sheets.cells import cells_of, files_cell
from linktui.services.sheets.fields import NOW, Fields, Value
from linktui.services.sheets.ground import Ground
from linktui.services.sheets.sheet import (
    ACTION,
    EXPIRES,
    FILE,
    KEPT,
    KIND,
    LIMIT,
    NAME,
    NONE,
    PASSWORD,
    SLUG,
    TAG,
    Action,
    Cells,
    Row,
)
from linktui.storage.exports import Exported

_PLAIN = {EXPIRES: "expires_at", KIND: "kind", LIMIT: "download_limit", NAME: "name", SLUG: "slug",
          PASSWORD: "password"}  # fmt: skip
_ENDS = {Action.EXPIRE: Verb.EXPIRE, Action.REVOKE: Verb.REVOKE, Action.DELETE: Verb.DELETE}

Changes = Mapping[str, Value]
"""What a row makes of its link, by key: only what is another than it was."""


def changes_of(
    row: Row, link: Link, was: Exported | None, *, ground: Ground, fault: Callable[[str], None]
) -> Changes:
    """Return what a row changes of a link; `was` is how it was written out, None if it was not."""
    fields = ground.fields(link.account)
    now = cells_of(link, fields.account.limits, ground.zone)
    before = now if was is None else was.cells
    held = files_cell(link) if was is None else was.files
    changes: dict[str, Value] = {}
    for key, text in _given(row, was).items():
        if key == ACTION or text == before.get(key):
            continue
        try:
            fields.check_key(key)
            value = fields.written(key, text, link)
            old = held if key == FILE else _shown(fields, key, before, link)
            new = files_cell(link) if key == FILE else _shown(fields, key, now, link)
            if key == PASSWORD and value == KEPT:
                raise InvalidInput("password", "is not set, so that none can be kept")
            if value in (old, new):
                continue
            if old != new:
                raise InvalidInput(key, _meanwhile(key, now))
            changes[key] = value
        except InvalidInput as error:
            fault(explain(error))
    return changes


def intent_of(row: Row, link: Link, changes: Changes, *, ground: Ground) -> Intent | None:
    """Return the change that a row asks for, None for none; raises InvalidInput."""
    action = action_of(row)
    verb = Verb.EXPIRE if changes.get(EXPIRES) == NOW else _ENDS.get(action)
    if verb is None:
        return _edited(link, changes, ground) if changes else None
    if set(changes) - {EXPIRES} or (action is not Action.EDIT and changes):
        raise InvalidInput("the link", "is ended by this line, so nothing else of it can be changed here")
    return ending(link, verb, ground=ground)


def ending(link: Link, verb: Verb, *, ground: Ground) -> Intent | None:
    """Return the change that ends a link; None where that is done already."""
    state = link.state(ground.fields(link.account).now)
    if verb is Verb.DELETE:
        return ground.planner.ended(link, verb)
    if state is LinkState.REVOKED:
        return None
    if verb is Verb.REVOKE:
        return ground.planner.ended(link, verb)
    return None if state is LinkState.EXPIRED else ground.planner.expired(link)


def action_of(row: Row) -> Action:
    """Return what a row says of its link beyond its cells; raises InvalidInput."""
    text = row.cells.get(ACTION) or ""
    try:
        return Action(text.strip().lower())
    except ValueError as error:
        known = ", ".join(action.value for action in Action if action.value)
        raise InvalidInput("action", f"“{text}” is none; write {known}, or nothing") from error


def _given(row: Row, was: Exported | None) -> Cells:
    """Return a row's cells, with what was taken away from them."""
    if was is None:
        return row.cells
    missing = [key for key in was.cells if key not in row.cells and _leaves_with_its_cell(key, row)]
    return {**row.cells, **dict.fromkeys(missing)}


def _leaves_with_its_cell(key: str, row: Row) -> bool:
    group = TAG if key.startswith(TAG) else key
    return group in {TAG, LIMIT, PASSWORD} and group not in row.silent


def _shown(fields: Fields, key: str, cells: Mapping[str, str], link: Link) -> Value:
    """Return what a cell said; one that was not shown is as the link is."""
    if key in cells:
        return fields.shown(key, cells[key])
    option = fields.option(key)
    if option is not None:
        return link.options.get(option.key, "")
    return {KIND: link.kind, NAME: link.name, SLUG: link.slug}.get(key)


def _meanwhile(key: str, now: Mapping[str, str]) -> str:
    value = "" if key in {SLUG, FILE} else f" to {now.get(key, NONE)}"
    return f"was changed elsewhere meanwhile{value}; leave it, or open the links as they are now"


def _edited(link: Link, changes: Changes, ground: Ground) -> Intent:
    fields = ground.fields(link.account)
    edit = _edit(link, changes, ground)
    limits = fields.account.limits
    with suppress(Unsupported):  # the plan says so, and offers a new link in its place
        check_edit(limits, edit)
        if edit.expires_at is not KEEP:
            check_policy(fields.account.policy, edit.expires_at, now=fields.now)
        if edit.metadata is not KEEP:
            tags = {**link.metadata, **edit.metadata}
            check_metadata(limits, {key: value for key, value in tags.items() if value is not None})
    return ground.planner.edited(link, edit)


def _edit(link: Link, changes: Changes, ground: Ground) -> LinkEdit:
    fields = ground.fields(link.account)
    values: dict[str, Any] = {}
    tags: dict[str, str | None] = {}
    options: dict[str, str] = {}
    for key, value in changes.items():
        if key in _PLAIN:
            values[_PLAIN[key]] = value
        elif key == FILE and isinstance(value, tuple):
            values["files"] = _files(link, value, ground)
        elif key.startswith(TAG):
            tags[key.removeprefix(TAG)] = value if isinstance(value, str) else None
        elif (option := fields.option(key)) is not None:
            if not option.on_edit:
                raise InvalidInput(f"“{key}”", "is said when a link is made, and cannot be changed later")
            options[option.key] = str(value)
    return LinkEdit(**values, metadata=tags or KEEP, options=options or KEEP)


def _files(link: Link, file_ids: tuple[str, ...], ground: Ground) -> tuple[LinkedFile, ...]:
    held = {file.id: file for file in link.files}
    return tuple(held.get(file_id) or _linked(link.account, file_id, ground) for file_id in file_ids)


def _linked(account: str, file_id: str, ground: Ground) -> LinkedFile:
    file = ground.stored(account, file_id)
    return LinkedFile(file.id, file.name, file.size)

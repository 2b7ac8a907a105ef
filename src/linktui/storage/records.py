"""Turn links, edits and intents into JSON and back, for the journal.

No URL is in it: a journal outlives its links. A password is, until its change is over, which is one reason
why the database is 0600.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from linktui.model.change import Intent, Verb
from linktui.model.link import KEEP, Link, LinkedFile, LinkEdit, LinkKind, LinkSpec
from linktui.storage.columns import compact, from_ms, spec_from_json, spec_to_json, to_ms

_decode = json.JSONDecoder().decode
_MOMENTS = ("created_at", "updated_at", "expires_at", "revoked_at", "last_download_at")
_MAPS = ("metadata", "options", "facts")
_LEFT_OUT = {"url", "facts", "gone_at"}
_EDIT_FIELDS = tuple(field.name for field in fields(LinkEdit))


def link_to_json(link: Link | None) -> str:
    """Return a link without its URL; an empty text for none."""
    if link is None:
        return ""
    values = {}
    for name, write in _LINK_FIELDS:
        value = getattr(link, name)
        if value or value == 0:
            values[name] = value if write is None else write(value)
    return compact(values)


def link_from_json(text: str) -> Link | None:
    """Return the link that `link_to_json` wrote, its URL empty."""
    if not text:
        return None
    return Link(**{"name": "", "url": "", **_rich(_decode(text))})


def intent_to_json(intent: Intent) -> str:
    """Return how a link is to be changed, or what the new one is to be."""
    return compact(
        {
            "edit": _changed(intent.edit),
            "spec": spec_to_json(intent.spec) or "",
            "files": list(intent.file_ids),
            "renewable": intent.renewable,
        }
    )


def intent_from_json(text: str, *, before: str, **more: Any) -> Intent | None:
    """Return the change that `intent_to_json` wrote; `more` is what has columns of its own."""
    if not text:
        return None
    edit, spec, file_ids, renewable = _wanted(text)
    return Intent(
        link=link_from_json(before),
        edit=edit,
        spec=spec,
        file_ids=file_ids,
        renewable=renewable,
        **more | {"verb": Verb(more["verb"])},
    )


@lru_cache(maxsize=1)  # many changes of a plan want the same
def _wanted(text: str) -> tuple[LinkEdit | None, LinkSpec | None, tuple[str, ...], bool]:
    values = _decode(text)
    edit = None if values["edit"] is None else LinkEdit(**_rich(values["edit"]))
    return edit, spec_from_json(values["spec"] or None), tuple(values["files"]), values["renewable"]


def without_password(intent: Intent) -> Intent:
    """Return a change without the password that it set: once it is over nobody needs it any more."""
    edit, spec = intent.edit, intent.spec
    if edit is not None and edit.password is not KEEP and edit.password is not None:
        edit = replace(edit, password="")
    if spec is not None and spec.password is not None:
        spec = replace(spec, password="")
    return replace(intent, edit=edit, spec=spec)


def _changed(edit: LinkEdit | None) -> dict[str, object] | None:
    """Return the fields that an edit changes."""
    if edit is None:
        return None
    values = {name: getattr(edit, name) for name in _EDIT_FIELDS}
    kept = {name: value for name, value in values.items() if value is not KEEP and value is not False}
    return {name: _plain(name, value) for name, value in kept.items()}


def _rows(files: Iterable[LinkedFile]) -> list[list[object]]:
    return [[file.id, file.name, file.size, file.media_type, file.caption] for file in files]


def _files(rows: Iterable[list[Any]]) -> tuple[LinkedFile, ...]:
    return tuple(LinkedFile(*row) for row in rows)


_WRITE: Mapping[str, Callable[[Any], object]] = (
    dict.fromkeys(_MOMENTS, to_ms) | dict.fromkeys(_MAPS, dict) | {"files": _rows}
)
_READ: Mapping[str, Callable[[Any], object]] = (
    dict.fromkeys(_MOMENTS, from_ms)
    | dict.fromkeys(_MAPS, MappingProxyType)
    | {"files": _files, "kind": LinkKind}
)
"""The fields that are another thing in JSON."""
_LINK_FIELDS = tuple(
    (field.name, _WRITE.get(field.name)) for field in fields(Link) if field.name not in _LEFT_OUT
)


def _plain(name: str, value: Any) -> object:
    write = _WRITE.get(name)
    return value if write is None else write(value)


def _rich(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: read(value) if (read := _READ.get(name)) else value for name, value in values.items()}

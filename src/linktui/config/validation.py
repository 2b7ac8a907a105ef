"""Check a configuration file's values against the settings, naming what is wrong and what is allowed.

Apart from `settings` because without a configuration file it is never loaded.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from linktui.config.account import AccountSettings
from linktui.config.accounts import check_account
from linktui.config.extension_checks import check_command, check_hook, check_notify
from linktui.config.extensions import CommandSettings, HookSettings, NotifySettings
from linktui.config.filters import FILTERS, check_filter
from linktui.config.keys import KEYS, flat
from linktui.config.sender import check_sender
from linktui.config.settings import (
    DaemonSettings,
    DefaultSettings,
    LocalSettings,
    PlanSettings,
    ScreenSettings,
    SenderSettings,
    Settings,
    SyncSettings,
    UploadSettings,
)
from linktui.config.tables import WrongValue, read_table
from linktui.config.templates import TEMPLATES, check_named_template
from linktui.model.errors import InvalidInput
from linktui.model.expiry import parse_duration
from linktui.model.link import LinkKind

ACCOUNTS = "accounts"
COMMANDS = "commands"
HOOKS = "hooks"
_NAMED = (ACCOUNTS, COMMANDS, HOOKS)
"""Tables that hold a table for each name."""
_HEADER = re.compile(r"\s*\[\s*([^\]]+?)\s*\]")
_KEY = re.compile(r"""\s*(?:([A-Za-z0-9_-]+)|"([^"]*)"|'([^']*)')\s*=""")
_TABLES: dict[str, type[Any]] = {
    "uploads": UploadSettings,
    "defaults": DefaultSettings,
    "local": LocalSettings,
    "sender": SenderSettings,
    "daemon": DaemonSettings,
    "screen": ScreenSettings,
    "plans": PlanSettings,
    "sync": SyncSettings,
    "notify": NotifySettings,
}

T = TypeVar("T")


def validate(values: dict[str, Any], *, text: str, path: Path) -> Settings:
    """Return the settings that `values` say; raises InvalidInput naming file, line, table and key.

    `text` is the file's, in which the line is looked up.
    """
    try:
        return _settings(values)
    except _Wrong as wrong:
        line = line_of(text, wrong.key)
        where = f"{path}, line {line}," if line else str(path)
        raise InvalidInput(where, f"{wrong.key}: {wrong.reason}" if wrong.key else wrong.reason) from wrong


def line_of(text: str, key: str) -> int | None:
    """Return the line (from 1) where a dotted key stands in TOML text, or the line of its table."""
    # The name of a filter or template may hold dots itself.
    named = key.startswith((f"{FILTERS}.", f"{TEMPLATES}."))
    table, _, last = key.partition(".") if named else key.rpartition(".")
    inside, found = "", None
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            inside = header[1].replace('"', "")
            if inside in {key, table}:
                found = number
        elif inside == table and (word := _KEY.match(line)) and last in word.groups():
            return number
    return found


class _Wrong(Exception):
    """A value that is not allowed: which key, and why."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(key, reason)
        self.key = key
        self.reason = reason


def _settings(values: dict[str, Any]) -> Settings:
    unknown = sorted(values.keys() - _TABLES.keys() - {FILTERS, KEYS, TEMPLATES, *_NAMED})
    if unknown:
        known = ", ".join(
            f"[{name}]" for name in (*_TABLES, FILTERS, KEYS, TEMPLATES, *(f"{one}.NAME" for one in _NAMED))
        )
        raise _Wrong("", f"has no place for “{unknown[0]}”; allowed are {known}")
    tables = {name: _table(name, table, _TABLES[name]) for name, table in values.items() if name in _TABLES}
    settings = Settings(
        **tables,
        accounts=MappingProxyType(_accounts(values.get(ACCOUNTS, {}))),
        filters=MappingProxyType(_texts(FILTERS, values.get(FILTERS, {}), check_filter)),
        templates=MappingProxyType(_texts(TEMPLATES, values.get(TEMPLATES, {}), check_named_template)),
        commands=_named(COMMANDS, values.get(COMMANDS, {}), CommandSettings, check_command),
        hooks=_named(HOOKS, values.get(HOOKS, {}), HookSettings, check_hook),
        keys=MappingProxyType(_keys(values.get(KEYS, {}))),
    )
    _check(settings)
    return settings


def _table(name: str, table: object, kind: type[T]) -> T:
    if not isinstance(table, dict):
        raise _Wrong(name, f"is a table: write [{name}]")
    try:
        return read_table(kind, table)
    except WrongValue as wrong:
        raise _Wrong(f"{name}.{wrong.key}", wrong.reason) from wrong


def _accounts(tables: object) -> dict[str, AccountSettings]:
    if not isinstance(tables, dict):
        raise _Wrong(ACCOUNTS, "holds a table for each account: write [accounts.NAME]")
    return {name: _account(name, table) for name, table in tables.items()}


def _account(name: str, table: object) -> AccountSettings:
    key = f"{ACCOUNTS}.{name}"
    if not isinstance(table, dict):
        raise _Wrong(key, f"is a table: write [{key}]")
    ours = {word: value for word, value in table.items() if word in AccountSettings.__slots__}
    theirs = {word: value for word, value in table.items() if word not in ours}
    account = _table(key, ours, AccountSettings)
    for word, value in theirs.items():
        if not isinstance(value, str):
            raise _Wrong(f"{key}.{word}", "has to be text in quotes")
    account = replace(account, settings=MappingProxyType(theirs))
    try:
        check_account(name, account)
    except InvalidInput as error:
        word = error.field if error.field in AccountSettings.__slots__ else ""
        raise _Wrong(f"{key}.{word}".rstrip("."), error.reason) from error
    return account


def _named(
    place: str, tables: object, kind: type[T], check: Callable[[str, T], None]
) -> MappingProxyType[str, T]:
    """Return what stands in the tables [place.NAME], each checked."""
    if not isinstance(tables, dict):
        raise _Wrong(place, f"holds a table for each: write [{place}.NAME]")
    found = {name: _table(f"{place}.{name}", table, kind) for name, table in tables.items()}
    for name, one in found.items():
        _check_by(f"{place}.{name}", partial(check, name, one))
    return MappingProxyType(found)


def _check_by(key: str, check: Callable[[], None]) -> None:
    """Have a table checked, its mistake said with the key's place in the file."""
    try:
        check()
    except InvalidInput as error:
        raise _Wrong(f"{key}.{error.field}".rstrip("."), error.reason) from error


def _texts(name: str, table: object, check: Callable[[str, str], None]) -> dict[str, str]:
    """Return a table of texts, each with a name of the person's own."""
    if not isinstance(table, dict):
        raise _Wrong(name, f"is a table: write [{name}]")
    for key, text in table.items():
        if not isinstance(text, str):
            raise _Wrong(f"{name}.{key}", f"has to be a {name.removesuffix('s')} in quotes")
        try:
            check(key, text)
        except InvalidInput as error:
            raise _Wrong(f"{name}.{key}", f"the {error.field} {error.reason}") from error
    return dict(table)


def _keys(table: object) -> dict[str, str]:
    """Return the key map; whether there are such commands and keys the screens say, and open all the same."""
    if not isinstance(table, dict):
        raise _Wrong(KEYS, f"is a table: write [{KEYS}]")
    found = flat(table)
    for name, keys in found.items():
        if not isinstance(keys, str):
            raise _Wrong(f"{KEYS}.{name}", 'has to be keys in quotes, such as "f,F5", or "" for none')
    return found


def _check(settings: Settings) -> None:
    """Check what a type alone cannot say."""
    if not 1 <= settings.uploads.concurrency <= 16:
        raise _Wrong("uploads.concurrency", "allowed are 1 to 16")
    if settings.uploads.bandwidth_limit < 0:
        raise _Wrong("uploads.bandwidth_limit", "allowed are bytes a second, or 0 for no limit")
    if not 0 <= settings.local.port <= 65535:
        raise _Wrong("local.port", "allowed are 0 (any) to 65535")
    if settings.local.public_url and not settings.local.public_url.startswith(("http://", "https://")):
        raise _Wrong("local.public_url", "has to begin with http:// or https://")
    try:
        check_sender(settings.sender)
    except InvalidInput as error:
        raise _Wrong(f"sender.{error.field}", error.reason) from error
    if settings.defaults.kind not in set(LinkKind):
        raise _Wrong("defaults.kind", f"allowed are {', '.join(LinkKind)}")
    _check_word("screen.clipboard", settings.screen.clipboard, "auto", "osc52", "native")
    _check_word("screen.slow", settings.screen.slow, "auto", "on", "off")
    _check_by("notify", partial(check_notify, settings.notify))
    _check_word("screen.borders", settings.screen.borders, "auto", "round", "ascii")
    _check_word("screen.density", settings.screen.density, "compact", "normal", "roomy")
    _check_word("screen.pictures", settings.screen.pictures, "auto", "on", "off")
    _check_length("plans.hold", settings.plans.hold, words=("none",))
    _check_length("sync.keep", settings.sync.keep, words=("none", "forever"))
    for key, phrase in (
        ("defaults.expires", settings.defaults.expires),
        ("daemon.idle_exit", settings.daemon.idle_exit),
    ):
        _check_phrase(key, phrase)


def _check_length(key: str, length: str, *, words: tuple[str, ...]) -> None:
    """Check a length of time, in the place of which some words may stand."""
    if length not in words:
        try:
            parse_duration(length)
        except InvalidInput as error:
            raise _Wrong(key, f"{error.reason}, or {' or '.join(words)}") from error


def _check_word(key: str, word: str, *allowed: str) -> None:
    if word not in allowed:
        raise _Wrong(key, f"allowed are {', '.join(allowed[:-1])} and {allowed[-1]}")


def _check_phrase(key: str, phrase: str) -> None:
    try:
        _check_duration(phrase)
    except InvalidInput as error:
        raise _Wrong(key, f"{error.reason}, or never") from error


def _check_duration(phrase: str) -> None:
    if phrase not in {"", "never"}:
        parse_duration(phrase)

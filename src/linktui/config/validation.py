"""Check a configuration file's values against the settings, naming what is wrong and what is allowed.

Apart from `settings` because pydantic takes longer to import than the first screen may take: without
a configuration file it is never loaded.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as validated

from linktui.config.settings import (
    DaemonSettings,
    DefaultSettings,
    LocalSettings,
    ScreenSettings,
    Settings,
    UploadSettings,
)
from linktui.model.errors import InvalidInput
from linktui.model.expiry import parse_duration
from linktui.model.link import LinkKind

_STRICT = ConfigDict(extra="forbid", strict=True)
_TABLES: dict[str, TypeAdapter[Any]] = {
    "uploads": TypeAdapter(validated(UploadSettings, config=_STRICT, frozen=True)),
    "defaults": TypeAdapter(validated(DefaultSettings, config=_STRICT, frozen=True)),
    "local": TypeAdapter(validated(LocalSettings, config=_STRICT, frozen=True)),
    "daemon": TypeAdapter(validated(DaemonSettings, config=_STRICT, frozen=True)),
    "screen": TypeAdapter(validated(ScreenSettings, config=_STRICT, frozen=True)),
}


def validate(values: dict[str, Any], path: Path) -> Settings:
    """Return the settings that `values` say; raises InvalidInput naming file, table and key."""
    unknown = sorted(values.keys() - _TABLES.keys())
    if unknown:
        known = ", ".join(f"[{name}]" for name in _TABLES)
        raise InvalidInput(str(path), f"has no place for “{unknown[0]}”; allowed are {known}")
    tables = {name: _table(name, table, path) for name, table in values.items()}
    settings = Settings(**tables)
    _check(settings, path)
    return settings


def _table(name: str, table: object, path: Path) -> Any:
    if not isinstance(table, dict):
        raise InvalidInput(str(path), f"“{name}” is a table: write [{name}]")
    try:
        # As JSON, because strict validation takes no dict of Python for a dataclass.
        return _TABLES[name].validate_json(json.dumps(table, default=str))
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in (name, *first["loc"]))
        raise InvalidInput(str(path), f"{key}: {first['msg']}") from error


def _check(settings: Settings, path: Path) -> None:
    """Check what a type alone cannot say."""
    if not 1 <= settings.uploads.concurrency <= 16:
        raise InvalidInput(str(path), "uploads.concurrency: allowed are 1 to 16")
    if settings.uploads.bandwidth_limit < 0:
        raise InvalidInput(
            str(path), "uploads.bandwidth_limit: allowed are bytes a second, or 0 for no limit"
        )
    if not 0 <= settings.local.port <= 65535:
        raise InvalidInput(str(path), "local.port: allowed are 0 (any) to 65535")
    if settings.local.public_url and not settings.local.public_url.startswith(("http://", "https://")):
        raise InvalidInput(str(path), "local.public_url: has to begin with http:// or https://")
    if settings.defaults.kind not in set(LinkKind):
        raise InvalidInput(str(path), f"defaults.kind: allowed are {', '.join(LinkKind)}")
    if settings.screen.clipboard not in {"auto", "osc52", "native"}:
        raise InvalidInput(str(path), "screen.clipboard: allowed are auto, osc52 and native")
    for key, phrase in (
        ("defaults.expires", settings.defaults.expires),
        ("daemon.idle_exit", settings.daemon.idle_exit),
    ):
        _check_duration(key, phrase, path)


def _check_duration(key: str, phrase: str, path: Path) -> None:
    if phrase == "never":
        return
    try:
        parse_duration(phrase)
    except InvalidInput as error:
        raise InvalidInput(str(path), f"{key}: {error.reason}, or never") from error

"""Who an account is, by the service's own word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from linktui.model.capability import Ability


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What a service says of the account that asks."""

    who: str = ""
    live: bool | None = None
    """None where the service does not tell."""
    version: str = ""
    missing: Mapping[Ability, str] = field(default_factory=lambda: MappingProxyType({}))
    """What this account may not do, beyond what the service lacks, each with the reason."""
    facts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """What else was told, by title."""

"""Which kinds of provider there are: ours, and those that other packages bring by entry points."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from linktui.model.errors import InvalidInput
from linktui.providers.kind import ProviderKind

GROUP = "linktui.providers"
LOCAL = "local"
OURS = (LOCAL, "stripe", "finix", "digitalriver", "liquidfiles", "s3")


@cache
def kind_of(provider: str) -> ProviderKind:
    """Return the kind with that name; raises InvalidInput for an unknown one.

    Only the kind asked for is imported, and other packages are looked through only for a name not ours.
    """
    if provider in OURS:
        kind = import_module(f"linktui.providers.{provider}.kind").KIND
    else:
        kind = _foreign(provider)
    assert isinstance(kind, ProviderKind)
    return kind


def names() -> tuple[str, ...]:
    """Return the name of every kind there is, ours first."""
    from importlib.metadata import entry_points

    return (*OURS, *sorted(entry_points(group=GROUP).names - set(OURS)))


def _foreign(provider: str) -> ProviderKind:
    from importlib.metadata import entry_points

    found = entry_points(group=GROUP, name=provider)
    for entry in found:
        try:
            kind = entry.load()
        except Exception as error:
            raise InvalidInput("provider", f"“{provider}” cannot be loaded from {entry.value}") from error
        if not isinstance(kind, ProviderKind):
            raise InvalidInput("provider", f"“{provider}” ({entry.value}) is no ProviderKind")
        return kind
    raise InvalidInput("provider", f"“{provider}” is not known; there is {', '.join(names())}")

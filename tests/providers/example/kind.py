"""Pastebox as a kind of provider: what linktui knows of it before it opens an account there."""

from __future__ import annotations

from types import MappingProxyType

from linktui.model.capability import Ability, Limits
from linktui.providers.base import Provider
from linktui.providers.context import Context
from linktui.providers.kind import ProviderKind

_CAN = {Ability.NEVER_EXPIRE, Ability.DELETE_LINK, Ability.LIST_FILES, Ability.DELETE_FILE}
_WHY_NOT = "Pastebox does not have it; delete the link and make another"


def _open(context: Context) -> Provider:
    from tests.providers.example.provider import Pastebox  # here: a kind costs nothing to import

    return Pastebox(context)


KIND = ProviderKind(
    title="Pastebox",
    base_url="https://api.pastebox.example/",
    limits=Limits(
        missing=MappingProxyType(dict.fromkeys(set(Ability) - _CAN, _WHY_NOT)),
        chunk_size=None,
        largest_file=100_000_000,
        rate=10,
    ),
    open=_open,
    needs="an API key",
)

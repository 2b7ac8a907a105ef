"""The embedded link server as a kind of provider."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linktui.providers.kind import ProviderKind
from linktui.providers.local.limits import LIMITS

if TYPE_CHECKING:
    from linktui.providers.base import Provider
    from linktui.providers.context import Context


def _open(context: Context) -> Provider:
    from linktui.providers.local.provider import LocalProvider

    return LocalProvider(context)


KIND = ProviderKind(title="this machine", limits=LIMITS, open=_open, needs="")

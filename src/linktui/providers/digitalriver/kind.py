"""Digital River as a kind of provider."""

from __future__ import annotations

from linktui.providers.base import Provider
from linktui.providers.context import Context
from linktui.providers.digitalriver.limits import LIMITS
from linktui.providers.digitalriver.settings import BASE_URL, SETTINGS
from linktui.providers.kind import ProviderKind


def _open(context: Context) -> Provider:
    from linktui.providers.digitalriver.provider import DigitalRiverProvider

    return DigitalRiverProvider(context)


KIND = ProviderKind(
    title="Digital River",
    limits=LIMITS,
    open=_open,
    base_url=BASE_URL,
    settings=SETTINGS,
)

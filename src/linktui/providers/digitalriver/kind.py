"""Digital River as a kind of provider."""

from __future__ import annotations

from linktui.model.option import Option, OptionKind
from linktui.providers.base import Provider
from linktui.providers.context import Context
from linktui.providers.digitalriver.limits import LIMITS
from linktui.providers.kind import ProviderKind

VERSION = "2021-12-13"
"""The version that is spoken here; without one Digital River takes that of the key."""
VERSION_KEY = "version"
AUTH = "auth"
BEARER, BASIC = "bearer", "basic"


def _open(context: Context) -> Provider:
    from linktui.providers.digitalriver.provider import DigitalRiverProvider

    return DigitalRiverProvider(context)


KIND = ProviderKind(
    title="Digital River",
    limits=LIMITS,
    open=_open,
    base_url="https://api.digitalriver.com",
    settings=(
        Option(
            key=VERSION_KEY,
            title="API version",
            help=f"The digitalriver-version to ask for; {VERSION} when left out.",
        ),
        Option(
            key=AUTH,
            title="Authentication",
            kind=OptionKind.CHOICE,
            choices=(BEARER, BASIC),
            default=BEARER,
            help="How the secret key is sent.",
        ),
    ),
)

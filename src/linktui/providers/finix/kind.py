"""Finix as a kind of provider."""

from __future__ import annotations

from linktui.model.option import Option
from linktui.providers.base import Provider
from linktui.providers.context import Context
from linktui.providers.finix.limits import LIMITS
from linktui.providers.kind import ProviderKind

VERSION = "2022-02-01"
"""The version that is spoken here; any other word for it makes Finix answer as in 2018."""


def _open(context: Context) -> Provider:
    from linktui.providers.finix.provider import FinixProvider

    return FinixProvider(context)


KIND = ProviderKind(
    title="Finix",
    limits=LIMITS,
    open=_open,
    base_url="https://finix.live-payments-api.com",
    settings=(
        Option(
            key="username",
            title="User name",
            required=True,
            help="It begins with US. For a sandbox user set base_url to https://finix.sandbox-payments-api.com.",
        ),
        Option(
            key="version",
            title="API version",
            help=f"The Finix-Version to ask for, to the letter; {VERSION} when left out.",
        ),
    ),
    needs="the user's password",
)

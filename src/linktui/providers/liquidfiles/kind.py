"""LiquidFiles as a kind of provider: each appliance has an address of its own."""

from __future__ import annotations

from linktui.model.option import Option, OptionKind
from linktui.providers.base import Provider
from linktui.providers.context import Context
from linktui.providers.kind import ProviderKind
from linktui.providers.liquidfiles.limits import LIMITS


def _open(context: Context) -> Provider:
    from linktui.providers.liquidfiles.provider import LiquidFilesProvider

    return LiquidFilesProvider(context)


KIND = ProviderKind(
    title="LiquidFiles",
    limits=LIMITS,
    open=_open,
    settings=(
        Option(
            key="auth",
            title="How the key is sent",
            kind=OptionKind.CHOICE,
            choices=("auto", "bearer", "basic"),
            help="Servers before 4.3 know only basic; auto finds out once.",
        ),
    ),
    needs="an API key",
)

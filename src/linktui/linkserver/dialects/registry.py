"""The dialects there are."""

from __future__ import annotations

from pathlib import Path

from starlette.routing import Mount

from linktui.linkserver.context import Context
from linktui.linkserver.dialects.base import Dialect, Dialects
from linktui.linkserver.dialects.digitalriver.dialect import DigitalRiver
from linktui.linkserver.dialects.finix.dialect import Finix
from linktui.linkserver.dialects.liquidfiles.dialect import LiquidFiles
from linktui.linkserver.dialects.stripe.dialect import Stripe
from linktui.linkserver.token import load_or_create

DIALECTS: tuple[type[Dialect], ...] = (Stripe, Finix, DigitalRiver, LiquidFiles)


def mount(context: Context, settings: Dialects, *, directory: Path) -> list[Mount]:
    """Return each dialect below /dialects/NAME; `directory` is where their secrets are."""
    return [
        Mount(
            f"/dialects/{dialect.name}",
            app=dialect(context, secret=_secret(dialect, directory), settings=settings).app(),
        )
        for dialect in DIALECTS
    ]


def describe(directory: Path, public_url: str) -> dict[str, dict[str, str]]:
    """Return, by dialect, where it is and how to sign in: `base_url`, `secret`, perhaps `username`."""
    return {
        dialect.name: {"base_url": f"{public_url.rstrip('/')}/dialects/{dialect.name}"}
        | dialect.credentials(_secret(dialect, directory))
        for dialect in DIALECTS
    }


def _secret(dialect: type[Dialect], directory: Path) -> str:
    return load_or_create(directory / "dialects" / dialect.name, make=dialect.new_secret)

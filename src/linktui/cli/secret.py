"""Get a new account's secret from a person or from stdin, never from a command line, and keep it safe."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from linktui.cli.desk import Desk, confirm
from linktui.cli.exit_codes import ExitCode, Stop
from linktui.cli.output import say
from linktui.config.account import AccountSettings
from linktui.config.secrets import keep_in_file, keep_in_keyring
from linktui.model.errors import InvalidInput, SecretMissing
from linktui.model.text import clean

KEYRING = "keyring:"


async def ask_for_secret(desk: Desk, name: str, settings: AccountSettings) -> str:
    """Return a secret that is still to be kept, or an empty text where the settings say its place.

    Everything else about the account is checked first, so that nobody types a secret in vain.
    """
    arguments, book = desk.arguments, desk.services.book
    kind = book.kind_named(settings.provider)
    if settings.secret or not kind.needs:
        return ""
    book.check(name, replace(settings, secret=KEYRING))
    if arguments.login:
        password = _typed(f"Password of {arguments.login}: ")
        secret = await book.log_in(name, replace(settings, secret=KEYRING), arguments.login, password)
    elif arguments.secret_stdin:
        secret = sys.stdin.readline().strip()
    else:
        secret = _typed(f"{kind.needs[:1].upper()}{kind.needs[1:]} (it is not shown): ")
    if not secret:
        raise InvalidInput("secret", "is empty")
    return secret


async def keep_secret(desk: Desk, name: str, secret: str) -> str:
    """Keep a secret where it is safe and return the place."""
    import asyncio

    return await asyncio.to_thread(_keep, desk, name, secret)


def _typed(prompt: str) -> str:
    if not sys.stdin.isatty():
        raise Stop(
            "The secret is asked for on a terminal; without one, say with --secret where it is kept, or give"
            " it by --secret-stdin.",
            ExitCode.REFUSED,
        )
    from getpass import getpass

    return getpass(clean(prompt)).strip()


def _keep(desk: Desk, name: str, secret: str) -> str:
    """Put the secret into the keyring, or (if that is agreed to) into a file, and return the place."""
    try:
        keep_in_keyring(name, secret)
    except SecretMissing as error:
        path = _free_path(desk, name)
        say(f"The keyring cannot take it: {error.reason}.")
        confirm(f"Keep it in {path} instead, in the clear, readable by you alone?", yes=desk.arguments.yes)
        keep_in_file(path, secret)
        return f"file:{path}"
    return KEYRING


def _free_path(desk: Desk, name: str) -> Path:
    """Return where to keep a secret, which is not where an account that was renamed keeps its own."""
    taken = {one.connection.secret for one in desk.services.accounts.all() if one.name != name}
    path = desk.house.locations.config / "secrets" / name
    while f"file:{path}" in taken:
        path = path.with_name(f"{path.name}_")
    return path

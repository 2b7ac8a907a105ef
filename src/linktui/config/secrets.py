"""Get an account's secret from where the configuration says it is kept.

A reference is one of `env:NAME`, `keyring:` (this user's keyring, under the account's name), `command: pass
show stripe` (the first line it prints) and `file:PATH` (the first line; only the owner may read it). The
secret itself never stands in the configuration.
"""

from __future__ import annotations

import os
import shlex
import stat
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

from linktui.model.errors import InvalidInput, SecretMissing

SERVICE = "linktui"
"""Under which a keyring keeps our secrets."""
COMMAND_TIMEOUT = 60.0
FORMS = "env:NAME, keyring:, command: PROGRAM ARGUMENTS, or file:PATH"


def check_reference(reference: str) -> None:
    """Raise InvalidInput for a reference of no known form."""
    form, colon, rest = reference.partition(":")
    if not colon or form not in _READERS:
        raise InvalidInput("secret", f"says where the secret is kept, not the secret itself: {FORMS}")
    if form != "keyring" and not rest.strip():
        raise InvalidInput("secret", f"says no more than “{form}:”; allowed are {FORMS}")


def anchored(reference: str) -> str:
    """Return a reference that leads to the same file from every directory; `~` does so already."""
    form, _, rest = reference.partition(":")
    path = rest.strip()
    return f"file:{Path(path).absolute()}" if form == "file" and path[:1] not in {"", "~"} else reference


def secret_of(account: str, reference: str, environment: Mapping[str, str] | None = None) -> str:
    """Return the secret; may block on a program or a keyring that asks for a password.

    Raises SecretMissing with the reason, and InvalidInput for a reference of no known form.
    """
    check_reference(reference)
    form, _, rest = reference.partition(":")
    if form == "env":
        return _from_environment(reference, rest.strip(), os.environ if environment is None else environment)
    secret = _READERS[form](account, reference, rest.strip())
    if not secret:
        raise SecretMissing(reference, "it is empty; the first line has to be the secret")
    return secret


def has_keyring() -> bool:
    """Tell whether this user has a keyring that keeps anything; slow the first time (80 ms)."""
    import keyring
    from keyring.errors import KeyringError

    try:
        return bool(keyring.get_keyring().priority > 0)
    except (KeyringError, RuntimeError):
        return False


def keep_in_keyring(account: str, secret: str) -> None:
    """Keep a secret in this user's keyring; raises SecretMissing where there is none to keep it in."""
    import keyring
    from keyring.errors import KeyringError

    try:
        keyring.set_password(SERVICE, account, secret)
    except (KeyringError, RuntimeError) as error:
        raise SecretMissing("keyring:", _no_keyring(error)) from error


def is_in_keyring(reference: str) -> bool:
    """Tell whether a secret is kept in the keyring, under its account's name."""
    return reference.startswith("keyring:")


def copy_in_keyring(old: str, new: str) -> None:
    """Keep an account's secret under another name too; raises SecretMissing."""
    keep_in_keyring(new, secret_of(old, "keyring:"))


def forget_in_keyring(account: str) -> None:
    """Remove an account's secret from the keyring; none there is no error."""
    import keyring
    from keyring.errors import KeyringError

    try:
        keyring.delete_password(SERVICE, account)
    except (KeyringError, RuntimeError):
        return


def keep_in_file(path: Path, secret: str) -> None:
    """Keep a secret in a file of its own that only the owner may read: in the clear, so say so before."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        os.fchmod(descriptor, 0o600)
        file.write(f"{secret}\n")


def _from_environment(reference: str, name: str, environment: Mapping[str, str]) -> str:
    secret = environment.get(name, "").strip()
    if not secret:
        raise SecretMissing(
            reference,
            f"{name} is not set in the environment of this process; set it, and if the daemon was started"
            " without it, run `linktui daemon restart` where it is set",
        )
    return secret


def _from_keyring(account: str, reference: str, _: str) -> str:
    import keyring
    from keyring.errors import KeyringError

    try:
        secret = keyring.get_password(SERVICE, account)
    except (KeyringError, RuntimeError) as error:
        raise SecretMissing(reference, _no_keyring(error)) from error
    if secret is None:
        raise SecretMissing(reference, f"the keyring holds none for “{account}”; add the account anew")
    return secret.strip()


def _from_command(_: str, reference: str, command: str) -> str:
    try:
        ran = subprocess.run(
            shlex.split(command),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=COMMAND_TIMEOUT,
            check=False,
        )
    except FileNotFoundError as error:
        raise SecretMissing(reference, "there is no such program; name it as a shell finds it") from error
    except (OSError, ValueError) as error:
        raise SecretMissing(reference, getattr(error, "strerror", None) or str(error)) from error
    except subprocess.TimeoutExpired as error:
        raise SecretMissing(reference, f"it did not end within {COMMAND_TIMEOUT:.0f} s") from error
    if ran.returncode:
        raise SecretMissing(reference, f"it ended with status {ran.returncode}; run it by hand to see why")
    return _first_line(ran.stdout)


def _from_file(_: str, reference: str, name: str) -> str:
    path = Path(name).expanduser()
    try:
        with path.open(encoding="utf-8") as file:
            if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
                raise SecretMissing(reference, f"others may read it; run `chmod 600 {path}`")
            return _first_line(file.read(64 * 1024))
    except FileNotFoundError as error:
        raise SecretMissing(
            reference, "there is no such file; write the secret into it, and chmod 600 it"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SecretMissing(reference, getattr(error, "strerror", None) or "it is no text") from error


def _first_line(text: str) -> str:
    return (text.splitlines() or [""])[0].strip()


def _no_keyring(error: Exception) -> str:
    return f"this user has no keyring that works here ({type(error).__name__}); use one of the other forms"


_READERS: Mapping[str, Callable[[str, str, str], str]] = {
    "env": lambda account, reference, rest: _from_environment(reference, rest, os.environ),
    "keyring": _from_keyring,
    "command": _from_command,
    "file": _from_file,
}

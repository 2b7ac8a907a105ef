"""Turn what the configuration says of accounts into accounts, and write there what people change.

An account is made of three things: its table in the file, what its kind of provider can do, and what the
service told when it was last asked (`accounts test`): who it is, whether it is live, what it may not do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from linktui.config.account import AccountSettings
from linktui.config.loading import load_settings
from linktui.config.settings import Settings
from linktui.model.capability import Ability, Account, Connection, Limits, Policy
from linktui.model.errors import InvalidInput, NotFound, Unsupported
from linktui.model.expiry import parse_duration
from linktui.model.identity import Identity
from linktui.model.option import check_options
from linktui.providers.base import LogsIn, Provider
from linktui.providers.kind import ProviderKind
from linktui.providers.registry import LOCAL, kind_of, names
from linktui.services.accounts import AccountService
from linktui.storage.accounts import Accounts

_WRITES = (
    Ability.CHANGE_EXPIRY,
    Ability.REVIVE,
    Ability.REVOKE,
    Ability.DELETE_LINK,
    Ability.RENAME,
    Ability.CHANGE_KIND,
    Ability.PASSWORD,
    Ability.DOWNLOAD_LIMIT,
    Ability.SLUG,
    Ability.METADATA,
    Ability.EDIT_METADATA,
    Ability.EDIT_FILES,
    Ability.DELETE_FILE,
)
READ_ONLY = "this account is set to read_only in linktui.toml"


class AccountBook:
    """The accounts of one configuration file."""

    def __init__(
        self,
        path: Path,
        *,
        memory: Accounts,
        accounts: AccountService,
        kinds: Callable[[str], ProviderKind] = kind_of,
    ) -> None:
        self._path = path
        self._memory = memory
        self._accounts = accounts
        self._kinds = kinds
        self._read_at = _changed_at(path)
        self._identities = memory.identities()

    def kind_named(self, provider: str) -> ProviderKind:
        """Return a kind of provider by its name; raises InvalidInput for an unknown one."""
        return self._kinds(provider)

    def kinds(self) -> list[tuple[str, ProviderKind]]:
        """Return every service that an account can be at, by its name in the configuration."""
        found = []
        for name in names():
            with suppress(InvalidInput):  # another package's that cannot be loaded
                found.append((name, self._kinds(name)))
        return [(name, kind) for name, kind in found if name != LOCAL]

    async def has_keyring(self) -> bool:
        """Tell whether a secret can be put into a keyring of this user."""
        import asyncio

        from linktui.config.secrets import has_keyring

        return await asyncio.to_thread(has_keyring)

    async def keep_secret(self, name: str, secret: str) -> None:
        """Put an account's secret into this user's keyring; raises SecretMissing where there is none."""
        import asyncio

        from linktui.config.secrets import keep_in_keyring

        await asyncio.to_thread(keep_in_keyring, name, secret)

    def identity(self, name: str) -> Identity:
        """Return who an account is, as the service last told."""
        return self._memory.get(name).identity

    def settings_of(self, name: str) -> AccountSettings:
        """Return an account's table as it stands in the file; raises InvalidInput."""
        self._accounts.get(name)
        return load_settings(self._path).accounts.get(name, AccountSettings(provider=LOCAL))

    def check(self, name: str, settings: AccountSettings) -> Account:
        """Return the account that a table would be, writing nothing; raises InvalidInput naming the key."""
        from linktui.config.accounts import check_account

        check_account(name, settings)
        return account_of(
            name, settings, kind=self._kinds(settings.provider), identity=self._memory.get(name).identity
        )

    def check_free(self, name: str, *, replacing: bool = False) -> None:
        """Raise InvalidInput for a name that an account has, unless `replacing` it."""
        if not replacing and name in {account.name for account in self._accounts.all()}:
            raise InvalidInput("account", f"“{name}” is there already; take another name, or remove that one")

    async def add(self, name: str, settings: AccountSettings, *, replacing: bool = False) -> Account:
        """Write a new account's table; raises InvalidInput for a name that is taken, unless `replacing`."""
        from linktui.config.accounts import write_account
        from linktui.config.secrets import anchored

        self.check_free(name, replacing=replacing)
        settings = replace(settings, secret=anchored(settings.secret))
        account = self.check(name, settings)
        write_account(self._path, name, settings)
        await self.reload()
        return account

    async def try_out(self, name: str, settings: AccountSettings, *, secret: str = "") -> Identity:
        """Make one harmless call as the account that a table would be, and return who it is.

        `secret` is one that was typed and is not kept anywhere yet.
        """
        provider = self._accounts.open(self.check(name, settings), secret=secret)
        try:
            return await _identify(provider)
        finally:
            await provider.close()

    async def log_in(self, name: str, settings: AccountSettings, email: str, password: str) -> str:
        """Return a key for whoever has a password, trying once; raises Unauthorized or Unsupported."""
        account = self.check(name, settings)
        # To log in changes nothing that read_only is about.
        provider = self._accounts.open(replace(account, read_only=False))
        try:
            if not isinstance(provider, LogsIn):
                raise Unsupported("log in for a key", "give the account's key instead")
            return await provider.log_in(email, password)
        finally:
            await provider.close()

    async def rename(self, old: str, new: str) -> None:
        """Give an account another name; what is known of its links is fetched anew under it."""
        import asyncio

        from linktui.config.accounts import check_name, rename_account
        from linktui.config.secrets import copy_in_keyring, forget_in_keyring, is_in_keyring

        self._written(old)
        check_name(new)
        self.check_free(new)
        self._check_idle(old)
        keyed = is_in_keyring(self.settings_of(old).secret)
        if keyed:
            await asyncio.to_thread(copy_in_keyring, old, new)
        rename_account(self._path, old, new)
        await self._memory.rename(old, new)
        if keyed:
            await asyncio.to_thread(forget_in_keyring, old)
        await self.reload()

    async def remove(self, name: str) -> None:
        """Forget an account and what was known of its links; at the service nothing is changed.

        Raises InvalidInput while uploads of it are not over.
        """
        import asyncio

        from linktui.config.accounts import remove_account
        from linktui.config.secrets import forget_in_keyring, is_in_keyring

        self._written(name)
        keyed = is_in_keyring(self.settings_of(name).secret)
        self._check_idle(name)
        remove_account(self._path, name)
        await self._memory.remove(name)
        if keyed:
            await asyncio.to_thread(forget_in_keyring, name)
        await self.reload()

    async def make_default(self, name: str) -> None:
        """Have new links go to an account."""
        from linktui.config.accounts import write_default

        self._accounts.get(name)
        write_default(self._path, name)
        await self.reload()

    async def identify(self, name: str) -> Identity:
        """Make one harmless call, remember who the account is, and return it."""
        identity = await _identify(self._accounts.provider(name))
        await self.remember(name, identity)
        return identity

    async def remember(self, name: str, identity: Identity) -> None:
        """Keep who an account is, and what follows for what it may do."""
        await self._memory.identified(name, identity)
        await self.reload()

    async def reload(self) -> None:
        """Take the accounts from the file as it is; raises InvalidInput and leaves them if it is wrong."""
        self._read_at = _changed_at(self._path)
        self._identities = self._memory.identities()
        settings = load_settings(self._path)
        await self._accounts.replace(
            accounts_of(settings, path=self._path, memory=self._memory, kinds=self._kinds),
            default=settings.defaults.account or LOCAL,
        )

    async def reload_if_changed(self) -> bool:
        """Do so if somebody wrote the file since, and tell whether that was so."""
        if _changed_at(self._path) == self._read_at:
            return False
        await self.reload()
        return True

    async def follow(self) -> bool:
        """Do so too if another process was told who an account is, and tell whether that was so."""
        if self._memory.identities() == self._identities:
            return await self.reload_if_changed()
        await self.reload()
        return True

    def _check_idle(self, name: str) -> None:
        if self._memory.has_uploads(name):
            raise InvalidInput("account", f"“{name}” has uploads that are not over; cancel them first")

    def _written(self, name: str) -> None:
        if name not in load_settings(self._path).accounts:
            self._accounts.get(name)
            raise InvalidInput("account", f"“{name}” is always there and is not in {self._path.name}")


async def _identify(provider: Provider) -> Identity:
    try:
        return await provider.identify()
    except NotFound as error:
        raise InvalidInput("base_url", "leads to a server that does not speak for this service") from error


def accounts_of(
    settings: Settings, *, path: Path, memory: Accounts, kinds: Callable[[str], ProviderKind] = kind_of
) -> dict[str, Account]:
    """Return every account by name, the embedded one among them; raises InvalidInput naming file and key."""
    tables = dict(settings.accounts)
    if LOCAL not in tables:
        tables = {LOCAL: AccountSettings(provider=LOCAL)} | tables
    accounts: dict[str, Account] = {}
    for name, table in tables.items():
        try:
            accounts[name] = account_of(
                name, table, kind=kinds(table.provider), identity=memory.get(name).identity
            )
        except InvalidInput as error:
            key = f"accounts.{name}.{error.field}"
            raise InvalidInput(_place(path, key), f"{key}: {error.reason}") from error
    if settings.defaults.account and settings.defaults.account not in accounts:
        there = ", ".join(accounts)
        raise InvalidInput(str(path), f"defaults.account: is not configured; there is {there}")
    return accounts


def _place(path: Path, key: str) -> str:
    from linktui.config.validation import line_of

    line = line_of(path.read_text(encoding="utf-8"), key)
    return f"{path}, line {line}," if line else str(path)


def account_of(name: str, settings: AccountSettings, *, kind: ProviderKind, identity: Identity) -> Account:
    """Return the account of one table; raises InvalidInput naming the key."""
    check_options(kind.settings, settings.settings)
    if kind.needs and not settings.secret and not kind.secret_else:
        raise InvalidInput(
            "secret", f"is missing: say where {kind.needs} is kept, such as env:NAME or keyring:"
        )
    if not kind.base_url and not settings.base_url and kind.needs:
        raise InvalidInput("base_url", "is missing: each of these has an address of its own")
    longest = parse_duration(settings.longest_expires) if settings.longest_expires else None
    return Account(
        name=name,
        provider=settings.provider,
        title=kind.title,
        limits=_limits(kind.limits_of(settings.settings), settings, identity),
        live=bool(identity.live),
        test=identity.live is False,
        read_only=settings.read_only,
        connection=Connection(
            base_url=settings.base_url or kind.base_url,
            secret=settings.secret,
            proxy=settings.proxy,
            ca_file=settings.ca_file,
            fingerprint=settings.fingerprint,
            verify=settings.verify,
            timeout=settings.timeout,
            rate=settings.rate or None,
        ),
        settings=settings.settings,
        policy=Policy(default_expires=settings.default_expires, longest=longest, tags=settings.tags),
    )


def _limits(limits: Limits, settings: AccountSettings, identity: Identity) -> Limits:
    missing: Mapping[Ability, str] = MappingProxyType({**limits.missing, **identity.missing})
    if settings.read_only:
        missing = MappingProxyType({**dict.fromkeys(_WRITES, READ_ONLY), **missing})
    return replace(limits, missing=missing)


def _changed_at(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0

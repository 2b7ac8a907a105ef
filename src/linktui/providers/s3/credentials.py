"""The keys an account signs with: its secret, or what botocore's own chain finds here, renewed in time.

The chain is that of all AWS tools: environment, profile, SSO, roles, web identity, a program, the machine.
https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
"""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from linktui.model.errors import SecretMissing
from linktui.model.text import clean
from linktui.providers.context import Context
from linktui.providers.s3.settings import PROFILE

if TYPE_CHECKING:
    from linktui.providers.s3.signing import Keys

REST = timedelta(seconds=60)
"""How long keys that end are used before the chain is asked again: it may run a program for it."""
_CHAIN = "the profile, environment and machine"


class Credentials:
    """One account's keys."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._profile = context.account.settings.get(PROFILE, "")
        self._keys: Keys | None = None
        self._got_at: datetime | None = None
        self._chain: Any = None
        self._getting = asyncio.Lock()
        self.region = ""
        """The profile's own, once the chain was asked."""

    @property
    def latest(self) -> Keys | None:
        """The keys that were used last."""
        return self._keys

    def renew(self) -> None:
        """Get the keys anew before the next signature."""
        self._keys, self._chain = None, None

    async def keys(self) -> Keys:
        """Return keys that are good now; raises SecretMissing, and Unauthorized for a refused log-in."""
        async with self._getting:
            if self._keys is None or self._is_old(self._keys):
                self._got_at = self._context.clock()
                self._keys = await asyncio.to_thread(self._get)
            return self._keys

    def _is_old(self, keys: Keys) -> bool:
        assert self._got_at is not None  # it is set with the keys
        now = self._context.clock()
        return keys.ends_at is not None and (now - self._got_at > REST or keys.ends_at - now < REST)

    def _get(self) -> Keys:
        from linktui.providers.s3.signing import Keys

        reference = self._context.account.connection.secret
        if not reference:
            return self._from_chain()
        parts = self._context.secret().strip().split(":", 2)
        if len(parts) < 2 or not all(parts):
            raise SecretMissing(reference, "it is not of the form KEY_ID:SECRET_KEY[:TOKEN]")
        access_key, secret_key, *token = parts
        return Keys(access_key, secret_key, token[0] if token else None)

    def _from_chain(self) -> Keys:
        from linktui.providers.s3.signing import Keys

        logging.getLogger("botocore").setLevel(logging.ERROR)  # what it warns of is raised, too
        from botocore.exceptions import BotoCoreError, ClientError, SSOError
        from botocore.session import Session

        try:
            if self._chain is None:
                session = Session(profile=self._profile or None)
                self._chain = session.get_credentials()
                self.region = session.get_config_variable("region") or ""
            if self._chain is None:
                raise SecretMissing(_CHAIN, "there are no keys in any of them; set a secret or a profile")
            frozen = self._chain.get_frozen_credentials()
        except SSOError as error:
            profile = self._profile or "NAME"
            told = f"{clean(str(error), limit=200)}; log in with `aws sso login --profile {profile}`"
            raise SecretMissing(_CHAIN, told) from error
        except (BotoCoreError, ClientError, RuntimeError) as error:  # the last for keys that are over
            raise SecretMissing(_CHAIN, clean(str(error), limit=200)) from error
        ends_at = getattr(self._chain, "_expiry_time", None)  # botocore tells it in no other way
        return Keys(
            frozen.access_key,
            frozen.secret_key,
            frozen.token,
            ends_at.astimezone(UTC) if isinstance(ends_at, datetime) else None,
        )

"""Who may call Stripe's API, for which account, in which version, and how often."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from starlette.requests import Request

from linktui.linkserver.dialects import auth
from linktui.linkserver.dialects.rates import Rate
from linktui.linkserver.dialects.stripe.errors import StripeRefusal
from linktui.linkserver.dialects.stripe.ids import account_of
from linktui.model.text import clean

VERSION = "2026-09-30.endive"
_VERSION = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(\.[a-z]+)?(;.*)?", re.ASCII)
_ACCOUNT = re.compile(r"acct_[A-Za-z0-9]{1,40}")


class Admission:
    """The doorkeeper of one platform account in test mode.

    https://docs.stripe.com/rate-limits
    """

    def __init__(self, secret: str, *, rates: bool, clock: Callable[[], datetime]) -> None:
        self._secret = secret
        self._rates = rates
        self._all = Rate(25, clock)
        self._files = {"read": Rate(20, clock), "write": Rate(20, clock)}
        self.own = account_of(secret)
        """The account that the key belongs to."""

    def account(self, request: Request) -> str:
        """Return the account that the request acts for; raises a 401 or 403 StripeRefusal."""
        given = auth.key(request)
        if not given:
            raise StripeRefusal(
                "You did not provide an API key. You need to provide your API key in the Authorization "
                "header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See "
                "https://stripe.com/docs/api#authentication for details.",
                status=401,
                headers={"WWW-Authenticate": 'Bearer realm="Stripe"'},
            )
        if not auth.same(given, self._secret):
            raise StripeRefusal(f"Invalid API Key provided: {_masked(given)}", status=401)
        account = request.headers.get("stripe-context") or request.headers.get("stripe-account")
        if account is None:
            return self.own
        if not _ACCOUNT.fullmatch(account):
            raise StripeRefusal(
                f"The provided key '{_masked(given)}' does not have access to that account (or it does not "
                "exist). Application access may have been revoked.",
                status=403,
                code="account_invalid",
            )
        return account

    def take(self, request: Request, path: str) -> None:
        """Count the request; raises a 429 StripeRefusal for one too many."""
        if not self._rates:
            return
        if self._all.take():
            raise _too_many("global-rate")
        files = self._files["write" if request.method == "POST" else "read"]
        if path.startswith("/v1/files") and files.take():
            raise _too_many("endpoint-rate")


def version_of(request: Request) -> str:
    """Return the version that the request asks for; raises a StripeRefusal for what is none."""
    version = request.headers.get("stripe-version", VERSION)
    if not _VERSION.fullmatch(version):
        raise StripeRefusal("Invalid Stripe API version: it is a date, perhaps with a release's name.")
    return version


def _too_many(reason: str) -> StripeRefusal:
    return StripeRefusal(
        "Request rate limit exceeded. Learn more about rate limits here https://stripe.com/docs/rate-limits.",
        status=429,
        code="rate_limit",
        headers={"Stripe-Rate-Limited-Reason": reason},
    )


def _masked(key: str) -> str:
    return clean(f"{key[:8]}{'*' * 10}{key[-4:]}" if len(key) > 16 else "*" * len(key), limit=40)

"""One call of Stripe's API: who makes it, with which parameters, and how its answer is remembered."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import apsw
from pydantic import BaseModel
from starlette.datastructures import UploadFile
from starlette.requests import Request

from linktui.linkserver.dialects.forms import nested
from linktui.linkserver.dialects.objects import Fields
from linktui.linkserver.dialects.stripe import params
from linktui.linkserver.dialects.stripe.errors import StripeRefusal
from linktui.linkserver.dialects.stripe.idempotency import MAX_KEY, Attempt, digest
from linktui.linkserver.dialects.stripe.shapes import Shapes

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """An admitted request; `namespace` holds the account's objects."""

    request: Request
    account: str
    namespace: str
    base_url: str
    now: int
    """Milliseconds since 1970 UTC."""
    pairs: list[tuple[str, str]]
    upload: UploadFile | None = None
    attempt: Attempt | None = None

    @property
    def seconds(self) -> int:
        """Now, in Stripe's unit."""
        return self.now // 1000

    def read(self, shape: type[M]) -> M:
        """Return the parameters; raises a StripeRefusal."""
        fields: dict[str, Any] = nested(self.pairs)
        return params.read(shape, fields)

    def shapes(self, db: apsw.Connection) -> Shapes:
        """Return what makes the account's objects into JSON."""
        return Shapes(
            db, base_url=self.base_url, namespace=self.namespace, account=self.account, now=self.now
        )

    def make(self, act: Callable[[apsw.Connection], Fields]) -> Callable[[apsw.Connection], Fields]:
        """Return `act` as a transaction that also binds its answer to the call's key."""

        def remembering(db: apsw.Connection) -> Fields:
            body = act(db)
            if self.attempt is not None:
                self.attempt.remember(db, body)
            return body

        return remembering


async def attempt_of(
    request: Request,
    pairs: list[tuple[str, str]],
    upload: UploadFile | None,
    *,
    namespace: str,
    path: str,
    now: int,
) -> Attempt | None:
    """Return the request's idempotency key with what it stands for."""
    key = request.headers.get("idempotency-key")
    if not key:
        return None
    if len(key) > MAX_KEY:
        raise StripeRefusal(f"Idempotency keys have at most {MAX_KEY} characters.")
    told = None if upload is None else await asyncio.to_thread(_file_digest, upload)
    return Attempt(namespace=namespace, key=key, digest=digest(path, pairs, told), now=now)


def _file_digest(upload: UploadFile) -> str:
    found = hashlib.file_digest(upload.file, "sha256").hexdigest()  # type: ignore[arg-type] # it reads
    upload.file.seek(0)
    return found

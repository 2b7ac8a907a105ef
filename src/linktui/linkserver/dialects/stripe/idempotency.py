"""Idempotency keys: for a day, the same key with the same parameters gets the same answer.

Only what succeeded is kept, in the transaction that made it.
https://docs.stripe.com/api/idempotent_requests
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

import apsw

from linktui.linkserver.dialects import objects
from linktui.linkserver.dialects.objects import Fields, Object
from linktui.linkserver.dialects.stripe.errors import StripeRefusal

KIND = "idempotency"
LIFE_MS = 24 * 3600 * 1000
MAX_KEY = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One POST with a key."""

    namespace: str
    key: str
    digest: str
    now: int

    def result(self, db: apsw.Connection) -> Fields | None:
        """Return the answer given before; raises a StripeRefusal if that was to another request."""
        known = objects.get(db, self.namespace, KIND, self.key)
        if known is None or known.created_at <= self.now - LIFE_MS:
            return None
        if known.fields["digest"] != self.digest:
            raise StripeRefusal(
                "Keys for idempotent requests can only be used with the same parameters they were first used "
                f"with. Try using a key other than '{self.key}' if you meant to execute a different request.",
                kind="idempotency_error",
            )
        body: Fields = known.fields["body"]
        return body

    def remember(self, db: apsw.Connection, body: Fields) -> None:
        """Bind the key to its answer, and forget the keys of yesterday."""
        objects.remove_older(db, self.namespace, KIND, than=self.now - LIFE_MS)
        objects.add(
            db,
            Object(
                dialect=self.namespace,
                kind=KIND,
                id=self.key,
                created_at=self.now,
                fields={"digest": self.digest, "body": body},
            ),
        )


def digest(path: str, fields: Sequence[tuple[str, str]], file_digest: str | None) -> str:
    """Return what tells one request from another."""
    return hashlib.sha256(json.dumps([path, sorted(fields), file_digest]).encode()).hexdigest()

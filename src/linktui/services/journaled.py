"""Have the journal know of an act on a file before it is done, and how it ended, however that is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from linktui.model.errors import LinktuiError
from linktui.model.wording import explain
from linktui.storage.changes import Changes

UNKNOWN = "Nobody waited for the service's answer: it may be done or not; R shows what is there."
"""How an act ended that was broken off."""


@asynccontextmanager
async def journaled(
    changes: Changes, verb: str, *, account: str, subject: str, detail: str, at: datetime
) -> AsyncIterator[None]:
    """Commit what is about to be done, and behind it how it ended; raises what the act raises."""
    entry = await changes.intend(verb, account=account, subject=subject, detail=detail, at=at)
    ended = UNKNOWN
    try:
        yield
        ended = ""
    except LinktuiError as error:
        ended = explain(error)
        raise
    finally:
        await asyncio.shield(changes.finish(entry, error=ended))

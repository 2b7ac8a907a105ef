"""A home full of text that wants to act on a terminal, in every field that comes from outside."""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import Iterator, Sequence
from datetime import timedelta

from linktui.config.locations import Locations
from linktui.model.call import Call
from linktui.model.file import File
from linktui.model.link import Link, LinkedFile, LinkKind
from linktui.model.transfer import TransferState
from linktui.storage.accounts import Accounts
from linktui.storage.calls import Calls
from linktui.storage.changes import Changes
from linktui.storage.database import Database
from linktui.storage.files import Files
from linktui.storage.links import Links
from linktui.storage.transfers import Transfers
from linktui.wiring import system_clock
from tests.ui.samples import transfer

HOSTILE = (
    "\x1b]0;owned\a",
    "\x1b]52;c;b3duZWQ=\a",
    "\x1b]8;;http://evil.test\x1b\\here\x1b]8;;\x1b\\",
    "\x1b[2J\x1b[H",
    "\x1b[6n\x1b[c",
    "\x1bP+q544e\x1b\\",
    "\x9b2J\x9d0;owned\x9c",
    "gpj.\u202eexe\u2066\u200b\ufeff",
    "[/nope]",
    "[@click=app.quit]x[/]",
    "[bold red]loud[/]",
    "two\r\nlines\tand\x08\x7f\x00",
    "w" * 10_000,
)
CONFIG = """
[accounts.acme]
provider = "stripe"
secret = "env:NO_SUCH_SECRET"

[daemon]
warm = false
"""
_SEQUENCE = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|P[^\x1b]*\x1b\\|[ -/]*[0-~])"
)
_MOVING = "mHABCDGdfXPLMr"
"""What is painted with; all that differs is where and in which colour."""
SCROLLING = {"CSI L", "CSI M", "CSI r"}
"""How lines are moved, where a frame happens to be that moved some."""
_INVISIBLE = re.compile("[\x80-\x9f\x7f\u200b\u202a-\u202e\u2066-\u2069\ufeff\u2028\u2029]")


def kinds(written: bytes) -> set[str]:
    """Return each kind of control sequence and each control or invisible character in an output."""
    text = written.decode("utf-8", "surrogateescape")
    found = {
        f"CSI {one[-1]}" if one[1] == "[" and one[-1] in _MOVING else one for one in _SEQUENCE.findall(text)
    }
    rest = _SEQUENCE.sub("", text)
    return found | set(re.findall("[\x00-\x1f]", rest)) | set(_INVISIBLE.findall(rest))


def fill(locations: Locations, texts: Sequence[str]) -> None:
    """Fill a home with links, files, uploads, calls and changes that say these things."""
    locations.create()
    locations.settings_file.write_text(CONFIG)
    asyncio.run(_fill(locations, itertools.cycle(texts)))


async def _fill(locations: Locations, text: Iterator[str]) -> None:
    now, database = system_clock(), Database(locations.database)
    links = [
        Link(
            account="acme", provider="stripe", id=f"link_{number}{next(text)}", kind=LinkKind.DOWNLOAD,
            name=next(text), url=f"https://files.test/{next(text)}", slug=next(text), revision=next(text),
            created_at=now - timedelta(days=number), expires_at=now + timedelta(days=number + 1),
            files=(LinkedFile(f"f{number}", next(text), 3, next(text), next(text)),),
            metadata={f"k{number}{next(text)[:30]}": next(text)}, options={next(text): next(text)},
            facts={next(text): next(text)},
        )
        for number in range(14)
    ]  # fmt: skip
    await Links(database).save([(link, f'{{"a": "{next(text)}"}}') for link in links], seen=now)
    files = [
        File(account="acme", id=f"f{number}", name=next(text), size=3, created_at=now) for number in range(14)
    ]
    await Files(database).save(files, seen=now)
    states = itertools.cycle([TransferState.FAILED, TransferState.AUTH_NEEDED, TransferState.DONE])
    await Transfers(database).add(
        transfer(number, next(states), account="acme", name=next(text), error=next(text))
        for number in range(14)
    )
    await Calls(database).add(
        [
            Call(at=now, account="acme", method="GET", path=f"/v1/{next(text)}", seconds=1, status=500,
                 request_id=next(text), error=next(text))
            for _ in range(14)
        ]
    )  # fmt: skip
    changes = Changes(database)
    for _ in range(14):
        entry = await changes.intend("update", account="acme", subject=next(text), detail=next(text), at=now)
        await changes.finish(entry, error=next(text))
    await Accounts(database).failed("acme", error=next(text))
    database.close()

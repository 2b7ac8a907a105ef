"""Things that do not exist, to try hooks out on."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType

from linktui.model.change import ChangeState
from linktui.model.link import Link, LinkedFile, LinkKind
from linktui.model.plan import Plan, PlanState
from linktui.model.transfer import Source, Transfer, TransferState

NAME = "example.pdf"
SIZE = 123_456
DAY = timedelta(days=1)
URL = "https://files.example.invalid/l/example"


def sample_link(now: datetime, *, over: bool = False) -> Link:
    """Return a link that ends soon, or just has."""
    return Link(
        account="local",
        provider="local",
        id="l_example",
        kind=LinkKind.DOWNLOAD,
        name=NAME,
        url=URL,
        created_at=now - 7 * DAY,
        expires_at=now - timedelta(seconds=1) if over else now + timedelta(minutes=59),
        downloads=1,
        files=(LinkedFile("f_example", NAME, SIZE, "application/pdf"),),
    )


def sample_upload(now: datetime, *, failed: bool = False) -> Transfer:
    """Return an upload that is over."""
    return Transfer(
        id="u_example",
        account="local",
        source=Source(path=Path("/", NAME), device=0, inode=0, size=SIZE, mtime_ns=0),
        name=NAME,
        state=TransferState.FAILED if failed else TransferState.DONE,
        created_at=now - timedelta(minutes=1),
        position=1,
        batch="example",
        error="The disk of the service is full." if failed else "",
        file_id="" if failed else "f_example",
        link_id="" if failed else "l_example",
        url="" if failed else URL,
        offset=0 if failed else SIZE,
        finished_at=now,
    )


def sample_plan(now: datetime) -> Plan:
    """Return a plan that is settled."""
    return Plan(
        id=0,
        at=now - timedelta(minutes=1),
        title="extend 2 links by 7d",
        state=PlanState.SETTLED,
        counts=MappingProxyType({ChangeState.DONE: 2}),
        began_at=now - timedelta(seconds=30),
        ended_at=now,
    )

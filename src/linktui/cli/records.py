"""Turn models into the records that JSON and CSV show; their shapes are in `linktui.cli.schema`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from linktui.model.capability import Account
from linktui.model.file import File
from linktui.model.identity import Identity
from linktui.model.link import Download, Link
from linktui.model.phrases import moment_text
from linktui.model.text import clean

if TYPE_CHECKING:  # a list of links need not wait for these
    from linktui.daemon.control import DaemonStatus
    from linktui.model.call import Call, Rehearsed
    from linktui.model.change import Change
    from linktui.model.differences import Difference
    from linktui.model.plan import Outline, Plan
    from linktui.model.transfer import Transfer

Record = dict[str, object]


def link_record(link: Link, now: datetime) -> Record:
    """Return a link as a record; `now` is its service's clock."""
    return {
        "id": link.id,
        "account": link.account,
        "provider": link.provider,
        "kind": link.kind.value,
        "state": link.state(now).value,
        "name": link.name,
        "url": link.url,
        "created_at": iso(link.created_at),
        "expires_at": iso(link.expires_at),
        "revoked_at": iso(link.revoked_at),
        "gone_at": iso(link.gone_at),
        "downloads": link.downloads,
        "download_limit": link.download_limit,
        "has_password": link.has_password,
        "files": [
            {
                "id": file.id,
                "name": file.name,
                "size": file.size,
                "media_type": file.media_type,
                "caption": file.caption,
            }
            for file in link.files
        ],
        "metadata": dict(link.metadata),
        "options": dict(link.options),
        "facts": dict(link.facts),
    }


def file_record(file: File) -> Record:
    """Return a stored file as a record."""
    return {
        "id": file.id,
        "account": file.account,
        "name": file.name,
        "size": file.size,
        "media_type": file.media_type,
        "sha256": file.sha256,
        "created_at": iso(file.created_at),
        "link_count": file.link_count,
        "from_link": file.from_link,
        "expires_at": iso(file.expires_at),
        "linkable": not file.linkable,
        "facts": dict(file.facts),
    }


def upload_record(transfer: Transfer) -> Record:
    """Return an upload as a record."""
    return {
        "id": transfer.id,
        "account": transfer.account,
        "name": transfer.name,
        "path": clean(str(transfer.source.path)),
        "state": transfer.state.value,
        "size": transfer.size,
        "confirmed": transfer.offset,
        "sent": transfer.sent,
        "rate": round(transfer.rate),
        "attempts": transfer.attempts,
        "next_at": iso(transfer.next_at),
        "error": transfer.error or None,
        "file_id": transfer.file_id or None,
        "link_id": transfer.link_id or None,
        "url": transfer.url or None,
        "created_at": iso(transfer.created_at),
        "finished_at": iso(transfer.finished_at),
    }


def download_record(download: Download) -> Record:
    """Return one fetch of a link as a record."""
    return {
        "id": download.id,
        "at": iso(download.at),
        "state": download.state,
        "size": download.size,
        "file_id": download.file_id,
        "agent": download.agent,
        "address": download.address,
    }


def account_record(account: Account, identity: Identity, *, is_default: bool) -> Record:
    """Return an account as a record."""
    return {
        "name": account.name,
        "provider": account.provider,
        "title": account.title,
        "is_default": is_default,
        "live": account.live,
        "read_only": account.read_only,
        "who": identity.who,
        "version": identity.version,
        "base_url": account.connection.base_url,
        "secret": account.connection.secret,
        "settings": dict(account.settings),
        "missing": {ability.value: reason for ability, reason in account.limits.missing.items()},
        "facts": dict(identity.facts),
    }


def call_record(call: Call) -> Record:
    """Return a call as a record."""
    return {
        "at": iso(call.at),
        "account": call.account,
        "method": call.method,
        "path": call.path,
        "seconds": round(call.seconds, 3),
        "status": call.status,
        "request_id": call.request_id,
        "error": call.error,
    }


def request_record(request: Rehearsed) -> Record:
    """Return a request that was not sent as a record."""
    return {
        "method": request.method,
        "url": request.url,
        "headers": [list(header) for header in request.headers],
        "body": request.body,
    }


def plan_record(plan: Plan, outline: Outline, changes: Sequence[Change] | None = None) -> Record:
    """Return a plan as a record, with its changes where they are asked for."""
    return {
        "id": plan.id,
        "title": plan.title,
        "state": plan.state.value,
        "at": iso(plan.at),
        "began_at": iso(plan.began_at),
        "ended_at": iso(plan.ended_at),
        "hold_until": iso(plan.hold_until),
        "trouble": plan.trouble,
        "undo_of": plan.undo_of,
        "undone_by": plan.undone_by,
        "counts": {state.value: number for state, number in plan.counts.items()},
        "verbs": {verb.value: number for verb, number in outline.verbs.items() if number},
        "cannot": outline.cannot,
        "renewable": outline.renewable,
        "final": outline.final,
        "live_ends": outline.live_ends,
        "accounts": [
            {
                "account": share.account,
                "changes": share.changes,
                "calls": share.calls,
                "seconds": round(share.takes.total_seconds(), 3),
            }
            for share in outline.shares
        ],
        "changes": None if changes is None else [change_record(change) for change in changes],
    }


def change_record(change: Change) -> Record:
    """Return a change as a record: no secret, no URL and no address of a link is in it."""
    from linktui.model.differences import differences

    intent, after = change.intent, change.after
    found = [] if intent is None else differences(intent, moment=lambda moment: iso(moment) or "never")
    return {
        "id": change.id,
        "plan": change.plan,
        "at": iso(change.at),
        "account": change.account,
        "verb": change.verb,
        "link": change.subject or None,
        "name": change.name,
        "state": change.state.value,
        "error": change.error,
        "final": intent is not None and intent.final,
        "calls": 1 if intent is None else intent.calls,
        "renewable": intent is not None and intent.renewable,
        "became": after.id if after is not None and after.id != change.subject else None,
        "differences": [_difference_record(one) for one in found],
    }


def _difference_record(one: Difference) -> Record:
    if one.field == "slug":  # with it anybody could open the link
        return {"field": "slug", "before": "", "after": "changed"}
    return {"field": one.field, "before": one.before, "after": one.after}


def daemon_record(status: DaemonStatus | None, transfers: Sequence[Transfer]) -> Record:
    """Return the daemon as a record, its fields null when none is alive."""
    return {
        "pid": status and status.pid,
        "address": status and status.address,
        "since": iso(status.since if status else None),
        "heartbeat": iso(status.heartbeat if status else None),
        "transfers": [upload_record(transfer) for transfer in transfers],
    }


def iso(moment: datetime | None) -> str | None:
    """Return a moment as ISO 8601 in UTC to the second; None for none."""
    return None if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def end_told(link: Link, *, before: Link) -> str:
    """Return the sentence for a link that was changed: its end, and whether its address is another now."""
    renewed = "" if link.url == before.url else " Its address is another now: see `linktui links show`."
    return f"“{link.name}” ends {moment_text(link.expires_at)}.{renewed}"

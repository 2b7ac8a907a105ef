"""Turn models into the records that JSON and CSV show; their shapes are in `linktui.cli.schema`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from linktui.model.capability import Account
from linktui.model.identity import Identity
from linktui.model.link import Download, Link
from linktui.model.phrases import moment_text
from linktui.model.records import Record as Record
from linktui.model.records import file_record as file_record
from linktui.model.records import iso as iso
from linktui.model.records import link_record as link_record
from linktui.model.records import plan_head
from linktui.model.records import upload_record as upload_record

if TYPE_CHECKING:  # a list of links need not wait for these
    from linktui.daemon.control import DaemonStatus
    from linktui.model.call import Call, Rehearsed
    from linktui.model.change import Change
    from linktui.model.differences import Difference
    from linktui.model.plan import Outline, Plan
    from linktui.model.transfer import Transfer


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
    return plan_head(plan) | {
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


def end_told(link: Link, *, before: Link) -> str:
    """Return the sentence for a link that was changed: its end, and whether its address is another now."""
    renewed = "" if link.url == before.url else " Its address is another now: see `linktui links show`."
    return f"“{link.name}” ends {moment_text(link.expires_at)}.{renewed}"

"""What an event was about, as it is now: a record for a hook, or a sentence for a person."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from linktui.model.expiry import parse_duration
from linktui.model.happening import Errand, Event
from linktui.model.link import Link
from linktui.model.phrases import left_text
from linktui.model.records import Record, iso, link_record, plan_head, upload_record
from linktui.model.text import clean
from linktui.model.transfer import Transfer
from linktui.storage.links import Links
from linktui.storage.plans import Plans
from linktui.storage.transfers import Transfers

LONGEST_NAME = 40


class Happenings:
    """The things that events are about."""

    def __init__(
        self, *, links: Links, transfers: Transfers, plans: Plans, now: Callable[[str], datetime]
    ) -> None:
        """`now` is an account's clock."""
        self._links = links
        self._transfers = transfers
        self._plans = plans
        self._now = now

    def record_of(self, errand: Errand) -> Record:
        """Return what a hook is given; a thing that is not there any more has its id and account alone."""
        told: Record = {"event": errand.event.value, "at": iso(errand.at)}
        return told | errand.more | {errand.event.of: self._thing(errand) or _only_named(errand)}

    def sentences(self, errands: Sequence[Errand], *, on_screen: bool = False) -> list[str]:
        """Return what people are told of events: of the links together, and of the uploads together.

        No address is in it; what has ended meanwhile is left out. On a screen it says how to see them.
        """
        ending = [link for errand in errands if (link := self._ending(errand)) is not None]
        done = self._uploads(errands, Event.UPLOAD_DONE)
        failed = self._uploads(errands, Event.UPLOAD_FAILED)
        said = [_links_text(ending, self._now)] if ending else []
        if on_screen and len(ending) > 1:
            befores = [one.detail for one in errands if one.event is Event.LINK_EXPIRING]
            said = [f"{said[0]} / expires<{max(befores, key=parse_duration)} lists them."]
        if done:
            said.append(f"{_named(done)} {'is' if len(done) == 1 else 'are'} uploaded.")
        if failed:
            said.append(f"{_named(failed)} could not be uploaded; 3 Uploads says why.")
        return said

    def _thing(self, errand: Errand) -> Record | None:
        match errand.event.of:
            case "link":
                link = self._links.get(errand.account, errand.subject)
                return link_record(link, self._now(link.account)) if link else None
            case "upload":
                transfer = self._transfers.get(errand.subject)
                return upload_record(transfer) if transfer else None
            case _:
                plan = self._plans.get(int(errand.subject))
                return plan_head(plan) if plan else None

    def _ending(self, errand: Errand) -> Link | None:
        """Return the link that an event says to end soon, if that is still so."""
        if errand.event is not Event.LINK_EXPIRING:
            return None
        link = self._links.get(errand.account, errand.subject)
        return link if link and link.expires_at and link.state(self._now(link.account)).alive else None

    def _uploads(self, errands: Sequence[Errand], event: Event) -> list[Transfer]:
        found = [self._transfers.get(one.subject) for one in errands if one.event is event]
        return [one for one in found if one is not None]


def _only_named(errand: Errand) -> Record:
    return {"id": errand.subject, "account": errand.account}


def _named(things: Sequence[Link | Transfer]) -> str:
    if len(things) > 1:
        return f"{len(things):,} files"
    return f"“{clean(things[0].name, limit=LONGEST_NAME)}”"


def _links_text(links: Sequence[Link], now: Callable[[str], datetime]) -> str:
    last = max(links, key=lambda link: (link.expires_at is not None, link.expires_at))
    left = left_text(last.expires_at, now(last.account), coarse=True)
    if len(links) == 1:
        return f"“{clean(last.name, limit=LONGEST_NAME)}” ends in {left}."
    return f"{len(links):,} links end within {left}."

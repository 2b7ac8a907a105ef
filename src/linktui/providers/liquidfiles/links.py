"""The FileLinks of one account: looked up, made once, changed step by step.

https://docs.liquidfiles.com/api/v4.3/filelink/
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from linktui.model.errors import NotFound, ProviderError, Unintelligible, Unsupported
from linktui.model.link import Link, LinkSpec
from linktui.providers.base import Told
from linktui.providers.liquidfiles import edits, wire_links
from linktui.providers.liquidfiles.appliance import SAME_MOMENT, Appliance
from linktui.providers.liquidfiles.edits import Step
from linktui.providers.liquidfiles.uploads import Uploads

TOO_OLD = "this server does not know how; it came with a later LiquidFiles (4.3 has all)"
_MOST_LINKS = 10_000
"""The list has no pages, only a limit."""
_RECENTLY = timedelta(minutes=10)
"""How old a link may be that is taken for the one made before a crash."""


class Links:
    """One account's links."""

    def __init__(self, appliance: Appliance, uploads: Uploads, *, account: str) -> None:
        """`uploads` knows the files that were sent just now."""
        self._appliance = appliance
        self._uploads = uploads
        self._account = account
        self._made: dict[str, str] = {}
        self._tried: dict[str, datetime] = {}

    async def all(self) -> tuple[Told, ...]:
        """Return every link, newest first."""
        answer = await self._appliance.call("GET", "link", params={"limit": str(_MOST_LINKS)})
        links = wire_links.links_from(answer, account=self._account)
        if len(links) >= _MOST_LINKS:
            # What is cut off is not gone, and a list that is taken for whole would have it forgotten.
            raise Unintelligible(f"a list of {_MOST_LINKS} links or more, of which the rest cannot be had")
        return links

    async def get(self, link_id: str) -> Told:
        """Return one link; raises NotFound.

        That servers before 4.3 show a single link is UNCONFIRMED: it is looked up in the list instead.
        """
        try:
            return self._told(await self._appliance.call("GET", path_of(link_id)))
        except (NotFound, Unintelligible):
            for told in await self.all():
                if told.link.id == link_id:
                    return told
            raise

    async def make(self, file_ids: tuple[str, ...], spec: LinkSpec, *, key: str, again: bool = False) -> Told:
        """Make a link; the same `key` again makes no second one.

        There are no idempotency keys. After a lost answer, a link that appeared since is taken for it, and
        after a crash one of the last minutes that is in every way as wanted, unless another key made it.
        """
        edits.check_slug(spec.slug)
        told = await self._made_before(file_ids, spec, key, again=again)
        if told is None:
            self._tried.setdefault(key, await self._appliance.now())
            body = wire_links.spec_to(file_ids, spec)
            told = self._told(await self._appliance.call("POST", "link", json_body=body))
        self._made[key] = told.link.id
        steps = edits.correction_steps(told.link, spec)
        return await self.take(told.link.id, steps, done=("the link",)) if steps else told

    async def take(self, link_id: str, steps: Sequence[Step], *, done: Sequence[str] = ()) -> Told:
        """Take every step and return the link as it is then; a failure names what was `done` before it."""
        done = list(done)
        told: Told | None = None
        for step in steps:
            try:
                told = await self._step(link_id, step)
            except (ProviderError, Unsupported) as error:
                _say_done(error, done, step)
                raise
            done.append(step.what)
        return told or await self.get(link_id)

    async def _made_before(
        self, file_ids: tuple[str, ...], spec: LinkSpec, key: str, *, again: bool
    ) -> Told | None:
        if made := self._made.get(key):
            return await self.get(made)
        tried = self._tried.get(key)
        if tried is None and not again:
            return None
        since = (tried or await self._appliance.now() - _RECENTLY) - SAME_MOMENT
        for told in await self.all():
            link = told.link
            if link.created_at < since or link.id in self._made.values() or not edits.may_be(link, spec):
                continue
            if (tried or not edits.correction_steps(link, spec)) and await self._holds(link, file_ids):
                return told
        return None

    async def _holds(self, link: Link, file_ids: tuple[str, ...]) -> bool:
        if wire_links.tells_files(link) or len(file_ids) > 1:
            return file_ids_of(link) == list(file_ids)
        file = await self._uploads.file(file_ids[0])
        return (link.name, link.size) == (file.name, file.size)

    async def _step(self, link_id: str, step: Step) -> Told | None:
        """Take one step and return the link if it is told; raises Unsupported for an unknown call."""
        try:
            path = f"{path_of(link_id)}/{step.path}"
            answer = await self._appliance.call(step.method, path, json_body=step.body)
        except NotFound as error:
            told = await self.get(link_id)
            gone = wire_links.tells_files(told.link) and step.removes not in file_ids_of(told.link)
            if step.removes and gone:
                return told
            raise Unsupported(f"change {step.what}", TOO_OLD) from error
        return self._told(answer) if isinstance(answer, dict) and "link" in answer else None

    def _told(self, answer: Any) -> Told:
        return wire_links.link_from(answer, account=self._account)


def path_of(link_id: str) -> str:
    """Return the path of a link's calls."""
    return f"link/{quote(link_id, safe='')}"


def file_ids_of(link: Link) -> list[str]:
    """Return the ids of a link's files, in their order."""
    return [file.id for file in link.files]


def _say_done(error: ProviderError | Unsupported, done: Sequence[str], step: Step) -> None:
    """Have an error say what was done before it, if anything was."""
    if not done:
        return
    said = f" (done before that: {', '.join(done)}; not done: {step.what})"
    if isinstance(error, Unsupported):
        error.reason += said
    else:
        error.message = (error.message or "It gave no reason") + said

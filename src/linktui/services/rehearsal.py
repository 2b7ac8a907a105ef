"""Show the exact requests that an act would send, sending none of them.

What an act would read first (to look before it repeats, say) is read. An act of several steps, in which a
later one needs what an earlier one gives, shows those up to there.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

from linktui.model.call import Rehearsed
from linktui.model.capability import Ability
from linktui.model.change import Intent, Verb
from linktui.model.errors import LinktuiError
from linktui.model.file import File
from linktui.model.link import Link, LinkEdit, LinkSpec
from linktui.model.option import check_options, with_defaults
from linktui.providers.base import DeletesFiles, KeepsVersions, Provider, UploadsResumably
from linktui.services.accounts import AccountService
from linktui.services.acts import perform
from linktui.services.links import LinkService
from linktui.services.transfers import Order

KEY = "(a key made when it is sent)"
FILE_ID = "(the id of the uploaded file)"


class Rehearsal:
    """Every write of the services, as the requests it would be."""

    def __init__(self, *, accounts: AccountService, links: LinkService) -> None:
        self._accounts = accounts
        self._links = links

    async def create(self, account: str, file_ids: tuple[str, ...], spec: LinkSpec) -> tuple[Rehearsed, ...]:
        """Return the requests that make a link; raises as making it would."""
        spec = self._links.check_spec(account, spec, files=len(file_ids))
        return await self.intent(Intent(account=account, verb=Verb.CREATE, spec=spec, file_ids=file_ids))

    async def upload(self, order: Order, path: Path, size: int) -> tuple[Rehearsed, ...]:
        """Return the requests that send one file of `size` bytes, up to where its bytes go."""
        limits = self._accounts.get(order.account).limits
        check_options(limits.file_options, order.options)
        share = None if order.share is None else self._links.check_spec(order.account, order.share, files=1)

        async def nothing() -> AsyncIterator[bytes]:
            yield b""

        async def act(provider: Provider) -> None:
            assert isinstance(provider, UploadsResumably)  # every provider of ours takes files
            session = await provider.begin_upload(
                path.name, size, key=KEY, options=order.options, share=None if order.one_link else share
            )
            await provider.send_piece(session, 0, min(size, limits.even_piece(size) or size), nothing)

        return await self._run(order.account, act)

    async def edit(self, link: Link, edit: LinkEdit) -> tuple[Rehearsed, ...]:
        """Return the requests that change a link; raises as changing it would."""
        self._links.check_edit(link, edit)

        verb = Verb.EXPIRE if edit.expire_now else Verb.UPDATE
        return await self.intent(Intent(account=link.account, verb=verb, link=link, edit=edit))

    async def expire(self, link: Link) -> tuple[Rehearsed, ...]:
        """Return the requests that end a link now."""
        return await self.edit(link, LinkEdit(expire_now=True))

    async def revoke(self, link: Link) -> tuple[Rehearsed, ...]:
        """Return the requests that take a link back."""
        self._links.check_taken_back(link, Ability.REVOKE)

        return await self.intent(Intent(account=link.account, verb=Verb.REVOKE, link=link))

    async def delete(self, link: Link) -> tuple[Rehearsed, ...]:
        """Return the requests that remove a link."""
        self._links.check_taken_back(link, Ability.DELETE_LINK)

        return await self.intent(Intent(account=link.account, verb=Verb.DELETE, link=link))

    async def intent(self, intent: Intent) -> tuple[Rehearsed, ...]:
        """Return the requests that make a change which was checked when it was planned."""
        if intent.verb is Verb.MOVE:
            return await self._move(intent)
        return await self._run(intent.account, lambda provider: perform(provider, intent, key=KEY))

    async def _move(self, intent: Intent) -> tuple[Rehearsed, ...]:
        """Return the writes of a move: its uploads, the new link, and the end of the old one."""
        link = intent.link
        assert link is not None  # there is nothing else to move
        requests: list[Rehearsed] = []
        options = with_defaults(self._accounts.get(intent.account).limits.file_options, {})
        order = Order(account=intent.account, paths=(), options=options)
        for file in link.files:
            requests += await self.upload(order, Path(file.name or link.name), file.size or 0)
        ids = tuple(FILE_ID for _ in link.files)
        new = Intent(account=intent.account, verb=Verb.CREATE, spec=intent.spec, file_ids=ids)
        requests += await self.intent(new)
        if intent.edit is not None:
            requests += await self.edit(link, intent.edit)
        return tuple(requests)

    async def delete_file(self, file: File, *, force: bool = False) -> tuple[Rehearsed, ...]:
        """Return the requests that delete a stored file."""
        self._accounts.get(file.account).limits.require(Ability.DELETE_FILE)

        async def act(provider: Provider) -> None:
            assert isinstance(provider, DeletesFiles)  # its limits claim so
            await provider.delete_file(file.id, force=force)

        return await self._run(file.account, act)

    async def delete_version(self, account: str, file_id: str, version: str) -> tuple[Rehearsed, ...]:
        """Return the requests that delete one version of a stored file."""
        limits = self._accounts.get(account).limits
        limits.require(Ability.FILE_VERSIONS)
        limits.require(Ability.DELETE_FILE)

        async def act(provider: Provider) -> None:
            assert isinstance(provider, KeepsVersions)  # its limits claim so
            await provider.delete_version(file_id, version)

        return await self._run(account, act)

    async def _run(self, account: str, act: Callable[[Provider], Awaitable[object]]) -> tuple[Rehearsed, ...]:
        requests: list[Rehearsed] = []
        provider = self._accounts.rehearsal(account, requests)
        try:
            await act(provider)
        except LinktuiError:
            # The empty answer to a write that was not sent is no answer the next step can use.
            if not requests:
                raise
        finally:
            await provider.close()
        return tuple(requests)

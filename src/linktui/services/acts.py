"""Make one change of a link at its service: the one place that knows which call that is."""

from __future__ import annotations

from typing import cast

from linktui.model.change import Intent, Verb
from linktui.providers.base import DeletesLinks, Provider, RevokesLinks, Told, UpdatesLinks


async def perform(provider: Provider, intent: Intent, *, key: str = "", again: bool = False) -> Told | None:
    """Make a change and return the link as it is left, or None if it is gone.

    `key` and `again` are those of `Provider.create_link`. Raises the errors of providers; whether the service
    can do it at all was checked when the change was planned, so that it is not asked again here: asking a
    protocol takes as long as a tenth of the call.
    """
    match intent:
        case Intent(verb=Verb.CREATE, spec=spec) if spec is not None:
            return await provider.create_link(intent.file_ids, spec, key=key, again=again)
        case Intent(verb=Verb.UPDATE | Verb.EXPIRE, link=link, edit=edit) if link and edit:
            return await cast(UpdatesLinks, provider).update_link(link, edit)
        case Intent(verb=Verb.REVOKE, link=link) if link:
            return await cast(RevokesLinks, provider).revoke_link(link.id)
        case Intent(verb=Verb.DELETE, link=link) if link:
            await cast(DeletesLinks, provider).delete_link(link.id)
            return None
        case _:
            raise AssertionError(f"{intent.verb} is no single call")

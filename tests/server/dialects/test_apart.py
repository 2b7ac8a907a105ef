"""What the dialects keep is beside the owner's own, or apart from it."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from linktui.linkserver.dialects.base import Dialects
from linktui.linkserver.server import LinkServer
from linktui.linkserver.token import load_or_create_token


@pytest.mark.parametrize("apart", [False, True])
async def test_the_owner_sees_what_a_dialect_keeps_unless_it_is_apart(
    tmp_path: Path, free_port: int, apart: bool
) -> None:
    server = LinkServer(directory=tmp_path, port=free_port, dialects=Dialects(apart=apart))
    await server.start()
    account = server.dialects()["stripe"]
    owner = {"Authorization": f"Bearer {load_or_create_token(tmp_path)}"}
    stripe = {"Authorization": f"Bearer {account['secret']}"}
    async with httpx.AsyncClient(trust_env=False) as client:

        async def stripes(what: str, **parts: object) -> str:
            answer = await client.post(f"{account['base_url']}/v1/{what}", headers=stripe, **parts)  # type: ignore[arg-type]
            return str(answer.json()["id"] if what == "files" else answer.json()["url"])

        before = server.revision()
        told = {"data": {"purpose": "dispute_evidence"}, "files": {"file": ("a.pdf", b"%PDF-1.4")}}
        url = await stripes("file_links", data={"file": await stripes("files", **told)})
        assert (await client.get(url)).content == b"%PDF-1.4"
        listed = (await client.get(f"{server.url}/api/links", headers=owner)).json()["data"]
        assert len(listed) == (0 if apart else 1)
        assert server.revision() > before
        assert server.in_use()
        await server.stop()
        # What was handed out before they were to be apart stays good.
        later = LinkServer(directory=tmp_path, port=free_port, dialects=Dialects(apart=True))
        await later.start()
        assert (await client.get(url)).content == b"%PDF-1.4"
        await later.stop()

"""An appliance behind the services: what the queue, the screens and the commands make of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from linktui.config.locations import Locations
from linktui.model.capability import Ability
from linktui.model.errors import Unsupported
from linktui.model.link import LinkEdit, LinkSpec
from linktui.model.transfer import TransferState
from linktui.services.engine import Engine
from linktui.services.house import House
from linktui.services.transfers import Order
from linktui.wiring import build
from tests.fakes import NOON
from tests.providers.liquidfiles.service import HOST, Appliance

CONFIGURED = f"""
[accounts.appliance]
provider = "liquidfiles"
base_url = "{HOST}"
secret = "env:LIQUIDFILES_KEY"
auth = "auto"
"""
ACCOUNT = "appliance"
DATA = b"0123456789abcdefghijKLMNO"


@pytest.fixture
async def house(tmp_path: Path, appliance: Appliance) -> AsyncIterator[House]:
    locations = Locations.below(tmp_path / "home")
    locations.create()
    locations.settings_file.write_text(CONFIGURED, encoding="utf-8")
    house = build(locations, clock=appliance.clock, connect_provider=lambda account: appliance.provider())
    yield house
    await house.close()


def engine_of(house: House, appliance: Appliance) -> Engine:
    return Engine(
        database=house.database,
        accounts=house.services.accounts,
        queue=house.services.transfers,
        concurrency=1,
        bandwidth_limit=0,
        clock=appliance.clock,
    )


@pytest.mark.parametrize("lost", [None, "POST /link/attachments/upload", "POST /link", "GET /account"])
async def test_an_upload_ends_as_one_file_and_one_link_whatever_answer_is_lost(
    house: House, appliance: Appliance, tmp_path: Path, lost: str | None
) -> None:
    source = tmp_path / "report.pdf"
    source.write_bytes(DATA)
    share = LinkSpec(
        expires_at=NOON + timedelta(days=7),
        password="hunter2",
        options={"require_authentication": "yes", "display_mode": "inline"},
        captions=("the report",),
    )
    [queued] = await house.services.transfers.enqueue(Order(account=ACCOUNT, paths=(source,), share=share))
    appliance.lost = {lost} if lost else set()
    for _ in range(3):
        await engine_of(house, appliance).drain()
        appliance.clock.move(minutes=1)
    done = house.services.transfers.get(queued.id)
    assert done is not None
    assert (done.state, done.error) == (TransferState.DONE, "")
    assert list(appliance.data.values()) == [DATA]
    assert list(appliance.links) == [done.link_id]
    link = house.services.links.get(ACCOUNT, done.link_id)
    assert link is not None
    assert (link.has_password, link.options["display_mode"]) == (True, "inline")
    assert [file.caption for file in link.files] == ["the report"]


async def test_what_it_lacks_is_said_with_the_substitute_and_nothing_is_sent(
    house: House, appliance: Appliance
) -> None:
    link_id = appliance.share()
    link = (await house.services.accounts.provider(ACCOUNT).get_link(link_id)).link
    for edit in (
        LinkEdit(expire_now=True),
        LinkEdit(expires_at=None),
        LinkEdit(name="x"),
        LinkEdit(download_limit=1),
        LinkEdit(metadata={"a": "b"}),
    ):
        with pytest.raises(Unsupported) as caught:
            await house.services.links.edit(link, edit)
        assert caught.value.reason
    with pytest.raises(Unsupported):
        await house.services.links.revoke(link)
    assert appliance.writes() == []


async def test_what_the_group_may_not_is_known_after_a_test_of_the_account(
    house: House, appliance: Appliance
) -> None:
    appliance.account = {"filelink_can_change_url": False}
    identity = await house.services.book.identify(ACCOUNT)
    assert identity.who == "Ann <ann@example.test>"
    assert not house.services.accounts.get(ACCOUNT).limits.can(Ability.SLUG)

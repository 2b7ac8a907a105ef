"""On masked screens no address, slug or password of a link can be read, and copying still works."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest
from textual.pilot import Pilot

from linktui.model.link import Link, LinkEdit
from linktui.model.masking import masked_in_line, masked_link, masked_text, masked_url
from linktui.ui.app import LinktuiApp
from linktui.ui.dialogs.made import MadeDialog
from tests.fakes import NOON
from tests.ui.acting import keep_file
from tests.ui.plans import drain
from tests.ui.program import DAY, World, drawn, program
from tests.ui.samples import LINK
from tests.ui.shell import press, settle

SLUG = "Yf3kQ0b1vXw7uPz2mR9sTA"
OTHER = "my-new-address"
URL = f"https://files.example.org/l/{SLUG}"
WIDE = (110, 40)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (URL, "https://…/l/••••"),
        ("https://bucket.s3.test/key/name.pdf?X-Amz-Signature=abc", "https://…/••••"),
        ("https://u:p@x.test", "https://…/••••"),
        (r"http:\/\/x.test\/l\/abc", "http://…/l/••••"),
    ],
)
def test_an_address_is_masked_but_for_what_kind_it_is(url: str, shown: str) -> None:
    assert masked_url(url) == shown


def test_texts_lose_every_address_and_the_slug() -> None:
    raw = json.dumps({"url": URL, "slug": SLUG, "at": "http://x.test/a?b=c"}).replace("/", r"\/")
    assert masked_text(raw, replace(LINK, slug=SLUG)) == (
        '{"url": "https://…/l/••••", "slug": "••••", "at": "http://…/a/••••"}'
    )
    link = masked_link(replace(LINK, facts={"Page": LINK.url}, metadata={"ref": f"see {LINK.slug}"}))
    assert LINK.slug not in repr([link.url, link.slug, *link.facts.values(), *link.metadata.values()])


def test_an_id_that_is_in_the_address_is_masked_and_words_of_the_path_are_not() -> None:
    link = replace(LINK, id="link_9aafk2", slug="", url="https://dr.example/links/link_9aafk2")
    assert masked_link(link).id == "••••"
    assert masked_text('{"allow_direct_links": 1, "id": "link_9aafk2"}', link) == (
        '{"allow_direct_links": 1, "id": "••••"}'
    )
    assert masked_link(LINK).id == LINK.id


def test_a_line_stays_as_long_as_it_was() -> None:
    line = f"│ GET {URL} → 200 │"
    assert len(masked_in_line(line)) == len(line)
    assert masked_in_line(line) == f"│ GET https://{'•' * (len(URL) - 8)} → 200 │"


def secret(lines: Iterable[str]) -> list[str]:
    """Return the lines in which something can be read that is nobody's business."""
    told = (SLUG[:8], SLUG[-8:], OTHER[:8], "files.example.org", "geheim")
    return [line for line in lines if any(word in line for word in told)]


async def fill(world: World) -> Link:
    """Have a link that has been changed, will be changed, and has a file, an upload and a call."""
    keep_file(world, 1, "report.pdf")
    [link] = await world.seed("report.pdf", url=URL, slug=SLUG, facts={"Page": f"{URL}/page"})
    await world.keep(link, raw=json.dumps({"url": URL, "slug": SLUG}))
    plans = world.house.services.plans
    planner = plans.planner()
    edit = LinkEdit(slug=OTHER, password="geheim", expires_at=NOON + 9 * DAY)
    plan = await plans.make("edit 1 link", [planner.edited(link, edit)])
    await plans.apply(plan.id)
    await drain(world)
    [link] = world.house.services.links.get_many([(link.account, link.id)])
    back = LinkEdit(slug=SLUG, expires_at=NOON + 8 * DAY)
    await plans.make("edit it back", [planner.edited(link, back)])
    return link


async def seen(app: LinktuiApp, pilot: Pilot[None], *ways: str) -> None:
    """Go each way (keys, parted by spaces), look there, and come back to the links by Esc and 1."""
    for way in ways:
        await press(pilot, *way.split())
        assert secret(drawn(app)) == [], way
        while app.screen.is_modal:
            await press(pilot, "escape")
        await press(pilot, "1")


async def test_no_screen_shows_an_address_and_all_of_them_copy_it(world: World, copied: list[str]) -> None:
    link = await fill(world)
    assert link.slug == OTHER
    link = replace(link, url=URL)
    await world.keep(link, raw=json.dumps({"url": URL, "slug": SLUG}))
    services = world.house.services
    async with program(world, size=WIDE, mask_urls=True) as (app, pilot):
        await seen(app, pilot, "Q", "Y down", "e", "e f2", "n", "enter v", "enter w",
                   "H tab", "H enter", "2 tab enter", "3", "4", "at")  # fmt: skip
        app.notify(f"It is at {URL} now", markup=False)
        await settle(pilot)
        assert secret(drawn(app)) == []
        app.push_screen(MadeDialog(services, "report.pdf", lambda: link, spec=None))
        await settle(pilot)
        assert any("https://…/l/••••" in line for line in drawn(app))
        assert secret(drawn(app)) == []
        assert copied[-1] == URL
        await press(pilot, "escape", "y")
        assert copied[-1] == URL


async def test_a_key_masks_what_is_on_the_screen_and_below_and_shows_it_again(world: World) -> None:
    [link] = await world.seed("a.pdf", url=URL, slug=SLUG, expires_at=NOON + timedelta(days=1))
    async with program(world, size=WIDE) as (app, pilot):
        await press(pilot, "enter", "v")
        assert secret(drawn(app))
        await press(pilot, "M")
        assert app.masks_urls
        assert secret(drawn(app)) == []
        await press(pilot, "M")
        assert any(link.url in line for line in drawn(app))

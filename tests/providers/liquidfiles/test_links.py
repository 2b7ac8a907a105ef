"""FileLinks as an appliance tells them, makes them and lets go of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta, timezone

import httpx
import pytest

from linktui.model.errors import (
    InvalidInput,
    NotFound,
    Rejected,
    Unavailable,
    Unintelligible,
    Unsupported,
)
from linktui.model.link import LinkKind, LinkSpec
from linktui.providers.base import DeletesLinks, ListsDownloads, Provider, UpdatesLinks
from linktui.providers.liquidfiles import wire_links
from linktui.providers.liquidfiles.provider import LiquidFilesProvider
from tests.fakes import NOON
from tests.providers.liquidfiles.service import HOST, Appliance

BEFORE_43 = {
    "id": "ZLa8RSQF2XDyrcVVMbrsNY",
    "filename": "screenshot.png",
    "size": 45324,
    "size_human": "44.3 KB",
    "require_authentication": True,
    "send_download_confirmation": False,
    "expires_at": "2026-12-31",
    "url": f"{HOST}/link/ZLa8RSQF2XDyrcVVMbrsNY",
    "created_at": "2026-11-20T10:00:00.591115Z",
    "updated_at": "2026-11-20T11:00:00+01:00",
}
"""An answer as the documentation before 4.3 shows it."""
IN_A_WEEK = NOON + timedelta(days=7)


def spec(
    *, options: Mapping[str, str] | None = None, password: str | None = None, slug: str = "", **captions: str
) -> LinkSpec:
    return LinkSpec(
        expires_at=IN_A_WEEK,
        options=options or {},
        password=password,
        slug=slug,
        captions=tuple(captions.values()),
    )


def test_the_provider_has_what_its_limits_claim(provider: LiquidFilesProvider) -> None:
    required: Provider = provider
    for ability in (UpdatesLinks, DeletesLinks, ListsDownloads):
        assert isinstance(required, ability)


def test_a_link_from_before_43_is_told_with_what_there_was() -> None:
    link = wire_links.link_from({"link": BEFORE_43}, account="a").link
    assert (link.id, link.name, link.url) == (BEFORE_43["id"], "screenshot.png", BEFORE_43["url"])
    assert [(file.id, file.name, file.size) for file in link.files] == [("", "screenshot.png", 45324)]
    assert link.created_at == datetime(2026, 11, 20, 10, 0, 0, 591115, tzinfo=UTC)
    assert link.updated_at == datetime(2026, 11, 20, 10, tzinfo=UTC)
    assert dict(link.options) == {"require_authentication": "yes", "send_download_confirmation": "no"}
    assert (link.kind, link.has_password, link.downloads, link.slug) == (LinkKind.DOWNLOAD, False, None, "")
    assert dict(link.facts) == {"Last day": "2026-12-31"}


@pytest.mark.parametrize("told", ["2026-12-31", "2026-12-31T09:30:00Z", "2026-12-31 00:00:00 UTC"])
def test_a_link_lives_until_its_last_day_is_over(told: str) -> None:
    link = wire_links.link_from(BEFORE_43 | {"expires_at": told}, account="a").link
    assert link.expires_at == datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert link.state(datetime(2026, 12, 31, 23, 59, 58, tzinfo=UTC)).alive
    assert not link.state(datetime(2027, 1, 1, tzinfo=UTC)).alive


def test_null_and_unknown_fields_are_no_trouble() -> None:
    nothing = dict.fromkeys(
        ("expires_at", "size", "slug", "password", "attachments", "display_mode", "header_html", "updated_at")
    )
    link = wire_links.link_from(BEFORE_43 | nothing | {"colour": "blue", "id": 12}, account="a").link
    assert (link.id, link.expires_at, link.size) == ("12", None, None)


def test_a_mode_of_the_future_is_shown_as_it_is_called() -> None:
    link = wire_links.link_from(BEFORE_43 | {"display_mode": "carousel"}, account="a").link
    assert link.options["display_mode"] == "carousel"


@pytest.mark.parametrize("broken", [{}, [], None, "x", BEFORE_43 | {"created_at": "yesterday"}])
def test_what_is_no_link_is_unintelligible(broken: object) -> None:
    with pytest.raises(Unintelligible):
        wire_links.link_from(broken, account="a")


async def test_a_link_of_today_is_told_whole(appliance: Appliance, provider: LiquidFilesProvider) -> None:
    one, two = appliance.attach("Überweisung €.pdf"), appliance.attach("日本語\x1b.txt", b"longer")
    link_id = appliance.share(
        one,
        two,
        slug="ann-report",
        password="x",
        allow_download=False,
        display_mode="gallery",
        recipient_limitations=["bob@example.test", "example.org"],
        header_html="<h1>Hi</h1>\n<p>there\u202e</p>",
    )
    link = (await provider.get_link(link_id)).link
    assert link.kind is LinkKind.VIEW
    assert (link.name, link.slug, link.has_password) == ("Überweisung €.pdf and 1 more", "ann-report", True)
    assert [(file.id, file.size) for file in link.files] == [(one, 5), (two, 6)]
    assert link.files[1].name == "日本語\ufffd.txt"
    assert link.options == {
        "require_authentication": "no",
        "send_download_confirmation": "yes",
        "allow_download": "no",
        "allow_direct_links": "no",
        "display_mode": "gallery",
        "recipient_limitations": "bob@example.test, example.org",
        "header_html": "<h1>Hi</h1>\n<p>there\ufffd</p>",
        "footer_html": "",
    }
    assert link.slug not in repr(link)


async def test_links_are_listed_on_one_page_newest_first(
    appliance: Appliance, provider: LiquidFilesProvider
) -> None:
    made = []
    for _ in range(3):
        made.append(appliance.share())
        appliance.clock.move(hours=1)
    page = await provider.list_links()
    assert [told.link.id for told in page.rows] == made[::-1]
    assert page.next_cursor is None
    assert int(appliance.requests[-1].url.params["limit"]) >= 1000


async def test_no_links_are_no_trouble(provider: LiquidFilesProvider) -> None:
    assert (await provider.list_links()).rows == ()


async def test_an_older_server_without_a_single_link_is_asked_for_the_list(old: Appliance) -> None:
    link_id = old.share(old.attach())
    provider = old.provider()
    assert (await provider.get_link(link_id)).link.id == link_id
    with pytest.raises(NotFound):
        await provider.get_link("gone")


async def test_a_page_in_place_of_a_link_is_looked_past(
    appliance: Appliance, provider: LiquidFilesProvider
) -> None:
    link_id = appliance.share()
    appliance.answers[f"GET /link/{link_id}"] = httpx.Response(200, html="<h1>Download</h1>")
    assert (await provider.get_link(link_id)).link.id == link_id


async def test_one_file_is_a_plain_text_and_several_are_a_list(
    appliance: Appliance, provider: LiquidFilesProvider
) -> None:
    one, two = appliance.attach("1"), appliance.attach("2")
    await provider.create_link((one,), spec(), key="a")
    await provider.create_link((two, one), spec(), key="b")
    assert [body["link"] for body in appliance.bodies()] == [
        {"attachment": one, "expires_at": "2026-11-28"},
        {"attachment": [two, one], "expires_at": "2026-11-28"},
    ]


async def test_the_last_day_is_that_of_utc(appliance: Appliance, provider: LiquidFilesProvider) -> None:
    evening = datetime(2026, 12, 1, 23, tzinfo=timezone(-timedelta(hours=8)))
    told = await provider.create_link((appliance.attach(),), LinkSpec(expires_at=evening), key="k")
    assert told.link.expires_at == datetime(2026, 12, 2, 23, 59, 59, tzinfo=UTC)


async def test_a_link_is_what_was_asked_for(appliance: Appliance, provider: LiquidFilesProvider) -> None:
    one, two = appliance.attach("1.txt"), appliance.attach("2.txt")
    options = {
        "require_authentication": "yes",
        "send_download_confirmation": "no",
        "allow_download": "no",
        "display_mode": "inline",
        "recipient_limitations": "bob@example.test",
        "header_html": "<b>Hi</b>",
        "footer_html": "",
    }
    wanted = spec(options=options, password="hunter2", slug="both_files", first="one", second="")
    link = (await provider.create_link((one, two), wanted, key="k")).link
    assert link == (await provider.get_link(link.id)).link
    assert link.options == options | {"allow_direct_links": "no"}
    assert (link.has_password, link.slug) == (True, "both_files")
    assert [(file.id, file.caption) for file in link.files] == [(one, "one"), (two, "")]
    assert appliance.bodies()[0]["link"] == {
        "attachment": [one, two],
        "expires_at": "2026-11-28",
        "password": "hunter2",
        "require_authentication": True,
        "send_download_confirmation": False,
        "download_receipt": False,
    }


async def test_receipts_are_corrected_where_the_server_did_not_know_the_name(
    appliance: Appliance, provider: LiquidFilesProvider
) -> None:
    file_id = appliance.attach()
    other = appliance.share(file_id, created_at="2026-01-01T00:00:00Z")
    reply = {"link": appliance.shape(other) | {"expires_at": "2026-11-28"}}
    appliance.answers["POST /link"] = httpx.Response(200, json=reply)
    link = (
        await provider.create_link((file_id,), spec(options={"send_download_confirmation": "no"}), key="k")
    ).link
    assert link.options["send_download_confirmation"] == "no"
    assert appliance.writes() == ["POST /link", f"PUT /link/{other}/update_download_confirmation"]


async def test_a_last_day_later_than_asked_for_is_corrected_and_an_earlier_one_is_told(
    appliance: Appliance, provider: LiquidFilesProvider
) -> None:
    for told, ends in (("2027-01-01", 28), ("2026-11-25", 25)):
        file_id = appliance.attach()
        other = appliance.share(file_id, created_at="2026-01-01T00:00:00Z", expires_at=told)
        appliance.answers["POST /link"] = httpx.Response(200, json={"link": appliance.shape(other)})
        link = (await provider.create_link((file_id,), spec(), key=told)).link
        assert link.expires_at == datetime(2026, 11, ends, 23, 59, 59, tzinfo=UTC)


async def test_a_password_on_an_older_server_is_trusted(old: Appliance) -> None:
    await old.provider().create_link((old.attach(),), spec(password="hunter2"), key="k")
    assert old.writes() == ["POST /link"]
    assert [link["password"] for link in old.links.values()] == ["hunter2"]


async def test_what_an_older_server_lacks_is_said_with_what_was_done(old: Appliance) -> None:
    with pytest.raises(Unsupported) as caught:
        await old.provider().create_link((old.attach(),), spec(options={"display_mode": "gallery"}), key="k")
    assert caught.value.ability == "change the display"
    assert "done before that: the link" in caught.value.reason


@pytest.mark.parametrize("slug", ["ab", "a" * 41, "with space", "ü" * 5, "a/b"])
async def test_an_address_no_server_takes_is_refused_beforehand(
    appliance: Appliance, provider: LiquidFilesProvider, slug: str
) -> None:
    with pytest.raises(InvalidInput):
        await provider.create_link((appliance.attach(),), spec(slug=slug), key="k")
    assert appliance.asked == []


async def test_an_address_may_get_the_users_name_before_it(
    appliance: Appliance, provider: LiquidFilesProvider
) -> None:
    file_id = appliance.attach()
    wanted = spec(slug="documents")
    link_id = (await provider.create_link((file_id,), wanted, key="k")).link.id
    appliance.links[link_id]["slug"] = "ann.example-documents"
    appliance.asked.clear()
    assert (await provider.create_link((file_id,), wanted, key="k")).link.slug == "ann.example-documents"
    assert appliance.writes() == []


async def test_a_file_that_is_not_there_is_refused(provider: LiquidFilesProvider) -> None:
    with pytest.raises(Rejected, match="Attachment not found"):
        await provider.create_link(("x",), spec(), key="k")


async def test_a_lost_answer_makes_no_second_link_on_an_older_server_either(old: Appliance) -> None:
    other, file_id = old.attach("other.txt"), old.attach("mine.txt")
    old.lost = {"POST /link"}
    provider = old.provider()
    with pytest.raises(Unavailable):
        await provider.create_link((file_id,), spec(password="x"), key="k")
    old.share(other, expires_at="2026-11-28")
    told = await provider.create_link((file_id,), spec(password="x"), key="k")
    assert (told.link.name, len(old.links)) == ("mine.txt", 2)


async def test_a_link_whose_answer_was_lost_gets_what_it_still_lacks(
    appliance: Appliance, provider: LiquidFilesProvider
) -> None:
    file_id = appliance.attach()
    wanted = spec(options={"display_mode": "gallery"}, slug="mine", caption="first")
    appliance.lost = {"POST /link"}
    with pytest.raises(Unavailable):
        await provider.create_link((file_id,), wanted, key="k")
    link = (await provider.create_link((file_id,), wanted, key="k")).link
    assert [link.id] == list(appliance.links)
    assert (link.slug, link.options["display_mode"], link.files[0].caption) == ("mine", "gallery", "first")


async def test_a_correction_that_failed_is_done_by_the_same_key(
    appliance: Appliance, provider: LiquidFilesProvider
) -> None:
    file_id = appliance.attach()
    wanted = spec(options={"display_mode": "gallery"})
    appliance.answers["PUT /link/l000000000000000000001/update_display_mode"] = httpx.Response(
        422, json={"errors": ["Not now"]}
    )
    with pytest.raises(Rejected, match="Not now"):
        await provider.create_link((file_id,), wanted, key="k")
    link = (await provider.create_link((file_id,), wanted, key="k")).link
    assert [link.id] == list(appliance.links)
    assert link.options["display_mode"] == "gallery"


@pytest.mark.parametrize("crash", [False, True])
async def test_a_lost_answer_makes_no_second_link(appliance: Appliance, crash: bool) -> None:
    file_id = appliance.attach()
    appliance.lost = {"POST /link"}
    provider = appliance.provider()
    wanted = spec(password="hunter2", options={"require_authentication": "yes"})
    with pytest.raises(Unavailable):
        await provider.create_link((file_id,), wanted, key="k")
    appliance.clock.move(minutes=5)
    again = appliance.provider() if crash else provider
    told = await again.create_link((file_id,), wanted, key="k", again=crash)
    assert [told.link.id] == list(appliance.links)


async def test_a_file_that_was_sent_a_moment_ago_is_linked_without_a_look_unless_that_was_tried(
    appliance: Appliance, provider: LiquidFilesProvider
) -> None:
    async def read() -> AsyncIterator[bytes]:
        yield b"x"

    session = await provider.begin_upload("a.txt", 1, key="k")
    file_id = (await provider.send_piece(session, 0, 1, read)).file_id or ""
    appliance.lost = {"POST /link"}
    with pytest.raises(Unavailable):
        await provider.create_link((file_id,), spec(), key="k")
    assert "GET /link" not in appliance.asked
    told = await provider.create_link((file_id,), spec(), key="k")
    assert [told.link.id] == list(appliance.links)


async def test_another_key_makes_another_link(appliance: Appliance, provider: LiquidFilesProvider) -> None:
    file_id = appliance.attach()
    made = {(await provider.create_link((file_id,), spec(), key=key)).link.id for key in ("a", "b", "a")}
    assert len(made) == len(appliance.links) == 2


@pytest.mark.parametrize(
    "other",
    [
        {"created_at": (NOON - timedelta(minutes=11)).isoformat()},
        {"expires_at": "2026-11-29"},
        {"expires_at": "2026-11-27"},
        {"password": "secret"},
        {"display_mode": "inline"},
    ],
)
async def test_only_a_new_link_that_is_in_every_way_the_same_is_taken_for_the_lost_one(
    appliance: Appliance, provider: LiquidFilesProvider, other: dict[str, str]
) -> None:
    file_id = appliance.attach()
    appliance.share(file_id, **({"expires_at": "2026-11-28"} | other))
    await provider.create_link((file_id,), spec(options={"display_mode": "icons"}), key="k")
    assert len(appliance.links) == 2


async def test_a_deleted_link_is_gone_and_deleting_twice_is_no_error(
    appliance: Appliance, provider: LiquidFilesProvider
) -> None:
    link_id = appliance.share()
    await provider.delete_link(link_id)
    await provider.delete_link(link_id)
    with pytest.raises(NotFound):
        await provider.get_link(link_id)


@pytest.mark.parametrize("root", ["downloads", "anything", None])
async def test_downloads_are_told_newest_first_below_any_root(
    appliance: Appliance, provider: LiquidFilesProvider, root: str | None
) -> None:
    link_id = appliance.share()
    rows = appliance.downloads()
    body = rows if root is None else {root: rows, "total": 2}
    appliance.answers[f"GET /link/{link_id}/downloads"] = httpx.Response(200, json=body)
    log = await provider.list_downloads(link_id)
    assert [(entry.id, entry.at.day, entry.size, entry.file_id) for entry in log] == [
        ("1", 21, 5, "a1"),
        ("0", 20, 5, "a1"),
    ]
    assert (log[0].address, log[0].state) == ("bob@example.test 192.0.2.7", "complete")
    assert "\x1b" not in log[0].agent


async def test_a_server_without_a_log_says_so_and_a_link_that_is_gone_is_not_found(old: Appliance) -> None:
    link_id = old.share(old.attach())
    provider = old.provider()
    with pytest.raises(Unsupported):
        await provider.list_downloads(link_id)
    with pytest.raises(NotFound):
        await provider.list_downloads("gone")

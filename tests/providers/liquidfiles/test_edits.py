"""Changes of a link: the fewest calls, in an order that the appliance accepts."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linktui.model.call import Rehearsed
from linktui.model.errors import Conflict, InvalidInput, NotFound, Rejected, Unsupported
from linktui.model.link import KEEP, Link, LinkedFile, LinkEdit
from linktui.providers.liquidfiles.edits import file_steps
from linktui.providers.liquidfiles.provider import LiquidFilesProvider
from tests.fakes import NOON
from tests.providers.liquidfiles.service import Appliance


def held(*file_ids: str, **captions: str) -> tuple[LinkedFile, ...]:
    return tuple(LinkedFile(one, one, caption=captions.get(one, "")) for one in file_ids)


async def told(provider: LiquidFilesProvider, link_id: str) -> Link:
    return (await provider.get_link(link_id)).link


def paths(appliance: Appliance, link_id: str) -> list[str]:
    return [call.replace(f"/link/{link_id}/", "") for call in appliance.writes()]


async def test_every_field_can_be_changed_and_cleared(
    appliance: Appliance, provider: LiquidFilesProvider
) -> None:
    link = await told(provider, appliance.share())
    options = {
        "require_authentication": "yes",
        "send_download_confirmation": "no",
        "allow_download": "no",
        "display_mode": "gallery",
        "recipient_limitations": "bob@example.test, example.org",
        "header_html": "<b>Hi</b>",
        "footer_html": "Bye",
    }
    edit = LinkEdit(expires_at=NOON + timedelta(days=1), slug="new-one", password="hunter2", options=options)
    changed = (await provider.update_link(link, edit)).link
    assert changed.options == options | {"allow_direct_links": "no"}
    assert (changed.slug, changed.has_password) == ("new-one", True)
    assert changed.expires_at is not None
    assert changed.expires_at.isoformat() == "2026-11-22T23:59:59+00:00"
    cleared = LinkEdit(
        slug="", password=None, options={"recipient_limitations": "", "header_html": "", "footer_html": ""}
    )
    bare = (await provider.update_link(changed, cleared)).link
    assert (bare.slug, bare.has_password) == ("", False)
    assert {bare.options[key] for key in ("recipient_limitations", "header_html", "footer_html")} == {""}


@pytest.mark.parametrize(
    ("edit", "call", "body"),
    [
        (LinkEdit(expires_at=NOON), "update_expires_at", {"expires_at": "2026-11-21"}),
        (LinkEdit(slug="abc"), "update_slug", {"slug_input": "abc"}),
        (LinkEdit(password="x"), "update_password", {"password": "x"}),
        (LinkEdit(password=None), "update_password", {"password": ""}),
        (
            LinkEdit(options={"allow_direct_links": "yes"}),
            "update_direct_links",
            {"allow_direct_links": True},
        ),
        (
            LinkEdit(options={"send_download_confirmation": "no"}),
            "update_download_confirmation",
            {"send_download_confirmation": False},
        ),
    ],
)
async def test_each_field_is_a_call_of_its_own(
    appliance: Appliance, provider: LiquidFilesProvider, edit: LinkEdit, call: str, body: dict[str, object]
) -> None:
    link = await told(provider, appliance.share())
    await provider.update_link(link, edit)
    assert paths(appliance, link.id) == [f"PUT {call}"]
    assert appliance.bodies() == [body]


async def test_direct_links_are_turned_on_after_what_conflicts_was_turned_off(
    appliance: Appliance, provider: LiquidFilesProvider
) -> None:
    link = await told(
        provider, appliance.share(password="x", require_authentication=True, allow_download=False)
    )
    options = {"allow_direct_links": "yes", "require_authentication": "no", "allow_download": "yes"}
    changed = (await provider.update_link(link, LinkEdit(password=None, options=options))).link
    assert changed.options["allow_direct_links"] == "yes"
    assert paths(appliance, link.id)[-1] == "PUT update_direct_links"


async def test_direct_links_are_turned_off_before_what_conflicts_is_turned_on(
    appliance: Appliance, provider: LiquidFilesProvider
) -> None:
    link = await told(provider, appliance.share(allow_direct_links=True))
    options = {"require_authentication": "yes", "allow_direct_links": "no"}
    changed = (await provider.update_link(link, LinkEdit(password="x", options=options))).link
    assert (changed.options["require_authentication"], changed.has_password) == ("yes", True)
    assert paths(appliance, link.id)[0] == "PUT update_direct_links"


async def test_a_conflict_is_told_in_the_servers_words_with_what_was_done_before(
    appliance: Appliance, provider: LiquidFilesProvider
) -> None:
    link = await told(provider, appliance.share(allow_direct_links=True))
    with pytest.raises(Rejected) as caught:
        await provider.update_link(link, LinkEdit(slug="new-one", password="hunter2"))
    assert caught.value.message == (
        "Direct links cannot be combined with that (done before that: the address; not done: the password)"
    )
    assert appliance.links[link.id]["slug"] == "new-one"


async def test_a_first_step_that_fails_is_told_as_the_server_did(
    appliance: Appliance, provider: LiquidFilesProvider
) -> None:
    link = await told(provider, appliance.share(allow_direct_links=True))
    with pytest.raises(Rejected) as caught:
        await provider.update_link(link, LinkEdit(password="hunter2"))
    assert caught.value.message == "Direct links cannot be combined with that"


async def test_an_empty_answer_has_the_link_looked_up(
    appliance: Appliance, provider: LiquidFilesProvider
) -> None:
    link = await told(provider, appliance.share())
    appliance.asked.clear()
    changed = (await provider.update_link(link, LinkEdit(expires_at=NOON))).link
    assert changed.facts["Last day"] == "2026-11-21"
    assert appliance.asked == [f"PUT /link/{link.id}/update_expires_at", f"GET /link/{link.id}"]


async def test_what_an_older_server_does_not_know_is_unsupported(old: Appliance) -> None:
    provider = old.provider()
    link = await told(provider, old.share(old.attach()))
    old_enough = LinkEdit(expires_at=NOON, options={"require_authentication": "yes"})
    assert (await provider.update_link(link, old_enough)).link.options["require_authentication"] == "yes"
    with pytest.raises(Unsupported) as caught:
        await provider.update_link(link, LinkEdit(slug="new-one"))
    assert (caught.value.ability, "4.3" in caught.value.reason) == ("change the address", True)
    with pytest.raises(Unsupported):
        await provider.update_link(link, LinkEdit(files=held("a", "b")))


async def test_a_link_that_is_gone_is_not_found(appliance: Appliance, provider: LiquidFilesProvider) -> None:
    link = await told(provider, appliance.share())
    await provider.delete_link(link.id)
    with pytest.raises(NotFound):
        await provider.update_link(link, LinkEdit(slug="new-one"))


async def test_an_edit_of_nothing_tells_how_the_link_is(
    appliance: Appliance, provider: LiquidFilesProvider
) -> None:
    link = await told(provider, appliance.share())
    assert (await provider.update_link(link, LinkEdit())).link == link
    assert appliance.writes() == []


async def test_files_are_added_removed_ordered_and_described(
    appliance: Appliance, provider: LiquidFilesProvider
) -> None:
    one, two, three = (appliance.attach(f"{number}.txt") for number in range(3))
    link = await told(provider, appliance.share(one, two))
    wanted = held(three, one, **{three: "the new one"})
    changed = (await provider.update_link(link, LinkEdit(files=wanted))).link
    assert [(file.id, file.caption) for file in changed.files] == [(three, "the new one"), (one, "")]
    assert paths(appliance, link.id) == [
        "POST attachments",
        f"DELETE attachments/{two}",
        "POST attachments/reorder",
        f"PUT attachments/{three}",
    ]
    assert appliance.bodies()[0] == {"secure_id": three}


async def test_every_file_can_be_exchanged_at_once(
    appliance: Appliance, provider: LiquidFilesProvider
) -> None:
    link = await told(provider, appliance.share(appliance.attach()))
    other = appliance.attach()
    changed = (await provider.update_link(link, LinkEdit(files=held(other)))).link
    assert [file.id for file in changed.files] == [other]


async def test_an_added_file_that_came_in_elsewhere_is_put_in_its_place(
    appliance: Appliance, provider: LiquidFilesProvider
) -> None:
    one, two = appliance.attach("1"), appliance.attach("2")
    link = await told(provider, appliance.share(one))
    told_first = appliance.shape(link.id) | {
        "attachments": [appliance.attachments[two], appliance.attachments[one]]
    }
    appliance.links[link.id]["files"].append([two, ""])
    appliance.answers[f"POST /link/{link.id}/attachments"] = httpx.Response(200, json={"link": told_first})
    appliance.answers[f"GET /link/{link.id}"] = httpx.Response(
        200, json={"link": appliance.shape(link.id) | {"attachments": [appliance.attachments[one]]}}
    )
    changed = (await provider.update_link(link, LinkEdit(files=held(one, two)))).link
    assert [file.id for file in changed.files] == [one, two]
    assert paths(appliance, link.id) == ["POST attachments", "POST attachments/reorder"]


async def test_files_changed_elsewhere_meanwhile_are_not_overwritten(
    appliance: Appliance, provider: LiquidFilesProvider
) -> None:
    one, two, three = (appliance.attach(f"{number}.txt") for number in range(3))
    link = await told(provider, appliance.share(one, two))
    appliance.links[link.id]["files"].append([three, ""])
    with pytest.raises(Conflict) as caught:
        await provider.update_link(link, LinkEdit(files=held(two)))
    assert caught.value.code == "stale"
    assert appliance.writes() == []


async def test_files_that_are_already_as_wanted_need_no_call(
    appliance: Appliance, provider: LiquidFilesProvider
) -> None:
    one, two = appliance.attach("1"), appliance.attach("2")
    link = await told(provider, appliance.share(one, two))
    appliance.links[link.id]["files"].reverse()
    await provider.update_link(link, LinkEdit(files=held(two, one)))
    assert appliance.writes() == []


async def test_a_removal_whose_answer_was_lost_is_done(
    appliance: Appliance, provider: LiquidFilesProvider
) -> None:
    one, two = appliance.attach("1"), appliance.attach("2")
    link = await told(provider, appliance.share(one, two))
    appliance.lost = {f"DELETE /link/{link.id}/attachments/{one}"}
    changed = (await provider.update_link(link, LinkEdit(files=held(two)))).link
    assert [file.id for file in changed.files] == [two]


def test_an_empty_list_of_files_is_refused() -> None:
    with pytest.raises(InvalidInput):
        file_steps(held("a"), ())


IDS = st.lists(st.sampled_from("abcdef"), unique=True, min_size=1)


@given(before=IDS, after=IDS, captions=st.dictionaries(st.sampled_from("abcdef"), st.sampled_from(["", "x"])))
def test_any_list_of_files_becomes_any_other_and_is_never_empty(
    before: list[str], after: list[str], captions: dict[str, str]
) -> None:
    now, shown = list(before), dict.fromkeys(before, "")
    steps = file_steps(held(*before), held(*after, **captions))
    for step in steps:
        body = step.body or {}
        match step.method, step.path:
            case "POST", "attachments":
                now.append(str(body["secure_id"]))
            case "POST", _:
                now = list(body["ordered_secure_ids"])  # type: ignore[call-overload]  # a list of texts
            case "DELETE", _:
                now.remove(step.removes)
            case _:
                shown[step.path.rpartition("/")[2]] = str(body["caption"])
        assert now
    assert now == after
    assert all(shown.get(one, "") == captions.get(one, "") for one in after)
    if before == after:
        assert {step.method for step in steps} <= {"PUT"}


async def test_a_rehearsal_shows_every_call_and_sends_none(appliance: Appliance) -> None:
    link_id = appliance.share()
    requests: list[Rehearsed] = []
    provider = appliance.provider(rehearsal=requests)
    link = await told(provider, link_id)
    edit = LinkEdit(
        password="hunter2",
        slug="new-one",
        expires_at=KEEP,
        files=tuple(reversed(link.files)),
    )
    await provider.update_link(link, edit)
    assert [one.url.rpartition(link_id)[2] for one in requests] == [
        "/update_slug",
        "/update_password",
        "/attachments/reorder",
    ]
    assert "hunter2" not in repr(requests)
    assert appliance.writes() == []

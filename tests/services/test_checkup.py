"""A check finds where service, address and owner disagree, changes nothing, and knows what would mend it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from linktui.config.locations import Locations
from linktui.model.change import Verb
from linktui.model.errors import Unavailable, Unintelligible
from linktui.model.file import File
from linktui.model.finding import Ill, Report, Served, remedies_of
from linktui.model.link import Link, LinkedFile, LinkKind
from linktui.services.house import House
from linktui.wiring import build
from tests.fakes import NOON, Clock, FakeProbes, FakeProvider

DAY = timedelta(days=1)
A, B = LinkedFile("f_1", "a.pdf", 5), LinkedFile("f_2", "b.pdf", 5)


class Asked(FakeProvider):
    """Tells no changes: it is asked for links."""

    list_changes = None  # type: ignore[assignment]  # so that it is no FeedsChanges


@pytest.fixture
def provider(clock: Clock) -> FakeProvider:
    return Asked(clock)


@pytest.fixture
def probes() -> FakeProbes:
    return FakeProbes()


@pytest.fixture
async def checked(
    tmp_path: Path, clock: Clock, provider: FakeProvider, probes: FakeProbes
) -> AsyncIterator[House]:
    home = Locations.below(tmp_path / "home")
    home.create()
    home.settings_file.write_text('[accounts.local]\nprovider = "local"\nlongest_expires = "30d"\n')
    for file in (A, B):
        provider.files[file.id] = File(
            account="local", id=file.id, name=file.name, size=5, created_at=NOON, sha256=""
        )
    house = build(
        home,
        clock=clock,
        connect_provider=lambda account: provider,
        connect_prober=lambda account: probes,
    )
    yield house
    await house.close()


async def seed(house: House, provider: FakeProvider, **fields: object) -> Link:
    values = {"expires_at": NOON + 7 * DAY, "created_at": NOON - DAY, "kind": LinkKind.UPLOAD} | fields
    return await house.services.links.fetch(provider.seed_link(**values))


async def check(house: House, *links: Link) -> Report:
    report = Report()
    await house.services.checkup.run(links, report)
    return report


def found(report: Report) -> list[tuple[str, Ill]]:
    return [(one.link.name, one.ill) for one in report.in_order]


async def test_links_that_are_as_they_should_be_are_passed_over(
    checked: House, provider: FakeProvider, probes: FakeProbes
) -> None:
    links = [
        await seed(checked, provider, files=(A,), kind=LinkKind.VIEW),
        await seed(checked, provider, files=(B,), kind=LinkKind.VIEW),
        await seed(checked, provider, expires_at=NOON - DAY),
    ]
    probes.answer(links[2], Served.NOTHING)
    report = await check(checked, *links)
    assert not report.findings
    assert not report.troubles
    assert (report.total, report.checked, report.probed, report.spared) == (3, 3, 3, 0)
    assert provider.links == {link.id: link for link in links}


async def test_what_differs_is_found_with_what_would_mend_it(
    checked: House, provider: FakeProvider, probes: FakeProbes
) -> None:
    good = await seed(checked, provider, name="good")
    dead = await seed(checked, provider, name="dead")
    served = await seed(checked, provider, name="served", revoked_at=NOON - DAY)
    unknown = await seed(checked, provider, name="unknown")
    lost = await seed(
        checked, provider, name="lost", kind=LinkKind.VIEW, files=(LinkedFile("f_9", "c.pdf", 1),)
    )
    bare = await seed(checked, provider, name="bare", kind=LinkKind.DOWNLOAD)
    long = await seed(checked, provider, name="long", expires_at=NOON + 90 * DAY)
    unsure = await seed(checked, provider, name="unsure")
    probes.answer(dead, Served.NOTHING)
    probes.answer(bare, Served.NOTHING)
    probes.answer(unsure, Served.UNSURE, "503")
    del provider.links[unknown.id]
    report = await check(checked, good, dead, served, unknown, lost, bare, long, unsure)
    assert found(report) == [
        ("served", Ill.SERVED),
        ("unknown", Ill.UNKNOWN),
        ("dead", Ill.DEAD),
        ("bare", Ill.FILE_GONE),
        ("lost", Ill.FILE_GONE),
        ("long", Ill.TOO_LONG),
        ("unsure", Ill.UNSURE),
    ]
    verbs = {one.link.name: one.remedy and one.remedy.verb for one in report.findings}
    assert verbs["dead"] == verbs["served"] == verbs["lost"] == Verb.DELETE
    assert verbs["long"] == Verb.UPDATE
    assert verbs["unknown"] is verbs["unsure"] is None
    [remedy] = [one.remedy for one in report.findings if one.link.name == "long"]
    assert remedy is not None
    assert remedy.edit is not None
    assert remedy.edit.expires_at == NOON + 30 * DAY
    assert not remedy.reason
    assert provider.calls.count("delete_link") == 0


async def test_nothing_is_asked_that_could_spend_a_download_or_needs_a_password(
    checked: House, provider: FakeProvider, probes: FakeProbes
) -> None:
    links = [
        await seed(checked, provider, download_limit=3),
        await seed(checked, provider, has_password=True),
        await seed(checked, provider),
    ]
    report = await check(checked, *links)
    assert probes.asked == [links[2].url]
    assert (report.checked, report.spared) == (3, 2)


async def test_of_links_to_one_file_the_newest_that_works_is_to_stay(
    checked: House, provider: FakeProvider, probes: FakeProbes
) -> None:
    names = ("newest but dead", "newest", "older")
    links = [
        await seed(
            checked, provider, name=name, files=(A,), kind=LinkKind.VIEW, created_at=NOON - number * DAY
        )
        for number, name in enumerate(names)
    ]
    links.append(await seed(checked, provider, name="other kind", files=(A,), kind=LinkKind.DOWNLOAD))
    probes.answer(links[0], Served.NOTHING)
    report = await check(checked, *links)
    assert found(report) == [("newest but dead", Ill.DEAD), ("older", Ill.DUPLICATE)]
    assert [one.is_advised for one in report.in_order] == [True, False]


async def test_each_link_is_mended_by_one_change_that_of_its_worst_finding(
    checked: House, provider: FakeProvider
) -> None:
    links = [
        await seed(checked, provider, name=name, files=(A,), kind=LinkKind.VIEW, **fields)
        for name, fields in (
            ("old", {"expires_at": NOON + 90 * DAY, "created_at": NOON - 2 * DAY}),
            ("new", {}),
        )
    ]
    report = await check(checked, *links)
    assert found(report) == [("old", Ill.TOO_LONG), ("old", Ill.DUPLICATE)]
    [remedy] = remedies_of(report.findings)
    assert remedy.verb is Verb.UPDATE


async def test_where_no_link_is_served_the_links_are_not_to_blame(
    checked: House, provider: FakeProvider, probes: FakeProbes
) -> None:
    links = [await seed(checked, provider) for _ in range(3)]
    for link in links:
        probes.answer(link, Served.NOTHING)
    report = await check(checked, *links)
    assert {one.ill for one in report.findings} == {Ill.UNSURE}
    assert not any(one.remedy for one in report.findings)
    assert "public address" in report.troubles["local"]


async def test_what_may_be_either_by_now_is_not_judged(
    checked: House, provider: FakeProvider, probes: FakeProbes
) -> None:
    near = [
        await seed(checked, provider, expires_at=NOON + timedelta(seconds=20)),
        await seed(checked, provider, expires_at=NOON - timedelta(seconds=20)),
        await seed(checked, provider, name="drop"),
    ]
    probes.answer(near[0], Served.NOTHING)
    probes.answer(near[2], Served.REFUSED, "403")  # an upload link may refuse to be read
    report = await check(checked, *near)
    assert not report.findings
    assert not report.troubles


async def test_an_account_that_cannot_be_asked_is_said(
    checked: House, provider: FakeProvider, probes: FakeProbes
) -> None:
    link = await seed(checked, provider)
    stranger = replace(link, account="gone")
    provider.failures["get_link"] = [Unavailable("no connection")]
    report = await check(checked, link, stranger)
    assert set(report.troubles) == {"local", "gone"}
    assert not probes.asked


async def test_thousands_go_some_at_a_time_and_what_was_found_stays_when_it_is_broken_off(
    checked: House, provider: FakeProvider, probes: FakeProbes
) -> None:
    links = [await seed(checked, provider, expires_at=None) for _ in range(60)]
    probes.holding = asyncio.Event()
    report = Report()
    run = asyncio.create_task(checked.services.checkup.run(links, report))
    await probes.held.wait()
    run.cancel()
    await asyncio.gather(run, return_exceptions=True)
    assert run.cancelled()
    assert report.checked == len(report.findings) == 2 < len(probes.asked)
    assert probes.most <= 16
    numbers = [link.number for link in checked.services.links.by_numbers(range(1, 61))]
    assert len(await checked.services.checkup.read(numbers)) == 60


async def test_what_keeps_a_check_from_going_on_is_said(
    checked: House, provider: FakeProvider, probes: FakeProbes, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def look(url: str) -> None:
        raise Unintelligible("no JSON")

    monkeypatch.setattr(probes, "look", look)
    report = await check(checked, await seed(checked, provider))
    assert "no JSON" in report.troubles["local"]

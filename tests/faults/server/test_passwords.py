"""Faults 15 to 17: without the password nothing is told, a cookie opens one link, guessing does not pay."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from linktui.linkserver.passwords import AT_ONCE, Passwords
from linktui.linkserver.throttle import FREE
from tests.server.conftest import NOWHERE, PAGE, Share
from tests.server.test_tus import TUS

ROUTES = ("", "/", "/download", "/files/1", "/files/9", "/zip", "/view/1")
ASKED: list[dict[str, str]] = [
    {},
    PAGE,
    {"Accept": "application/json"},
    {"Range": "bytes=0-1"},
    {"If-None-Match": "*"},
    {"If-Match": '"x"'},
    {"If-Range": "x", "Range": "bytes=0-"},
    {"Cookie": "linktui_unlock=x"},
    {"Authorization": "Basic x"},
    {"Authorization": "Bearer x"},
]


def facts(answer: httpx.Response) -> tuple[Any, ...]:
    headers = {name: value for name, value in answer.headers.items() if name != "x-request-id"}
    return answer.status_code, answer.text, str(headers)


@pytest.fixture
def guesses(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the list of all passwords that were looked at, none of which is right but "p"."""
    seen: list[str] = []

    def verify(hasher: PasswordHasher, kept: str, password: str) -> bool:
        seen.append(password)
        if password == "p":
            return True
        raise VerifyMismatchError

    monkeypatch.setattr(PasswordHasher, "verify", verify)
    return seen


async def test_fault_15_every_route_of_a_locked_link_is_the_same_refusal(share: Share) -> None:
    files = [
        {"id": await share.file(b"secret-bytes", "secret-name.txt"), "caption": "secret-caption"},
        {"id": await share.file(bytes(1234567), "secret-2.png")},
    ]
    locked = [
        await share.link(kind="view", files=files, name="secret-title", password="p"),
        await share.link(files[0]["id"], password="p", download_limit=3, expires_at="2026-12-01T00:00:00Z"),
    ]
    for asked in ASKED:
        for method in ("GET", "HEAD"):
            seen = set()
            for link in locked:
                for route in ROUTES:
                    answer = await share.stranger.request(method, f"/l/{link['slug']}{route}", headers=asked)
                    told = answer.text + str(answer.headers)
                    assert "secret" not in told
                    assert "etag" not in answer.headers
                    seen.add(tuple(part.replace(link["slug"], "") for part in map(str, facts(answer))))
            assert len(seen) == 1, seen
            assert seen.pop()[0] == "401"
    for route in ("/thumb/1", "/raw/1", "/checksum", "/info", "/files", "/view", "/.json"):
        answer = await share.stranger.get(f"/l/{locked[0]['slug']}{route}")
        assert answer.status_code in {404, 405}
        assert facts(answer) == facts(await share.stranger.get(f"/l/never{route}"))
    allowed = await share.stranger.get(f"/l/{locked[1]['slug']}/download", auth=("", "p"))
    assert allowed.content == b"secret-bytes"


async def _cookie(share: Share, link: dict[str, Any], password: str = "p") -> dict[str, str]:
    answer = await share.stranger.post(f"/l/{link['slug']}/unlock", data={"password": password})
    assert answer.status_code == 303
    share.stranger.cookies.clear()
    return {"Cookie": answer.headers["set-cookie"].split(";")[0]}


async def test_fault_16_a_cookie_opens_one_link_with_one_password_while_both_are_there(share: Share) -> None:
    file = await share.file()
    link, other = await share.link(file, password="p", slug="mine"), await share.link(file, password="p")
    cookie = await _cookie(share, link)

    async def opens(slug: str) -> bool:
        answer = await share.stranger.get(f"/l/{slug}/download", headers=cookie)
        assert answer.status_code in {200, 401}
        return answer.status_code == 200

    assert await opens("mine")
    assert not await opens(other["slug"])
    for word in ("linktui_unlock=x", cookie["Cookie"] + "x", cookie["Cookie"][:-3]):
        forged = await share.stranger.get("/l/mine/download", headers={"Cookie": word})
        assert forged.status_code == 401
    await share.owner.patch(f"/api/links/{link['id']}", json={"password": "new"})
    assert not await opens("mine")
    await share.owner.patch(f"/api/links/{link['id']}", json={"password": "p"})
    assert not await opens("mine")  # the same word again is another password
    cookie = await _cookie(share, link)
    assert await opens("mine")
    await share.owner.delete(f"/api/links/{link['id']}")
    await share.link(file, password="p", slug="mine")
    assert not await opens("mine")


async def test_fault_17_fifty_wrong_passwords_are_slowed_down_and_say_when_to_come_again(
    share: Share, guesses: list[str]
) -> None:
    link, other = (
        await share.link(await share.file(), password="p"),
        await share.link(await share.file(), password="p"),
    )
    path = f"/l/{link['slug']}/download"
    answers = [await share.stranger.get(path, auth=("", f"wrong {n}")) for n in range(50)]
    statuses = [answer.status_code for answer in answers]
    assert statuses == [401] * FREE + [429] * (50 - FREE)
    assert len(guesses) == FREE
    wait = int(answers[-1].headers["retry-after"])
    assert 0 < wait <= 900
    assert (await share.stranger.get(path, auth=("", "p"))).status_code == 429
    unlock = await share.stranger.post(f"/l/{link['slug']}/unlock", data={"password": "p"})
    assert unlock.status_code == 429
    assert (await share.stranger.get(f"/l/{other['slug']}/download", auth=("", "p"))).status_code == 200
    share.clock.move(seconds=wait)
    assert (await share.stranger.get(path, auth=("", "p"))).status_code == 200


async def test_fault_17_guesses_that_come_at_once_are_no_more_than_those_one_by_one(
    share: Share, guesses: list[str]
) -> None:
    link = await share.link(await share.file(), password="p")
    path = f"/l/{link['slug']}/download"
    answers = await asyncio.gather(
        *(share.stranger.get(path, auth=("", f"wrong {number}")) for number in range(50))
    )
    statuses = [answer.status_code for answer in answers]
    assert len(guesses) <= FREE + AT_ONCE
    assert statuses.count(401) == len(guesses)
    assert statuses.count(429) == 50 - len(guesses)


async def test_fault_17_a_wrong_password_is_a_wrong_password_whatever_it_is(
    share: Share, guesses: list[str]
) -> None:
    """As long each takes one look, the time tells nothing either; too long ones are not looked at."""
    link = await share.link(await share.file(), password="p")
    path = f"/l/{link['slug']}"
    seen = set()
    for number, word in enumerate(("x", "P", "p ", "pp", "\N{SNOWMAN}" * 300, "x" * 1024, "x" * 1025)):
        form = await share.stranger.post(f"{path}/unlock", data={"password": word}, headers=PAGE)
        seen.add(facts(form))
        assert len(guesses) == min(number + 1, 6)
        share.clock.move(minutes=16)
    assert len(seen) == 1
    assert seen.pop()[0] == 401


async def test_fault_17_a_dead_link_takes_no_password_and_does_not_tell_a_right_one(
    share: Share, guesses: list[str]
) -> None:
    file = await share.file()
    revoked, deleted = await share.link(file, password="p"), await share.link(file, password="p")
    expired = await share.link(file, password="p", expires_at="2026-11-21T12:00:01Z")
    await share.owner.post(f"/api/links/{revoked['id']}/revoke")
    await share.owner.delete(f"/api/links/{deleted['id']}")
    share.clock.move(seconds=1)
    seen = set()
    for slug in (revoked["slug"], deleted["slug"], expired["slug"], NOWHERE):
        for word in ("p", "wrong"):
            seen.add(facts(await share.stranger.get(f"/l/{slug}/download", auth=("", word))))
            seen.add(facts(await share.stranger.post(f"/l/{slug}/unlock", data={"password": word})))
    assert len(seen) == 1
    assert seen.pop()[0] == 410
    assert guesses == []


async def _answers(share: Share, slug: str) -> list[tuple[str, ...]]:
    """Return everything that can be asked of an address without its password, and with wrong ones."""
    path = f"/l/{slug}"
    answers = [
        await share.stranger.request(method, f"{path}{route}", headers=asked)
        for asked in ASKED
        for method in ("GET", "HEAD")
        for route in ROUTES
    ]
    answers += [
        await share.stranger.put(f"{path}/a.txt", content=b"x"),
        await share.stranger.post(f"{path}/upload", files={"file": b"x"}, headers=PAGE),
        await share.stranger.post(f"{path}/tus", headers=TUS | {"Upload-Length": "1"}),
        await share.stranger.options(f"{path}/tus"),
        await share.stranger.patch(f"{path}/tus/x", content=b"x", headers=TUS),
        await share.stranger.post(f"{path}/unlock", data={}, headers={"Origin": "https://evil.example"}),
    ]
    for number in range(FREE + 2):
        answers.append(await share.stranger.get(f"{path}/download", auth=("", f"wrong {number}")))
        answers.append(
            await share.stranger.post(f"{path}/unlock", data={"password": f"wrong {number}"}, headers=PAGE)
        )
        answers.append(await share.stranger.get(path, auth=("", "x" * 2000)))
        share.clock.move(seconds=1)
    return [tuple(part.replace(slug, "SLUG") for part in map(str, facts(answer))) for answer in answers]


async def test_fault_17_at_an_address_to_guess_a_locked_link_is_like_none(
    share: Share, guesses: list[str]
) -> None:
    file = await share.file()
    await share.link(file, slug="payroll", password="secret")
    await share.link(kind="upload", slug="inbox-1", password="secret")
    revoked = await share.link(file, slug="revoked", password="secret")
    deleted = await share.link(file, slug="deleted", password="secret")
    once_open = await share.link(file, slug="wasopen")
    await share.link(file, slug="expired", password="secret", expires_at="2026-11-21T12:00:01Z")
    await share.owner.post(f"/api/links/{revoked['id']}/revoke")
    for link in (deleted, once_open):
        await share.owner.delete(f"/api/links/{link['id']}")
    share.clock.move(seconds=1)
    locked = await _answers(share, "payroll")
    assert {status for status, *_ in locked} == {"401", "403", "429"}
    looks = len(guesses)
    for slug in ("inbox-1", "revoked", "deleted", "wasopen", "expired", "never-1", "Payroll"):
        assert await _answers(share, slug) == locked, slug
    assert len(guesses) == 2 * looks  # that of the inbox: no work is done where nothing is


async def test_fault_17_the_right_password_opens_no_link_that_is_over_and_its_guest_is_told_so(
    share: Share, guesses: list[str]
) -> None:
    link = await share.link(await share.file(), slug="mine", password="p")
    cookie = await _cookie(share, link)
    await share.owner.post(f"/api/links/{link['id']}/revoke")
    assert (await share.stranger.get("/l/mine/download", auth=("", "p"))).status_code == 401
    assert (await share.stranger.get("/l/mine", headers=cookie)).status_code == 410
    other = {"Cookie": f"{cookie['Cookie']}x"}
    assert (await share.stranger.get("/l/mine", headers=other)).status_code == 401


async def test_fault_17_an_address_to_guess_without_a_password_says_that_it_is_over(share: Share) -> None:
    link = await share.link(await share.file(), slug="menu")
    await share.owner.post(f"/api/links/{link['id']}/revoke")
    assert (await share.stranger.get("/l/menu", headers=PAGE)).status_code == 410
    page = await share.stranger.get("/l/manu", headers=PAGE)
    assert "the address may be mistyped, or the link has ended" in page.text


async def test_fault_17_guesses_where_nothing_is_take_as_long_and_stand_in_line_as_others_do(
    share: Share,
) -> None:
    passwords = Passwords()
    took = passwords._took

    def allow() -> None:
        """Allow all of them."""

    await passwords.pretend("a", "x", allow=allow)
    assert len(took) == 1  # with nothing to go by it does the work
    took[0] = 0.05
    loop = asyncio.get_running_loop()
    began = loop.time()
    await asyncio.gather(*(passwords.pretend("a", "x", allow=allow) for _ in range(2 * AT_ONCE)))
    assert loop.time() - began >= 0.1
    answers = await asyncio.gather(
        *(share.stranger.get("/l/nothing/download", auth=("", f"{number}")) for number in range(50))
    )
    statuses = [answer.status_code for answer in answers]
    assert FREE <= statuses.count(401) <= FREE + AT_ONCE
    assert statuses.count(429) == 50 - statuses.count(401)

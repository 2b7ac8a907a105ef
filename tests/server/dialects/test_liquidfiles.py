"""The LiquidFiles dialect: attachments, links and their options, by the documentation's examples."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from itertools import permutations
from typing import Any

import httpx
import pytest

from linktui.linkserver.dialects.liquidfiles.appliance import Appliance, Group
from tests.server.conftest import PUBLIC
from tests.server.dialects.conftest import Spoken

BASE = f"{PUBLIC}/dialects/liquidfiles"
JSON = {"Accept": "application/json"}
NOW = "2026-11-21T12:00:00.000Z"
UPLOAD = "/link/attachments/upload"
ID = re.compile(r"[0-9A-Za-z]{22}")


class User:
    """A client of the one user, with the few calls that the tests repeat."""

    def __init__(self, spoken: Spoken, **options: Any) -> None:
        self.spoken = spoken
        self.http = spoken.client("liquidfiles", headers=JSON, **options)

    async def upload(self, data: bytes = b"hello", name: str = "a.txt", **query: Any) -> dict[str, Any]:
        answer = await self.http.post(UPLOAD, params={"filename": name} | query, content=data)
        assert answer.status_code == 200, answer.text
        return dict(answer.json()["attachment"])

    async def link(self, *attachments: dict[str, Any], **fields: object) -> dict[str, Any]:
        ids = [one["id"] for one in attachments] or [(await self.upload())["id"]]
        return told(await self.http.post("/link", json={"link": {"attachment": ids} | fields}))

    async def put(self, link: dict[str, Any], call: str, **body: object) -> httpx.Response:
        return await self.http.put(f"/link/{link['id']}/{call}", json=body)

    async def get(self, link: dict[str, Any]) -> dict[str, Any]:
        return told(await self.http.get(f"/link/{link['id']}"))

    async def attachment_ids(self) -> list[str]:
        return [one["id"] for one in (await self.http.get("/attachments")).json()["attachments"]]


@pytest.fixture
async def open_user(open_spoken: Callable[..., Spoken]) -> AsyncIterator[Callable[..., User]]:
    users = []

    def open_it(**appliance: Any) -> User:
        users.append(User(open_spoken(liquidfiles=Appliance(**appliance))))
        return users[-1]

    yield open_it
    for user in users:
        await user.http.aclose()


@pytest.fixture
def user(open_user: Callable[..., User]) -> User:
    return open_user()


@pytest.fixture
def old(open_user: Callable[..., User]) -> User:
    opened = open_user(version="4.2.5")
    del opened.http.headers["authorization"]
    opened.http.auth = httpx.BasicAuth(opened.spoken.dialects["liquidfiles"]["secret"], "x")
    return opened


def told(answer: httpx.Response) -> dict[str, Any]:
    """Return the link in an answer."""
    assert answer.status_code == 200, answer.text
    (link,) = answer.json().values()
    return dict(link)


def error_of(answer: httpx.Response, status: int) -> str:
    """Return the one sentence of an error."""
    assert answer.status_code == status, answer.text
    (message,) = answer.json()["errors"]
    return str(message)


# Signing in


async def test_the_key_is_taken_both_ways_and_nothing_else(user: User) -> None:
    key = user.spoken.dialects["liquidfiles"]["secret"]
    assert ID.fullmatch(key)
    http = user.spoken.client("liquidfiles", auth=None, headers=JSON)
    for password in ("x", "", "anything"):
        basic = b64encode(f"{key}:{password}".encode()).decode()
        answer = await http.get("/account", headers={"Authorization": f"Basic {basic}"})
        assert answer.status_code == 200
    for header in (None, "Bearer ", f"Bearer {key}x", "Basic !", f"Basic {b64encode(b'x:x').decode()}"):
        headers = {} if header is None else {"Authorization": header}
        assert error_of(await http.get("/account", headers=headers), 401) == "Invalid API key"
        assert (await http.post(UPLOAD, params={"filename": "a"}, headers=headers)).status_code == 401


async def test_an_old_appliance_takes_no_bearer(old: User) -> None:
    key = old.spoken.dialects["liquidfiles"]["secret"]
    assert (await old.http.get("/account")).status_code == 200
    bearer = old.spoken.client("liquidfiles", headers=JSON)
    assert bearer.headers["authorization"] == f"Bearer {key}"
    assert error_of(await bearer.get("/account"), 401)


async def test_a_login_returns_the_key(user: User) -> None:
    account = user.spoken.dialects["liquidfiles"]
    http = user.spoken.client("liquidfiles", auth=None, headers=JSON)
    right = {"email": account["email"], "password": account["password"]}
    answer = await http.post("/login", json={"user": right})
    assert answer.json() == {"user": {"api_key": account["secret"]}}
    for wrong in ({"password": "x"}, {"email": "x@example.com"}):
        answer = await http.post("/login", json={"user": right | wrong})
        assert error_of(answer, 401) == "Invalid email or password"
    assert error_of(await http.post("/login", json=right), 422)


async def test_the_account_tells_version_and_rights(open_user: Callable[..., User]) -> None:
    user = open_user(version="4.3.12", group=Group(filelink_can_use_inline=False, blocked_extensions="exe"))
    account = (await user.http.get("/account")).json()["user"]
    assert (account["version"], account["version_numeric"], account["api_version"]) == (
        "4.3.12",
        40312,
        "4.3",
    )
    assert account["filelink_max_files"] == 100
    assert (account["filelink_can_use_inline"], account["filelink_can_use_gallery"]) == (False, True)
    assert (account["blocked_extensions"], account["permitted_extensions"]) == ("exe", "")


async def test_an_old_appliance_tells_nothing_of_rights(old: User) -> None:
    account = (await old.http.get("/account")).json()["user"]
    assert (account["version_numeric"], account["can_use_filelinks"]) == (40205, True)
    assert not [name for name in account if name.startswith("filelink_")]


async def test_whoever_accepts_no_json_is_a_browser(user: User) -> None:
    link = await user.link()
    for path in ("/account", "/link", f"/link/{link['id']}"):
        for accept in ("text/html", "*/*"):
            answer = await user.http.get(path, headers={"Accept": accept})
            assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    answer = await user.http.delete(f"/link/{link['id']}", headers={"Accept": "*/*"})
    assert answer.headers["content-type"].startswith("text/html")
    assert await user.get(link) == link


# Attachments


async def test_an_attachment_has_every_field_as_documented(user: User) -> None:
    data = b"GIF89a" + bytes(45_318)
    answer = await user.http.post(
        UPLOAD, params={"filename": "some image.gif"}, content=data, headers={"Content-Type": "image/gif"}
    )
    attachment = answer.json()["attachment"]
    assert ID.fullmatch(attachment["id"])
    assert attachment == {
        "id": attachment["id"],
        "filename": "some image.gif",
        "size": 45_324,
        "size_human": "44.3 KB",
        "content_type": "image/gif",
        "checksum": hashlib.sha256(data).hexdigest(),
        "crc32": "d59f14c1",
        "assembled": True,
        "virus_scan_required": False,
        "virus_scanned": False,
        "virus_scanned_at": None,
        "actionscript": None,
        "actionscript_scanned": False,
        "actionscript_scanned_at": None,
        "content_blocked": False,
        "content_blocked_message": None,
        "processed": True,
        "processed_at": NOW,
        "available": True,
        "expires_at": "2026-12-21",
        "created_at": NOW,
        "messages": [],
        "filelinks": [],
    }
    assert (await user.http.get("/attachments")).json() == {"attachments": [attachment]}


@pytest.mark.parametrize(
    ("size", "words"),
    [(1, "1 Byte"), (0, "0 Bytes"), (1023, "1023 Bytes"), (1024, "1 KB"), (3_132_812, "2.99 MB")],
)
async def test_sizes_are_told_to_people(user: User, size: int, words: str) -> None:
    assert (await user.upload(bytes(size)))["size_human"] == words


async def test_the_crc_is_hex_without_zeros_in_front(user: User) -> None:
    assert (await user.upload(b"62"))["crc32"] == "12d20a"


async def test_the_type_is_told_by_header_query_or_name(user: User) -> None:
    header = {"Content-Type": "Text/CSV; charset=utf-8"}
    answer = await user.http.post(
        UPLOAD, params={"filename": "a.pdf", "content_type": "x/y"}, content=b"a", headers=header
    )
    assert answer.json()["attachment"]["content_type"] == "text/csv"
    assert (await user.upload(name="a.pdf", content_type="x/y"))["content_type"] == "x/y"
    assert (await user.upload(name="a.pdf"))["content_type"] == "application/pdf"


async def test_pieces_come_in_any_order(user: User) -> None:
    pieces = [b"one ", b"two ", b"three"]
    for path, order in zip((UPLOAD, "/message/attachments/upload") * 3, permutations(range(3)), strict=True):
        for number in order:
            query = chunk(number, 3) | {"filename": "bög.zip"}
            answer = await user.http.post(path, params=query, content=pieces[number])
            assert answer.status_code == 200
            if number != order[-1]:
                assert answer.content == b" "
        assert answer.json()["attachment"]["checksum"] == hashlib.sha256(b"".join(pieces)).hexdigest()
    assert len(await user.attachment_ids()) == 6
    assert leftovers(user) == 0


async def test_a_piece_sent_again_replaces_the_first(user: User) -> None:
    for number, data in ((0, b"wrong"), (2, b"c"), (0, b"a")):
        answer = await user.http.post(UPLOAD, params=chunk(number, 3), content=data)
        assert answer.content == b" "
    answer = await user.http.post(UPLOAD, params=chunk(1, 3), content=b"b")
    assert answer.json()["attachment"]["checksum"] == hashlib.sha256(b"abc").hexdigest()
    assert leftovers(user) == 0


async def test_uploads_of_one_name_get_each_others_pieces(user: User) -> None:
    await user.http.post(UPLOAD, params=chunk(0, 2), content=b"mine")
    await user.http.post(UPLOAD, params=chunk(0, 2), content=b"yours")
    answer = await user.http.post(UPLOAD, params=chunk(1, 2), content=b"!")
    assert answer.json()["attachment"]["checksum"] == hashlib.sha256(b"yours!").hexdigest()
    # Pieces of another division of the file are no part of it.
    await user.http.post(UPLOAD, params=chunk(0, 3), content=b"x")
    await user.http.post(UPLOAD, params=chunk(1, 2), content=b"b")
    answer = await user.http.post(UPLOAD, params=chunk(0, 2), content=b"a")
    assert answer.json()["attachment"]["size"] == 2


async def test_pieces_nobody_finishes_are_swept_away(user: User) -> None:
    await user.http.post(UPLOAD, params=chunk(0, 2), content=b"a")
    assert leftovers(user) == 1
    user.spoken.clock.move(days=8)
    user.spoken.store.collect(user.spoken.clock())
    assert leftovers(user) == 0
    assert (await user.http.post(UPLOAD, params=chunk(1, 2), content=b"b")).content == b" "


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"filename": ""},
        {"filename": "a", "chunk": "2", "chunks": "2"},
        {"filename": "a", "chunk": "-1", "chunks": "2"},
        {"filename": "a", "chunk": "x", "chunks": "2"},
        {"filename": "a", "chunk": "0", "chunks": "1000000"},
        {"filename": "a.exe"},
        {"filename": "a.EXE", "chunk": "0", "chunks": "2"},
    ],
)
async def test_a_wrong_upload_is_refused(open_user: Callable[..., User], query: dict[str, str]) -> None:
    user = open_user(group=Group(blocked_extensions="bat, exe"))
    assert error_of(await user.http.post(UPLOAD, params=query, content=b"a"), 422)
    assert await user.attachment_ids() == []


async def test_uploads_are_raw_and_bounded(open_user: Callable[..., User]) -> None:
    user = open_user(group=Group(message_max_size=1, permitted_extensions="txt"))
    form = await user.http.post(UPLOAD, params={"filename": "a.txt"}, files={"Filedata": b"x"})
    assert "form" in error_of(form, 422)
    too_much = await user.http.post(UPLOAD, params={"filename": "a.txt"}, content=bytes((1 << 20) + 1))
    assert error_of(too_much, 422)
    for number in (0, 1):
        answer = await user.http.post(
            UPLOAD, params=chunk(number, 2) | {"filename": "a.txt"}, content=bytes(1 << 20)
        )
        assert answer.status_code == (200, 422)[number]
    assert leftovers(user) == 0
    assert error_of(await user.http.post(UPLOAD, params={"filename": "a"}, content=b"x"), 422)
    assert error_of(await user.http.post(UPLOAD, params=chunk(0, 2) | {"filename": "a.txt"}), 422)


async def test_an_unused_attachment_is_deleted_by_either_path(user: User) -> None:
    link = await user.link()
    for path in ("/attachments", "/message/attachments"):
        attachment = await user.upload()
        answer = await user.http.delete(f"{path}/{attachment['id']}")
        assert (answer.status_code, answer.content.strip()) == (200, b"")
        assert error_of(await user.http.delete(f"{path}/{attachment['id']}"), 404) == "Attachment not found"
    [held] = await user.attachment_ids()
    assert error_of(await user.http.delete(f"/attachments/{held}"), 422)
    assert (await user.get(link))["attachments"][0]["id"] == held


async def test_expired_attachments_are_listed_no_more(user: User) -> None:
    first = await user.upload()
    kept = await user.upload(name="b.txt")
    await user.link(kept, expires_at="2027-04-01")
    listed = (await user.http.get("/attachments")).json()["attachments"]
    assert {one["id"]: one["expires_at"] for one in listed} == {
        first["id"]: "2026-12-21",
        kept["id"]: "2027-04-01",
    }
    user.spoken.clock.move(days=31)
    assert await user.attachment_ids() == [kept["id"]]


# Links


async def test_a_link_has_every_field_as_documented(user: User) -> None:
    attachment = await user.upload(b"hello", "screenshot 雪.png")
    body = {
        "link": {"attachment": attachment["id"], "expires_at": "2027-01-31", "require_authentication": True}
    }
    answer = await user.http.post("/link", json=body)
    link = answer.json()["link"]
    assert ID.fullmatch(link["id"])
    assert link == {
        "id": link["id"],
        "filename": "screenshot 雪.png",
        "require_authentication": True,
        "send_download_confirmation": True,
        "size": 5,
        "size_human": "5 Bytes",
        "expires_at": "2027-01-31",
        "url": f"{BASE}/link/{link['id']}",
        "created_at": NOW,
        "updated_at": NOW,
        "slug": "",
        "display_mode": "icons",
        "allow_download": True,
        "allow_direct_links": False,
        "recipient_limitations": [],
        "header_html": "",
        "footer_html": "",
        "password": False,
        "file_count": 1,
        "total_size": 5,
        "attachments": [
            {
                "id": attachment["id"],
                "filename": "screenshot 雪.png",
                "size": 5,
                "size_human": "5 Bytes",
                "content_type": "image/png",
                "checksum": attachment["checksum"],
                "crc32": attachment["crc32"],
                "caption": "",
            }
        ],
    }
    assert (await user.http.get(f"/link/{link['id']}")).json() == {"link": link}
    [listed] = (await user.http.get("/attachments")).json()["attachments"]
    assert listed["filelinks"] == [link["id"]]


async def test_an_old_link_tells_little(old: User) -> None:
    attachment = await old.upload()
    body = {"attachment": attachment["id"], "password": "x", "download_receipt": False}
    link = told(await old.http.post("/link", json={"link": body | {"send_download_confirmation": True}}))
    assert link == {
        "id": link["id"],
        "filename": "a.txt",
        "require_authentication": False,
        "send_download_confirmation": False,
        "size": 5,
        "size_human": "5 Bytes",
        "expires_at": "2026-12-05",
        "url": f"{BASE}/link/{link['id']}",
        "created_at": NOW,
        "updated_at": NOW,
    }
    assert (await old.http.get("/link")).json() == {"links": [link]}
    several = {"link": {"attachment": [attachment["id"]]}}
    assert "string" in error_of(await old.http.post("/link", json=several), 422)


async def test_an_old_appliance_lacks_what_came_later(old: User) -> None:
    attachment = await old.upload()
    link = told(await old.http.post("/link", json={"link": {"attachment": attachment["id"]}}))
    path = f"/link/{link['id']}"
    for method, call in (
        ("GET", ""),
        ("PUT", "/update_password"),
        ("PUT", "/update_slug"),
        ("POST", "/attachments"),
        ("POST", "/attachments/reorder"),
        ("PUT", f"/attachments/{attachment['id']}"),
        ("DELETE", f"/attachments/{attachment['id']}"),
    ):
        assert error_of(await old.http.request(method, f"{path}{call}", json={}), 404)
    answer = await old.put(link, "update_expires_at", expires_at="2026-12-31")
    assert (answer.status_code, answer.content) == (200, b"")
    assert (await old.http.get(f"{path}/downloads")).json() == {"downloads": []}


async def test_receipts_have_two_names(user: User) -> None:
    names = ("download_receipt", "send_download_confirmation")
    assert not (await user.link(download_receipt=False))["send_download_confirmation"]
    assert not (await user.link(send_download_confirmation=False))["send_download_confirmation"]
    assert not (await user.link(**dict.fromkeys(names, False)))["send_download_confirmation"]
    assert (await user.link(unheard_of=1))["send_download_confirmation"]


async def test_files_are_held_in_the_order_given(user: User) -> None:
    files = [await user.upload(bytes(n), f"{n}.txt") for n in (3, 1, 2)]
    link = await user.link(*files)
    assert [one["id"] for one in link["attachments"]] == [one["id"] for one in files]
    assert (link["filename"], link["size"], link["file_count"], link["total_size"]) == ("3.txt", 3, 3, 6)


@pytest.mark.parametrize(
    "fields",
    [
        {"attachment": ""},
        {"attachment": []},
        {"attachment": None},
        {"attachment": 7},
        {"attachment": "unknown"},
        {"expires_at": "2026-11-20"},
        {"expires_at": "2027-05-21"},
        {"expires_at": "tomorrow"},
        {"expires_at": "2026-02-30"},
        {"expires_at": 20270101},
        {"require_authentication": "perhaps"},
        {"password": "x" * 1025},
    ],
)
async def test_a_wrong_link_is_refused(user: User, fields: dict[str, Any]) -> None:
    wanted = {"attachment": (await user.upload())["id"]} | fields
    assert error_of(await user.http.post("/link", json={"link": wanted}), 422)
    assert (await user.http.get("/link")).json() == {"links": []}


async def test_a_new_link_is_wrapped_and_its_files_are_distinct(user: User) -> None:
    attachment = await user.upload()
    assert error_of(await user.http.post("/link", json={"attachment": attachment["id"]}), 422)
    said = {"Content-Type": "application/json"}
    assert error_of(await user.http.post("/link", content=b"{", headers=said), 422) == "The body is not JSON"
    form = {"link[attachment]": attachment["id"]}
    assert "application/json" in error_of(await user.http.post("/link", data=form), 422)
    twice = {"link": {"attachment": [attachment["id"]] * 2}}
    assert "twice" in error_of(await user.http.post("/link", json=twice), 422)


async def test_the_last_day_is_a_whole_one(user: User) -> None:
    link = await user.link(expires_at="2026-11-21")
    row = (await user.spoken.owner.get("/api/links")).json()["data"][0]
    assert row["expires_at"] == "2026-11-22T00:00:00.000Z"
    assert (await user.spoken.stranger.get(link["url"])).status_code == 200
    user.spoken.clock.move(hours=12)
    assert (await user.spoken.stranger.get(link["url"])).status_code == 410
    assert (await user.get(link))["expires_at"] == "2026-11-21"
    assert (await user.link())["expires_at"] == "2026-12-06"
    assert (await user.link(expires_at="2027-05-21"))["expires_at"] == "2027-05-21"


async def test_a_thousand_links_come_by_limit(user: User) -> None:
    attachment = await user.upload()
    many(user, attachment, 1_050)
    for limit in (1, 1_000):
        listed = (await user.http.get("/link", params={"limit": limit})).json()["links"]
        assert [link["id"] for link in listed] == [f"link{n}" for n in range(min(limit, 1_050))]
    assert len((await user.http.get("/link")).json()["links"]) == 1_050
    for wrong in ("0", "-1", "ten", ""):
        assert error_of(await user.http.get("/link", params={"limit": wrong}), 422)


async def test_a_deleted_link_is_gone_and_its_files_stay(user: User) -> None:
    link = await user.link()
    answer = await user.http.delete(f"/link/{link['id']}")
    assert (answer.status_code, answer.content.strip()) == (200, b"")
    for method in ("GET", "DELETE"):
        assert error_of(await user.http.request(method, f"/link/{link['id']}"), 404) == "FileLink not found"
    assert len(await user.attachment_ids()) == 1


async def test_texts_may_hold_raw_control_characters(user: User) -> None:
    link = await user.link()
    raw = '{"header_html": "<p>one\ntwo\tthree 雪</p>"}'.encode()
    said = {"Content-Type": "application/json"}
    changed = told(await user.http.put(f"/link/{link['id']}/update_header", content=raw, headers=said))
    assert changed["header_html"] == "<p>one\ntwo\tthree 雪</p>"
    half = b'{"header_html": "\\ud800"}'
    answer = await user.http.put(f"/link/{link['id']}/update_header", content=half, headers=said)
    assert error_of(answer, 422) == "The body is not JSON"
    attachment = await user.upload(name="a\x1b[2J\n\u202egnp.exe")
    assert attachment["filename"] == "a_[2J__gnp.exe"
    assert (await user.upload(name="../../etc/passwd"))["filename"] == "passwd"


# The files of a link


async def test_files_are_added_reordered_captioned_and_removed(user: User) -> None:
    first, second, third = [await user.upload(name=f"{n}.txt") for n in "abc"]
    link = await user.link(first, second)
    path = f"/link/{link['id']}/attachments"

    def names(link: dict[str, Any]) -> list[str]:
        return [one["filename"] + one["caption"] for one in link["attachments"]]

    assert names(told(await user.http.post(path, json={"secure_id": third["id"]}))) == [
        "a.txt",
        "b.txt",
        "c.txt",
    ]
    captioned = told(await user.http.put(f"{path}/{second['id']}", json={"caption": " ü\n"}))
    assert names(captioned) == ["a.txt", "b.txt ü\N{REPLACEMENT CHARACTER}", "c.txt"]
    order = {"ordered_secure_ids": [third["id"], first["id"], second["id"]]}
    reordered = told(await user.http.post(f"{path}/reorder", json=order))
    assert [one["id"] for one in reordered["attachments"]] == order["ordered_secure_ids"]
    assert reordered["filename"] == "c.txt"
    cleared = told(await user.http.put(f"{path}/{second['id']}", json={"caption": ""}))
    assert names(cleared) == ["c.txt", "a.txt", "b.txt"]
    removed = told(await user.http.delete(f"{path}/{third['id']}"))
    assert names(removed) == ["a.txt", "b.txt"]
    assert await user.get(link) == removed


async def test_a_file_goes_with_its_last_use(user: User) -> None:
    shared, single = await user.upload(name="shared.txt"), await user.upload(name="single.txt")
    link, other = await user.link(shared, single), await user.link(shared)
    for attachment in (shared, single):
        removal = f"/link/{link['id']}/attachments/{attachment['id']}"
        extra = await user.upload(name="extra.txt")
        await user.http.post(f"/link/{link['id']}/attachments", json={"secure_id": extra["id"]})
        assert (await user.http.delete(removal)).status_code == 200
        assert error_of(await user.http.delete(removal), 404) == "Attachment not found"
    assert shared["id"] in await user.attachment_ids()
    assert single["id"] not in await user.attachment_ids()
    assert (await user.get(other))["filename"] == "shared.txt"
    files = (await user.spoken.owner.get("/api/files")).json()["data"]
    assert sorted(file["name"] for file in files) == ["extra.txt", "extra.txt", "shared.txt"]


async def test_a_file_that_the_owner_shares_elsewhere_stays(user: User) -> None:
    first, second = await user.upload(), await user.upload(name="b.txt")
    link = await user.link(first, second)
    [newest, _] = (await user.spoken.owner.get("/api/files")).json()["data"]
    own = {"kind": "download", "files": [{"id": newest["id"]}]}
    assert (await user.spoken.owner.post("/api/links", json=own)).status_code == 201
    assert (await user.http.delete(f"/link/{link['id']}/attachments/{second['id']}")).status_code == 200
    assert error_of(await user.http.delete(f"/attachments/{second['id']}"), 422)
    assert await user.attachment_ids() == [second["id"], first["id"]]


async def test_wrong_changes_of_files_are_refused(open_user: Callable[..., User]) -> None:
    user = open_user(group=Group(filelink_max_files=2))
    first, second, third = [await user.upload() for _ in range(3)]
    link = await user.link(first, second)
    path = f"/link/{link['id']}/attachments"
    for ids in ([first["id"]], [first["id"]] * 2, [first["id"], third["id"]], [], "x"):
        assert error_of(await user.http.post(f"{path}/reorder", json={"ordered_secure_ids": ids}), 422)
    for secure_id in (first["id"], third["id"], "unknown", None):
        assert error_of(await user.http.post(path, json={"secure_id": secure_id}), 422)
    assert error_of(await user.http.put(f"{path}/{first['id']}", json={"caption": "x" * 501}), 422)
    assert error_of(await user.http.put(f"{path}/{third['id']}", json={"caption": "x"}), 404)
    assert error_of(await user.http.post("/link/none/attachments", json={"secure_id": first["id"]}), 404)
    ids = [one["id"] for one in (first, second, third)]
    assert "2 files" in error_of(await user.http.post("/link", json={"link": {"attachment": ids}}), 422)
    assert (await user.http.delete(f"{path}/{second['id']}")).status_code == 200
    assert error_of(await user.http.delete(f"{path}/{first['id']}"), 422)
    assert (await user.get(link))["file_count"] == 1


# The options


@pytest.mark.parametrize(
    ("call", "sent", "became"),
    [
        ("update_password", {"password": "geheim"}, {"password": True}),
        (
            "update_slug",
            {"slug_input": "Our_files-1"},
            {"slug": "Our_files-1", "url": f"{BASE}/link/Our_files-1"},
        ),
        ("update_display_mode", {"display_mode": "gallery"}, {"display_mode": "gallery"}),
        ("update_display_mode", {"display_mode": "inline"}, {"display_mode": "inline"}),
        ("update_allow_download", {"allow_download": False}, {"allow_download": False}),
        ("update_direct_links", {"allow_direct_links": True}, {"allow_direct_links": True}),
        (
            "update_recipient_limitations",
            {"recipient_limitations": "a@example.com, example.org\nb@example.com"},
            {"recipient_limitations": ["a@example.com", "example.org", "b@example.com"]},
        ),
        ("update_recipient_limitations", {"recipient_limitations": ""}, {"recipient_limitations": []}),
        ("update_header", {"header_html": "<b>ü</b>"}, {"header_html": "<b>ü</b>"}),
        ("update_footer", {"footer_html": "<b>雪</b>"}, {"footer_html": "<b>雪</b>"}),
    ],
)
async def test_each_option_is_set_by_its_own_flat_call(
    user: User, call: str, sent: dict[str, Any], became: dict[str, Any]
) -> None:
    link = await user.link()
    user.spoken.clock.move(minutes=1)
    changed = told(await user.put(link, call, **sent))
    assert changed == link | became | {"updated_at": "2026-11-21T12:01:00.000Z"}
    assert await user.get(link) == changed
    assert error_of(await user.http.put(f"/link/none/{call}", json=sent), 404) == "FileLink not found"
    assert error_of(await user.http.put(f"/link/{link['id']}/{call}", json={"link": sent}), 422)


@pytest.mark.parametrize(
    ("call", "sent"),
    [
        ("update_expires_at", {"expires_at": "2027-01-31"}),
        ("update_authentication", {"require_authentication": True}),
        ("update_download_confirmation", {"send_download_confirmation": False}),
    ],
)
async def test_the_former_calls_promise_no_body(user: User, call: str, sent: dict[str, Any]) -> None:
    link = await user.link()
    answer = await user.put(link, call, **sent)
    assert (answer.status_code, answer.content) == (200, b"")
    assert await user.get(link) == link | sent


async def test_an_option_is_taken_away_by_nothing(user: User) -> None:
    link = await user.link(password="geheim")
    assert link["password"]
    assert not told(await user.put(link, "update_password", password=""))["password"]
    await user.put(link, "update_slug", slug_input="eula")
    assert told(await user.put(link, "update_slug", slug_input=""))["url"] == link["url"]


async def test_a_slug_is_short_plain_and_free(user: User) -> None:
    link, other = await user.link(), await user.link()
    assert (await user.put(link, "update_slug", slug_input="eula")).status_code == 200
    assert (await user.put(link, "update_slug", slug_input="eula")).status_code == 200
    for wrong in ("ab", "x" * 41, "a b c", "straße", "a.b", "a/b", "download", "New", "show", "edit"):
        assert error_of(await user.put(link, "update_slug", slug_input=wrong), 422), wrong
    for taken in ("eula", "EULA", link["id"]):
        message = error_of(await user.put(other, "update_slug", slug_input=taken), 422)
        assert message == "Slug has already been taken"
    assert error_of(await user.http.get("/link/eula"), 404)


async def test_a_slug_may_begin_with_the_users_name(open_user: Callable[..., User]) -> None:
    user = open_user(group=Group(filelink_custom_url_prefix_email=True))
    assert told(await user.put(await user.link(), "update_slug", slug_input="eula"))["slug"] == "user-eula"


@pytest.mark.parametrize(
    ("call", "sent"),
    [
        ("update_authentication", {"require_authentication": True}),
        ("update_password", {"password": "geheim"}),
        ("update_allow_download", {"allow_download": False}),
    ],
)
async def test_fault_20_direct_links_go_with_nothing_that_guards(
    user: User, call: str, sent: dict[str, Any]
) -> None:
    direct, guarded = await user.link(), await user.link()
    await user.put(direct, "update_direct_links", allow_direct_links=True)
    assert (await user.put(guarded, call, **sent)).status_code == 200
    assert "Direct links" in error_of(await user.put(direct, call, **sent), 422)
    refused = await user.put(guarded, "update_direct_links", allow_direct_links=True)
    assert "Direct links" in error_of(refused, 422)
    assert (await user.get(direct))["allow_direct_links"]
    assert not (await user.get(guarded))["allow_direct_links"]
    await user.put(direct, "update_direct_links", allow_direct_links=False)
    assert (await user.put(direct, call, **sent)).status_code == 200


@pytest.mark.parametrize(
    ("right", "call", "sent"),
    [
        ("filelink_can_change_expiration", "update_expires_at", {"expires_at": "2026-12-01"}),
        (
            "filelink_can_change_require_authentication",
            "update_authentication",
            {"require_authentication": True},
        ),
        (
            "filelink_can_change_require_authentication",
            "update_recipient_limitations",
            {"recipient_limitations": "a.example"},
        ),
        (
            "filelink_can_change_download_confirmation",
            "update_download_confirmation",
            {"send_download_confirmation": False},
        ),
        ("filelink_can_use_password", "update_password", {"password": "x"}),
        ("filelink_can_change_url", "update_slug", {"slug_input": "eula"}),
        ("filelink_can_use_inline", "update_display_mode", {"display_mode": "inline"}),
        ("filelink_can_use_gallery", "update_display_mode", {"display_mode": "gallery"}),
        ("filelink_can_disable_downloads", "update_allow_download", {"allow_download": False}),
        ("filelink_can_use_direct_links", "update_direct_links", {"allow_direct_links": True}),
        ("filelink_can_customise_header_footer", "update_header", {"header_html": "x"}),
        ("filelink_can_customise_header_footer", "update_footer", {"footer_html": "x"}),
    ],
)
async def test_what_the_group_may_not_do_is_refused(
    open_user: Callable[..., User], right: str, call: str, sent: dict[str, Any]
) -> None:
    rights: dict[str, Any] = {right: False}
    user = open_user(group=Group(**rights))
    link = await user.link()
    assert "not permitted" in error_of(await user.put(link, call, **sent), 422)
    assert await user.get(link) == link
    created = ("expires_at", "require_authentication", "send_download_confirmation", "password")
    if sent.keys() & set(created):
        wanted = {"attachment": link["attachments"][0]["id"]} | sent
        assert "not permitted" in error_of(await user.http.post("/link", json={"link": wanted}), 422)


async def test_a_group_may_have_no_links(open_user: Callable[..., User]) -> None:
    user = open_user(group=Group(can_use_filelinks=False))
    wanted = {"link": {"attachment": (await user.upload())["id"]}}
    assert "not permitted" in error_of(await user.http.post("/link", json=wanted), 422)


@pytest.mark.parametrize(
    ("call", "sent"),
    [
        ("update_display_mode", {"display_mode": "list"}),
        ("update_allow_download", {"allow_download": None}),
        ("update_recipient_limitations", {"recipient_limitations": ["a@example.com"]}),
        ("update_recipient_limitations", {"recipient_limitations": "nobody"}),
        ("update_header", {"header_html": "x" * 100_001}),
        ("update_expires_at", {"expires_at": ""}),
    ],
)
async def test_a_wrong_value_is_refused(user: User, call: str, sent: dict[str, Any]) -> None:
    link = await user.link()
    assert error_of(await user.put(link, call, **sent), 422)
    assert await user.get(link) == link


async def test_unknown_paths_are_not_found(user: User) -> None:
    for method, path in (("GET", "/nowhere"), ("PATCH", "/link"), ("PUT", "/link/x/update_everything")):
        assert error_of(await user.http.request(method, path, json={}), 404)


async def test_dialects_see_nothing_of_each_other(user: User) -> None:
    await user.link()
    river = user.spoken.dialects["digitalriver"]
    signed = {"Authorization": f"Bearer {river['secret']}"}
    answer = await user.spoken.stranger.get(f"{river['base_url']}/files", headers=signed)
    assert answer.json() == {"hasMore": False, "data": []}
    assert len((await user.spoken.owner.get("/api/files")).json()["data"]) == 1


def chunk(number: int, count: int) -> dict[str, Any]:
    return {"filename": "big.zip", "chunk": number, "chunks": count}


def leftovers(user: User) -> int:
    """Return how many blobs there are that no file of the catalogue has."""
    store = user.spoken.store
    directory = store.database.path.parent
    blobs = {path.name for path in (directory / "blobs").glob("*/*")} | {
        path.name for path in (directory / "tmp").iterdir()
    }
    return len(blobs - {str(blob) for (blob,) in store.database.read.execute("SELECT blob FROM file")})


def many(user: User, attachment: dict[str, Any], count: int) -> None:
    """Put links into the catalogue at once; a call for each would take the test too long."""
    database = sqlite3.connect(user.spoken.store.database.path)
    with database:
        (subject,) = database.execute("SELECT id FROM file").fetchone()
        for n in range(count):
            database.execute(
                "INSERT INTO link (id, kind, name, slug, created_at, updated_at, expires_at, revision) "
                "VALUES (?, 'download', 'a', ?, 0, 0, 1, ?)",
                (f"l_{n}", f"slug{n}", n),
            )
            database.execute("INSERT INTO link_file VALUES (?, 1, ?, '')", (f"l_{n}", subject))
            database.execute(
                "INSERT INTO dialect_object (dialect, kind, id, subject, created_at, fields) "
                "VALUES ('liquidfiles', 'link', ?, ?, 0, '{}')",
                (f"link{n}", f"l_{n}"),
            )
    database.close()

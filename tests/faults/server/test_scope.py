"""Faults 20 to 22: a link gives what it holds and nothing beside, and nobody guesses or learns its secrets.

What is only viewed, and direct links, are in tests/server/dialects, as the one service that has them.
"""

from __future__ import annotations

import pytest

from linktui.linkserver.blobs import new_blob_id
from linktui.linkserver.token import new_token
from linktui.model.slugs import new_slug
from tests.server.conftest import PAGE, Share
from tests.server.test_tus import TUS


async def test_fault_20_a_view_is_only_of_a_link_to_look_at_and_nothing_in_a_query_changes_it(
    share: Share,
) -> None:
    png = b"\x89PNG\r\n\x1a\n" + bytes(8)
    gives = await share.link(await share.file(png, "a.png"))
    assert (await share.stranger.get(f"/l/{gives['slug']}/view/1")).status_code == 404
    view = await share.link(await share.file(png, "a.png"), await share.file(b"x", "b.exe"), kind="view")
    for query in ("", "?download=1", "?raw=1", "?inline=1", "?dl=0", "?view=1"):
        shown = await share.stranger.get(f"/l/{view['slug']}/view/1{query}")
        assert shown.headers["content-disposition"].startswith("inline")
        for path in ("/files/1", "/files/2", "/view/2"):
            kept = await share.stranger.get(f"/l/{view['slug']}{path}{query}")
            assert kept.headers["content-disposition"].startswith("attachment")


async def test_fault_20_the_bare_address_of_a_guarded_link_gives_no_bytes(share: Share) -> None:
    file = await share.file()
    limited = await share.link(file, download_limit=1, kind="view")
    path = f"/l/{limited['slug']}"
    for query in ("", "?download=1", "?raw=1"):
        plain = await share.stranger.get(f"{path}{query}")
        assert plain.status_code == 403
        assert "/download" in plain.text
    assert (await share.stranger.get(path, headers=PAGE)).status_code == 200
    assert (await share.get_link(limited))["downloads"] == 0
    assert (await share.stranger.get(f"{path}/download")).content == b"hello"
    assert (await share.stranger.get(f"{path}/download")).status_code == 410


async def test_fault_20_no_route_to_a_received_file(share: Share) -> None:
    link = await share.link(kind="upload")
    await share.stranger.put(f"/l/{link['slug']}/secret.txt", content=b"x")
    for path in ("/download", "/files/1", "/zip", "/view/1"):
        assert (await share.stranger.get(f"/l/{link['slug']}{path}")).status_code == 404
    for accept in ("text/html", "*/*"):
        page = await share.stranger.get(f"/l/{link['slug']}", headers={"Accept": accept})
        assert page.status_code == 200
        assert "secret" not in page.text


async def test_fault_21_a_link_holds_its_files_and_no_number_name_or_id_leads_to_another(
    share: Share,
) -> None:
    one, two, three = [await share.file(f"{n}".encode(), f"{n}.txt") for n in (1, 2, 3)]
    link = await share.link(one, two)
    path = f"/l/{link['slug']}/files"
    assert [(await share.stranger.get(f"{path}/{n}")).content for n in (1, 2)] == [b"1", b"2"]
    words = (
        "0",
        "3",
        "01",
        "-1",
        "1.0",
        "+1",
        " 1",
        "1 ",
        "x",
        "٣",
        "1/",
        "1/2",
        "1.txt",
        "3.txt",
        one,
        three,
    )
    for word in words:
        assert (await share.stranger.get(f"{path}/{word}")).status_code == 404, word
    blob = share.store.database.read.execute("SELECT blob FROM file WHERE id = ?", (three,)).get
    for word in (three, str(blob)):
        for where in (f"/l/{word}", f"/l/{word}/download"):
            assert (await share.stranger.get(where)).status_code in {401, 410}
        assert (await share.stranger.get(f"{path}/{word}")).status_code == 404


async def test_fault_21_a_slug_is_whole_and_of_one_case(share: Share) -> None:
    short = await share.link(await share.file(b"short"), slug="abc")
    await share.link(await share.file(b"long"), slug="abcd")
    assert (await share.stranger.get("/l/abc/download")).content == b"short"
    assert (await share.stranger.get("/l/abcd/download")).content == b"long"
    for slug in (
        "ab",
        "abcde",
        "ABC",
        "Abc",
        "abc%20",
        "%20abc",
        "abc.",
        "abc%00",
        "аbc",
        "a%2562c",
        "abc;x",
    ):
        assert (await share.stranger.get(f"/l/{slug}/download")).status_code in {401, 410}, slug
    assert (await share.stranger.get("/l/abc/download/")).status_code == 404
    body = {"kind": "upload", "slug": "aBC"}
    taken = await share.owner.post("/api/links", json=body)
    assert (taken.status_code, taken.json()["error"]["code"]) == (409, "slug_taken")
    await share.owner.delete(f"/api/links/{short['id']}")
    assert (await share.stranger.get("/l/abc/download")).status_code == 401


async def test_fault_21_a_file_that_comes_again_under_its_name_is_another_file(share: Share) -> None:
    file, other = await share.file(b"old", "a.txt"), await share.file(b"other", "b.txt")
    link, alone = await share.link(file, other), await share.link(file)
    await share.owner.delete(f"/api/files/{file}", params={"force": "true"})
    again = await share.file(b"old", "a.txt")
    assert again != file
    assert (await share.stranger.get(f"/l/{link['slug']}/files/1")).content == b"other"
    assert (await share.stranger.get(f"/l/{link['slug']}/files/2")).status_code == 404
    assert (await share.stranger.get(f"/l/{alone['slug']}/download")).status_code == 410
    assert (await share.owner.get(f"/api/files/{file}")).status_code == 404


def test_fault_22_a_hundred_thousand_secrets_are_all_different_and_of_128_bits() -> None:
    for make in (new_slug, new_blob_id, new_token):
        made = {make() for _ in range(100_000)}
        assert len(made) == 100_000
        # 22 characters of 64 are 132 bits, of which token_urlsafe(16) fills 128.
        assert min(map(len, made)) >= 22
        assert all(word.isascii() and word.replace("-", "").replace("_", "").isalnum() for word in made)


@pytest.mark.parametrize(
    "slug",
    [
        *("api", "API", "assets", "download", "files", "tus", "unlock", "upload", "view", "zip"),
        *("dots.not", "a.b", "no", "-abc", "_abc", "a b", "ѕlug", "slug\u200d", "ｓlug", "x" * 65, ""),
    ],
)
async def test_fault_22_a_slug_that_could_be_taken_for_another_thing_is_refused(
    share: Share, slug: str
) -> None:
    file = await share.file()
    link = await share.link(file)
    for word in (slug, file, link["id"]):
        made = await share.owner.post("/api/links", json={"kind": "upload", "slug": word})
        changed = await share.owner.patch(f"/api/links/{link['id']}", json={"slug": word})
        assert (made.status_code, changed.status_code) == (422, 422), word
        assert made.json()["error"]["field"] == "slug"


async def test_fault_22_no_answer_holds_a_hash_a_path_or_an_uploads_token(share: Share) -> None:
    link = await share.link(await share.file(), password="secret-word")
    takes = await share.link(kind="upload", password="secret-word")
    tus = TUS | {"Upload-Length": "5"}
    made = await share.stranger.post(f"/l/{takes['slug']}/tus", headers=tus, auth=("", "secret-word"))
    token = made.headers["location"].rpartition("/")[2]
    await share.stranger.put(f"/l/{takes['slug']}/x", content=b"x", auth=("", "secret-word"))
    blobs = [str(row[0]) for row in share.store.database.read.execute("SELECT blob FROM file")]
    assert len(blobs) == 2
    everything = ""
    for path in ("links", "files", "changes", f"links/{link['id']}", f"links/{takes['id']}/downloads"):
        everything += (await share.owner.get(f"/api/{path}")).text
    answers = [
        await share.stranger.get(f"/l/{takes['slug']}", headers=PAGE, auth=("", "secret-word")),
        await share.stranger.get(f"/l/{link['slug']}/download", auth=("", "secret-word")),
        await share.stranger.get(f"/l/{link['slug']}", headers=PAGE),
    ]
    everything += "".join(answer.text + str(answer.headers) for answer in answers)
    for secret in ("secret-word", "argon2", token, *blobs, str(share.store.database.path.parent)):
        assert secret not in everything

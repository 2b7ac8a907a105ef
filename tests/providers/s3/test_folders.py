"""A bucket is listed folder by folder, a page at a time, whatever its keys are called."""

from __future__ import annotations

from linktui.providers.base import FolderPage
from linktui.providers.s3.provider import S3Provider
from tests.providers.s3.bucket import BUCKET, Bucket
from tests.providers.s3.conftest import Machines

KEYS = ("a.txt", "b/", "b/x.txt", "b/deep/y.txt", "b//z.txt", "c d+é/w.txt", ".linktui/links/l.json")


def fill(bucket: Bucket, *keys: str) -> None:
    for key in keys:
        bucket.store.put_object(BUCKET, f"team/{key}", b"x")


def told(page: FolderPage) -> tuple[list[str], list[str]]:
    return [folder.path for folder in page.folders], [file.id for file in page.files]


async def test_a_folder_has_what_is_right_in_it_and_nothing_of_ours(
    provider: S3Provider, bucket: Bucket
) -> None:
    fill(bucket, *KEYS)
    assert told(await provider.list_folder("")) == (["b/", "c d+é/"], ["a.txt"])
    page = await provider.list_folder("b/")
    assert told(page) == (["b//", "b/deep/"], ["b/x.txt"])
    assert (page.files[0].name, page.files[0].folder) == ("x.txt", "b/")
    assert [(folder.name, folder.parent) for folder in page.folders] == [("", "b/"), ("deep", "b/")]
    assert told(await provider.list_folder("c d+é/")) == ([], ["c d+é/w.txt"])
    assert told(await provider.list_folder("nothing/")) == ([], [])


async def test_what_begins_so_is_told_by_itself(provider: S3Provider, bucket: Bucket) -> None:
    fill(bucket, *KEYS)
    assert told(await provider.list_folder("b/", beginning="de")) == (["b/deep/"], [])


async def test_a_long_folder_comes_in_pages_and_none_is_told_twice(
    machines: Machines, bucket: Bucket
) -> None:
    fill(
        bucket,
        *(f"many/{number:04d}" for number in range(1_500)),
        *(f"many/f{n:04d}/x" for n in range(1_500)),
    )
    provider = machines.open()
    machines.calls.clear()
    names: list[str] = []
    cursor: str | None = None
    while cursor is not None or not names:
        page = await provider.list_folder("many/", cursor=cursor)
        names += [*(file.id for file in page.files), *(folder.path for folder in page.folders)]
        cursor = page.next_cursor
    assert len(names) == len(set(names)) == 3_000
    assert len(machines.calls) == 3

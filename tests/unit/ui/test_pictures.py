"""An image becomes cells, and what is none becomes nothing."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest
from PIL import Image
from textual.strip import Strip

from linktui.ui import pictures
from linktui.ui.pictures import HALF, is_picture, picture_of, read_picture
from tests.waiting import soon


def test_two_pixels_stand_in_a_cell_and_the_shape_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    image = Image.new("RGB", (40, 20), (255, 0, 0))
    image.paste((0, 0, 255), (0, 10, 40, 20))
    image.save(path)
    lines = read_picture(path, 10, 10)
    assert [line.text for line in lines] == [HALF * 10] * 3
    tops = [next(iter(line)).style for line in lines]
    assert tops[0] is not None
    assert tops[0].color is not None
    assert tops[0].color.get_truecolor()[0] > 200
    assert tops[-1] is not None
    assert tops[-1].bgcolor is not None
    assert tops[-1].bgcolor.get_truecolor()[2] > 200


def test_what_cannot_be_seen_through_is_no_darker_than_what_can(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.new("RGBA", (2, 2), (255, 255, 255, 0)).save(path)
    style = next(iter(read_picture(path, 2, 2)[0])).style
    assert style is not None
    assert style.color is not None
    assert tuple(style.color.get_truecolor()) == (128, 128, 128)


def test_a_broken_huge_or_foreign_file_has_no_picture(tmp_path: Path, monkeypatch: object) -> None:
    path = tmp_path / "a.png"
    Image.new("RGB", (64, 64)).save(path)
    whole = path.read_bytes()
    for content in (b"", b"%PDF-1.4", whole[: len(whole) // 2], whole[:30]):
        path.write_bytes(content)
        assert read_picture(path, 10, 10) == []
    path.write_bytes(whole)
    assert read_picture(path, 0, 10) == []
    assert read_picture(tmp_path / "none.png", 10, 10) == []


def test_an_image_is_told_by_its_name() -> None:
    assert is_picture("Photo.JPG")
    assert not is_picture("photo.pdf")
    assert pictures.can_read()


def test_what_would_take_much_memory_to_decode_has_no_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "MOST_DECODED", 999)
    image = Image.new("RGB", (100, 100))
    image.save(tmp_path / "a.png")
    image.save(tmp_path / "a.jpg")
    image.save(tmp_path / "b.jpg", progressive=True)
    drawn = [bool(read_picture(tmp_path / name, 4, 2)) for name in ("a.png", "a.jpg", "b.jpg")]
    assert drawn == [False, True, False]


async def test_images_are_decoded_one_by_one_and_not_when_nobody_waits_any_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun, go_on = [], threading.Event()

    def read(path: Path, columns: int, rows: int) -> list[Strip]:
        begun.append(path.name)
        go_on.wait()
        return []

    monkeypatch.setattr(pictures, "read_picture", read)
    tasks = [asyncio.create_task(picture_of(Path(name), 4, 2)) for name in "abc"]
    await soon(lambda: begun)
    tasks[0].cancel()
    tasks[1].cancel()
    await asyncio.sleep(0)
    go_on.set()
    await tasks[2]
    assert begun == ["a", "c"]

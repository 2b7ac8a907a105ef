"""An image becomes cells, and what is none becomes nothing."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from linktui.ui import pictures
from linktui.ui.pictures import HALF, is_picture, read_picture


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

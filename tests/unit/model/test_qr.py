from __future__ import annotations

from xml.etree import ElementTree

import pytest

from linktui.model.errors import InvalidInput
from linktui.model.qr import qr_lines, qr_picture

URL = "http://127.0.0.1:8460/l/Yf3kQ0b1vXw7uPz2mR9sTA"
LONG = "https://bucket.example.org/x?X-Signature=" + "a" * 700


def test_an_ordinary_link_fits_a_small_terminal_with_the_quiet_zone_that_the_standard_asks_for() -> None:
    lines = qr_lines(URL, columns=78, rows=22)
    assert (len(lines[0]), len(lines)) == (37, 19)
    assert set(lines[0] + lines[1]) == {"█"}
    assert all(line.startswith("████") and line.endswith("████") for line in lines)


def test_a_code_with_little_room_has_a_narrower_zone() -> None:
    assert len(qr_lines(URL, columns=33, rows=17)[0]) == 33


def test_a_code_that_does_not_fit_names_the_room_it_takes() -> None:
    with pytest.raises(InvalidInput, match="needs 97 columns and 49 rows; there are 80 and 24"):
        qr_lines(LONG, columns=80, rows=24)


def test_no_code_holds_every_text() -> None:
    with pytest.raises(InvalidInput, match="2,953 bytes"):
        qr_lines("x" * 3000, columns=999, rows=999)


def test_a_code_is_a_picture_too() -> None:
    assert ElementTree.fromstring(qr_picture(URL, "svg")).tag.endswith("svg")
    assert qr_picture(URL, "png").startswith(b"\x89PNG")

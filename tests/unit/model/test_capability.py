"""What a service can do is read from its limits alone."""

from __future__ import annotations

import pytest

from linktui.model.capability import Limits
from linktui.model.errors import InvalidInput
from linktui.model.link import LinkKind
from linktui.model.sizes import parse_size

MIB = 1024**2
PARTED = Limits(chunk_size=8 * MIB, even_chunks=True, most_pieces=10_000)


@pytest.mark.parametrize(
    ("size", "piece"),
    [
        (0, 8 * MIB),
        (80_000 * MIB, 8 * MIB),
        (80_000 * MIB + 1, 9 * MIB),
        (5 * 1024**4, 525 * MIB),
    ],
)
def test_a_long_file_goes_in_longer_pieces_and_never_in_too_many(size: int, piece: int) -> None:
    assert PARTED.even_piece(size) == piece
    assert -(-size // piece) <= 10_000


def test_a_service_without_a_bound_takes_pieces_of_one_length() -> None:
    assert Limits(chunk_size=5).even_piece(10**15) == 5
    assert Limits(chunk_size=None).even_piece(10) is None


def test_whether_a_link_can_be_taken_back_may_depend_on_how_it_was_made() -> None:
    limits = Limits(taken_back_by="revocable")
    assert limits.can_take_back(LinkKind.DOWNLOAD, {})
    assert limits.can_take_back(LinkKind.VIEW, {"revocable": "yes"})
    assert not limits.can_take_back(LinkKind.DOWNLOAD, {"revocable": "no"})
    assert not limits.can_take_back(LinkKind.UPLOAD, {"revocable": "yes"})
    assert Limits().can_take_back(LinkKind.UPLOAD, {"revocable": "no"})


@pytest.mark.parametrize(
    ("text", "size"), [("1", 1), ("500k", 500_000), ("1.5 GB", 1_500_000_000), ("2MiB", 2 * MIB)]
)
def test_a_size_is_read(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "0", "much", "-1", "5 XB"])
def test_what_is_no_size_is_said(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_size(text)

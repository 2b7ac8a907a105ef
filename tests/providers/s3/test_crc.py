"""The CRC-32 of a whole is put together from those of its parts."""

from __future__ import annotations

from zlib import crc32

from hypothesis import given
from hypothesis import strategies as st

from linktui.providers.s3.crc import combined, in_header


@given(st.lists(st.binary(max_size=50), max_size=6))
def test_the_parts_make_the_whole(parts: list[bytes]) -> None:
    assert combined((crc32(part), len(part)) for part in parts) == crc32(b"".join(parts))


def test_a_store_is_told_four_bytes() -> None:
    assert in_header(crc32(b"123456789")) == "y/Q5Jg=="

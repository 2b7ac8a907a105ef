"""The CRC-32 of a whole from those of its parts, as zlib's `crc32_combine` makes it; no I/O.

Polynomials over GF(2) modulo that of CRC-32, lowest power in the highest bit: putting a part behind another
multiplies by x to the number of its bits. https://github.com/madler/zlib/blob/develop/crc32.c
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from functools import lru_cache

_POLYNOMIAL = 0xEDB88320
_ONE = 1 << 31
_BYTE = _ONE >> 8
"""x to the eighth: what a byte behind multiplies by."""


def combined(parts: Iterable[tuple[int, int]]) -> int:
    """Return the CRC-32 of what consists of parts, each given by its own and its length in bytes."""
    whole = 0
    for crc, length in parts:
        whole = _product(_shift(length), whole) ^ crc
    return whole


def in_header(crc: int) -> str:
    """Return a CRC-32 as stores are told it: four bytes, the highest first, in base 64."""
    return b64encode(crc.to_bytes(4, "big")).decode()


@lru_cache(maxsize=64)
def _shift(length: int) -> int:
    """Return x to eight times `length`."""
    power, square = _ONE, _BYTE
    while length:
        if length & 1:
            power = _product(power, square)
        square = _product(square, square)
        length >>= 1
    return power


def _product(one: int, other: int) -> int:
    product, bit = 0, _ONE
    while bit:
        if one & bit:
            product ^= other
        other = (other >> 1) ^ _POLYNOMIAL if other & 1 else other >> 1
        bit >>= 1
    return product

"""A set of links by their numbers, a bit each: a million marks take 125 KB."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


class Numbers:
    """An immutable set of whole numbers from 0 on, small where they are dense."""

    __slots__ = ("_bits",)

    def __init__(self, numbers: Iterable[int] = ()) -> None:
        bits = bytearray()
        for number in numbers:
            if number >> 3 >= len(bits):
                bits.extend(bytes(max(64, len(bits), (number >> 3) + 1 - len(bits))))
            bits[number >> 3] |= 1 << (number & 7)
        self._bits = int.from_bytes(bits, "little")

    def __len__(self) -> int:
        return self._bits.bit_count()

    def __bool__(self) -> bool:
        return self._bits != 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Numbers) and self._bits == other._bits

    def __hash__(self) -> int:
        return hash(self._bits)

    def __contains__(self, number: int) -> bool:
        return bool(self._bits >> number & 1)

    def __iter__(self) -> Iterator[int]:
        """Yield the numbers from the smallest on."""
        for place, byte in enumerate(self._bits.to_bytes((self._bits.bit_length() + 7) // 8, "little")):
            if byte:
                yield from (place * 8 + bit for bit in range(8) if byte >> bit & 1)

    def __or__(self, other: Numbers) -> Numbers:
        return _of(self._bits | other._bits)

    def __and__(self, other: Numbers) -> Numbers:
        return _of(self._bits & other._bits)

    def __xor__(self, other: Numbers) -> Numbers:
        return _of(self._bits ^ other._bits)

    def __sub__(self, other: Numbers) -> Numbers:
        return _of(self._bits & ~other._bits)


def _of(bits: int) -> Numbers:
    numbers = Numbers()
    numbers._bits = bits
    return numbers

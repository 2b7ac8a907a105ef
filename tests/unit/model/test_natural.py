"""Names are put in the order in which people count."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from linktui.model.natural import natural_key

IN_ORDER = [
    "a0", "a00", "a1", "f (2).txt", "f.txt", "F1.txt", "f01.txt", "f2.txt", "f10.TXT", "f99999999",
    "f999999999", "f99999999999999999", "f100000000000000000", "file", "v1.9", "v1.10", "Ä2", "ä10",
]  # fmt: skip


def test_numbers_in_names_count_as_numbers_and_case_does_not_count() -> None:
    shuffled = random.Random(1).sample(IN_ORDER, len(IN_ORDER))
    assert sorted(shuffled, key=natural_key) == IN_ORDER


@given(st.integers(0, 10**40), st.integers(0, 10**40))
def test_two_numbers_are_in_their_order_however_long_they_are(one: int, other: int) -> None:
    assert (natural_key(f"n{one}.") < natural_key(f"n{other}.")) == (one < other)


@given(st.text("01aA.", max_size=8), st.text("01aA.", max_size=8))
def test_only_names_that_differ_in_case_alone_have_one_key(one: str, other: str) -> None:
    assert (natural_key(one) == natural_key(other)) == (one.casefold() == other.casefold())

"""No character of a text from outside can act on a terminal."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from linktui.model.text import clean


@given(text=st.text())
def test_what_is_clean_has_no_character_that_acts(text: str) -> None:
    assert all(unicodedata.category(char) not in {"Cc", "Cs", "Zl", "Zp"} for char in clean(text))
    assert not {"\u202e", "\u2066", "\u200b", "\ufeff"} & set(clean(text))


@given(text=st.text(), limit=st.integers(1, 40))
def test_a_limit_is_kept(text: str, limit: int) -> None:
    assert len(clean(text, limit=limit)) <= limit


@given(text=st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)


def test_ordinary_names_and_emoji_families_stay_as_they_are() -> None:
    for name in ("Angebot für Zoë.pdf", "報告.txt", "👩\u200d👩\u200d👧.png", "[/nope]"):
        assert clean(name) == name

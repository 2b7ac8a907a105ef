from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linktui.model.errors import InvalidInput
from linktui.ui.metadata import metadata_changes, metadata_lines, parse_metadata, parse_tag_changes

WORDS = st.text(
    st.characters(categories=("L", "N", "P", "S"), exclude_characters="="), min_size=1, max_size=20
)


@given(st.dictionaries(WORDS, WORDS, max_size=8))
def test_metadata_as_text_reads_back_as_the_same_metadata(pairs: dict[str, str]) -> None:
    assert parse_metadata(metadata_lines(pairs)) == pairs


@given(st.dictionaries(WORDS, WORDS, max_size=5), st.dictionaries(WORDS, WORDS, max_size=5))
def test_applying_the_changes_to_what_was_gives_what_is_wanted(
    before: dict[str, str], after: dict[str, str]
) -> None:
    merged = {**before, **metadata_changes(before, after)}
    assert {key: value for key, value in merged.items() if value is not None} == after


def test_text_left_as_it_is_changes_nothing_however_odd_the_metadata() -> None:
    odd = {"team": "two\nlines", "bell": "\x07", "n": "1"}
    assert metadata_changes(odd, parse_metadata(metadata_lines(odd))) == {}


def test_a_line_taken_out_takes_its_key_away_and_an_edited_one_changes_it() -> None:
    assert metadata_changes({"a": "1", "b": "2"}, {"b": "3", "c": "4"}) == {"a": None, "b": "3", "c": "4"}


@pytest.mark.parametrize("text", ["no sign", "=value", "a=1\na=2"])
def test_a_line_that_is_no_pair_is_refused_by_number_or_name(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_metadata(text)
    assert caught.value.field == "metadata"


@given(st.dictionaries(WORDS, st.none() | WORDS, max_size=8))
def test_tag_changes_are_read_as_they_are_written(changes: dict[str, str | None]) -> None:
    lines = [f"-{key}" if value is None else f"{key}={value}" for key, value in changes.items()]
    assert parse_tag_changes("\n".join(lines)) == changes


def test_a_tag_whose_name_begins_with_a_dash_is_set_by_its_pair() -> None:
    assert parse_tag_changes("-a=1\n--b") == {"-a": "1", "-b": None}


@pytest.mark.parametrize("text", ["order", "-", "=1", "a=1\na=2", "a=1\n-a"])
def test_what_is_no_change_of_tags_names_its_line(text: str) -> None:
    with pytest.raises(InvalidInput, match="line"):
        parse_tag_changes(text)

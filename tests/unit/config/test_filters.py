"""Saved filters are written where they are read, and nothing else in the file changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from linktui.config.filters import remove_filter, write_filter
from linktui.config.loading import load_settings
from linktui.model.errors import InvalidInput
from linktui.services.saved_filters import SavedFilters


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "linktui.toml"


def saved(path: Path) -> list[tuple[str, str]]:
    return list(load_settings(path).filters.items())


def test_filters_are_kept_in_the_order_in_which_they_were_saved(path: Path) -> None:
    write_filter(path, "Z last", 'name:"a b" OR c')
    write_filter(path, "A first", "expires<24h")
    write_filter(path, "Z last", "state:expired")
    assert saved(path) == [("Z last", "state:expired"), ("A first", "expires<24h")]
    assert path.stat().st_mode & 0o777 == 0o600


def test_what_a_person_wrote_around_them_stays(path: Path) -> None:
    before = "# mine\n[uploads]\nconcurrency = 5 # enough\n\n[filters]\n# soon\n"
    path.write_text(f'{before}Soon = "expires<24h"\n')
    write_filter(path, "Old", "created>7d")
    remove_filter(path, "Old")
    assert path.read_text().startswith(before)
    remove_filter(path, "Soon")
    assert saved(path) == []


def test_a_renamed_filter_is_there_once(path: Path) -> None:
    filters = SavedFilters(path, {})
    filters.save("Old", "a")
    filters.save("New", "b", instead_of="Old")
    assert saved(path) == [("New", "b")]
    assert {name: found.text for name, found in filters.all().items()} == {"New": "b"}
    with pytest.raises(InvalidInput, match="Old"):
        filters.remove("Old")


@pytest.mark.parametrize(
    ("name", "text", "word"),
    [
        ("", "a", "1 to 40"),
        (" a", "a", "1 to 40"),
        ("a\x1bb", "a", "1 to 40"),
        ("x" * 41, "a", "1 to 40"),
        ("all", "a", "without a filter"),
        ("a", " ", "is empty"),
        ("a", "b (", "character 3"),
    ],
)
def test_what_could_not_be_read_again_is_not_written(path: Path, name: str, text: str, word: str) -> None:
    with pytest.raises(InvalidInput, match=word):
        write_filter(path, name, text)
    assert not path.exists()

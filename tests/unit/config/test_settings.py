"""A configuration file says what it may, or the sentence names the place."""

from __future__ import annotations

from pathlib import Path

import pytest

from linktui.config.loading import load_settings
from linktui.config.locations import Locations
from linktui.config.settings import Settings
from linktui.model.errors import InvalidInput, StorageUnusable


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "none.toml") == Settings()


def test_what_is_set_holds_and_the_rest_stays(tmp_path: Path) -> None:
    path = tmp_path / "linktui.toml"
    path.write_text('[uploads]\nconcurrency = 5\n[defaults]\nexpires = "never"\n')
    settings = load_settings(path)
    assert (settings.uploads.concurrency, settings.defaults.expires) == (5, "never")
    assert settings.local == Settings().local


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("concurrency = ", "is no TOML"),
        ("[upload]", "no place for “upload”"),
        ("uploads = 3", "write [uploads]"),
        ("filters = 3", "write [filters]"),
        ("[filters]\nSoon = 3", "filters.Soon: has to be a filter in quotes"),
        ('[filters]\n"a b" = ""', "filters.a b: the filter is empty"),
        ("[filters]\n'all' = \"a\"", "filters.all: the name"),
        (
            "[uploads]\nspeed = 3",
            "uploads.speed: has no place here; allowed are concurrency, bandwidth_limit",
        ),
        ('[uploads]\nconcurrency = "3"', "uploads.concurrency: has to be a whole number"),
        ("[uploads]\nconcurrency = true", "uploads.concurrency: has to be a whole number"),
        ("[screen]\nmouse = 1", "screen.mouse: has to be true or false"),
        ("[screen]\ntheme = 2026-01-01", "screen.theme: has to be text in quotes"),
        ("[uploads]\nconcurrency = 0", "allowed are 1 to 16"),
        ("[uploads]\nbandwidth_limit = -1", "uploads.bandwidth_limit"),
        ("[local]\nport = 70000", "local.port"),
        ('[local]\npublic_url = "ftp://x"', "local.public_url"),
        ('[defaults]\nkind = "gift"', "defaults.kind"),
        ('[defaults]\nexpires = "soon"', "defaults.expires"),
        ('[daemon]\nidle_exit = "later"', "daemon.idle_exit"),
        ('[screen]\nclipboard = "mine"', "screen.clipboard"),
        ('[screen]\nborders = "thick"', "screen.borders: allowed are auto, round and ascii"),
        ('[screen]\ndensity = "tight"', "screen.density: allowed are compact, normal and roomy"),
        ('[screen]\npictures = "yes"', "screen.pictures: allowed are auto, on and off"),
    ],
)
def test_what_is_not_allowed_is_named(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "linktui.toml"
    path.write_text(text)
    with pytest.raises(InvalidInput) as caught:
        load_settings(path)
    assert caught.value.field.startswith(str(path))
    assert words in caught.value.reason


def test_the_line_of_a_wrong_filter_is_named_whatever_its_name(tmp_path: Path) -> None:
    path = tmp_path / "linktui.toml"
    path.write_text('[filters]\nx = "a"\n"v1.2 files" = "nam:x"')
    with pytest.raises(InvalidInput) as caught:
        load_settings(path)
    assert caught.value.field.endswith("linktui.toml, line 3,")
    assert caught.value.reason.startswith(
        "filters.v1.2 files: the filter cannot be read at character 1: “nam”"
    )


def test_a_file_that_is_no_text_is_said(tmp_path: Path) -> None:
    path = tmp_path / "linktui.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(StorageUnusable):
        load_settings(path)


def test_one_variable_puts_everything_below_one_directory(tmp_path: Path) -> None:
    locations = Locations.from_environment({"LINKTUI_HOME": str(tmp_path)})
    assert locations == Locations.below(tmp_path)
    assert locations.settings_file == tmp_path / "config" / "linktui.toml"


def test_the_directories_are_the_owners_alone(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0o755)
    locations = Locations.below(tmp_path)
    locations.create()
    made = (locations.config, locations.data, locations.state, locations.cache, locations.spool)
    assert {directory.stat().st_mode & 0o777 for directory in made} == {0o700}


def test_a_directory_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("in the way")
    with pytest.raises(StorageUnusable):
        Locations.below(tmp_path).create()

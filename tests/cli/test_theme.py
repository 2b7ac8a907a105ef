"""`linktui theme …` lists, begins, checks and takes themes."""

from __future__ import annotations

from tests.cli.conftest import Shell
from tests.cli.test_schema import valid


def test_a_theme_of_ones_own_is_begun_checked_and_used(shell: Shell) -> None:
    settings = shell.locations.settings_file
    settings.parent.mkdir(parents=True)
    settings.write_text("# mine\n[screen]\nmouse = false  # never\n")
    path = shell.run("theme", "new", "night", "--from", "ember")
    assert path == str(shell.locations.themes / "night.toml")
    shell.run("theme", "new", "night", code=5)
    shell.run("theme", "new", "../night", code=2)
    assert shell.run("theme", "check", "night") == ""
    shell.run("theme", "use", "night")
    assert settings.read_text() == '# mine\n[screen]\nmouse = false  # never\ntheme = "night"\n'
    [mine] = [theme for theme in shell.array("theme", "list") if theme["used"]]
    valid(shell, "themes", mine)
    assert (mine["name"], mine["background"], mine["origin"]) == ("night", "dark", "you")
    shell.run("theme", "use", "auto")
    used = {theme["name"]: theme["used"] for theme in shell.array("theme", "list") if theme["used"]}
    assert used == {"linktui": "on a dark terminal", "linktui-light": "on a light terminal"}


def test_what_is_wrong_with_a_theme_is_said(shell: Shell) -> None:
    shell.locations.themes.mkdir(parents=True)
    path = shell.locations.themes / "grey.toml"
    path.write_text('primary = "#777777"\nforeground = "#777777"\nbackground = "#666666"')
    assert "hard to read: $foreground on $background is 1." in shell.run("theme", "check", str(path))
    path.write_text('primary = "greyish"')
    shell.run("theme", "check", "grey", code=2)
    assert "primary = 'greyish' is no colour" in shell.narration
    shell.run("theme", "use", "grey", code=2)
    assert not shell.locations.settings_file.exists()
    assert "`theme check` says why" in shell.run("theme", "list")
    shell.run("theme", "use", "none", code=2)
    assert "`linktui theme list` lists them all" in shell.narration

"""`linktui links calendar` writes the ends of links, to stdout or into a file of the owner's alone."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Shell


def test_the_ends_are_written_where_told(shell: Shell, tmp_path: Path) -> None:
    url = shell.link("--name", "a", "--expires", "7d")["url"]
    shell.link("--name", "b", "--expires", "2d", "--tag", "order=42")
    shell.link("--name", "lasting", "--expires", "never")
    assert shell.run("links", "calendar").count("BEGIN:VEVENT") == 2
    file = tmp_path / "links.ics"
    shell.run("links", "calendar", "-o", str(file), "--filter", "tag.order=42", "--alarm", "2h")
    assert shell.narration == f"1 end of links in {file}.\n"
    text = file.read_bytes().decode()
    assert file.stat().st_mode & 0o777 == 0o600
    assert "\r\nSUMMARY:Link ends: b\r\n" in text
    assert "TRIGGER:-PT7200S" in text
    assert url not in text
    assert str(url) in shell.run("links", "calendar", "--with-urls", "--alarm", "none")
    shell.run("links", "calendar", "-o", str(tmp_path / "no" / "links.ics"), code=9)

"""Links are printed as templates of one's own say, and as QR codes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Shell


def set_up(shell: Shell, text: str) -> None:
    path = shell.locations.settings_file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_links_are_printed_as_a_template_says(shell: Shell) -> None:
    set_up(shell, '[templates]\nchat = "{name} » {url}"\ntwo = """\n{name}\n  {{{tag.order}}}"""\n')
    one, two = shell.link("--name", "one", "--tag", "order=42"), shell.link("--name", "two")
    assert shell.run("links", "show", str(one["id"]), "--as", "chat") == f"one » {one['url']}"
    assert shell.run("links", "list", "--sort", "name", "--as", "two") == "one\n  {42}\ntwo\n  {}"
    assert shell.run("links", "list", "--filter", "two", "--as", "url") == two["url"]
    shell.run("links", "list", "--as", "nope", code=2)
    assert "url, markdown, csv, curl, named, message, mailto, chat, two" in shell.narration


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('chat = "{nmae}"', "line 2, templates.chat: the template has no “{nmae}”; there are {name}, {url}"),
        ('url = "{name}"', "templates.url: the name “url” is a built-in way of copying"),
        ('"  " = "{name}"', "the name has to be 1 to 40 letters"),
        ("chat = 7", "templates.chat: has to be a template in quotes"),
    ],
)
def test_a_template_that_cannot_be_used_is_said_with_its_line(shell: Shell, line: str, said: str) -> None:
    set_up(shell, f"[templates]\n{line}\n")
    shell.run("links", "list", code=2)
    assert said in shell.narration


def test_a_qr_code_is_printed_or_written_where_only_its_owner_reads_it(shell: Shell, tmp_path: Path) -> None:
    link_id = str(shell.link("--name", "one")["id"])
    lines = shell.run("links", "qr", link_id).splitlines()
    assert abs(len(lines) * 2 - len(lines[0])) <= 1
    picture = tmp_path / "code.svg"
    shell.run("links", "qr", link_id, "-o", str(picture))
    assert picture.stat().st_mode & 0o777 == 0o600
    shell.run("links", "qr", link_id, "-o", str(picture), code=2)
    assert "is there already" in shell.narration
    shell.run("links", "qr", link_id, "-o", str(tmp_path / "code.jpg"), code=2)

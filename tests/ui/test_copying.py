from __future__ import annotations

import shlex
from dataclasses import replace

from linktui.model.link import LinkKind
from linktui.ui.copying import CopyForm, copy_form, copy_forms
from tests.ui.samples import LINK


def test_a_name_with_markdown_signs_stays_a_name_in_markdown() -> None:
    link = replace(LINK, name="a](http://evil) [/nope]*")
    assert copy_form(link, CopyForm.MARKDOWN) == rf"[a\](http://evil) \[/nope\]\*](<{LINK.url}>)"


def test_an_escape_sequence_in_a_name_is_not_copied() -> None:
    text = copy_form(replace(LINK, name="\x1b]0;x\x07\nrm -rf ~"), CopyForm.NAMED)
    assert text.isprintable()


def test_a_plain_link_is_fetched_from_its_own_address() -> None:
    assert shlex.split(copy_form(LINK, CopyForm.CURL)) == ["curl", "-OJ", LINK.url]


def test_a_guarded_link_is_fetched_from_its_download_address_without_its_password() -> None:
    link = replace(LINK, has_password=True)
    assert shlex.split(copy_form(link, CopyForm.CURL)) == [
        "curl",
        "-OJ",
        "-u",
        "guest",
        f"{LINK.url}/download",
    ]


def test_an_upload_link_is_written_as_a_command_that_sends() -> None:
    link = replace(LINK, kind=LinkKind.UPLOAD)
    assert shlex.split(copy_form(link, CopyForm.CURL)) == ["curl", "-T", "FILE", f"{LINK.url}/"]


def test_an_address_with_shell_signs_is_quoted() -> None:
    link = replace(LINK, url="https://x.test/?a=1&b=$(id)")
    assert shlex.split(copy_form(link, CopyForm.CURL))[-1] == link.url


def test_many_links_are_copied_one_a_line() -> None:
    assert copy_forms([LINK, LINK], CopyForm.URL) == f"{LINK.url}\n{LINK.url}"

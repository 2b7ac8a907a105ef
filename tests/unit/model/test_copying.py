from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, timedelta
from email.message import EmailMessage
from urllib.parse import parse_qs, urlsplit

import pytest

from linktui.model.copying import way_called
from linktui.model.errors import InvalidInput
from linktui.model.letter import PASSWORD_APART, message
from linktui.model.link import Link, LinkedFile, LinkKind
from linktui.model.template import check_template, fill
from linktui.model.wording import explain
from tests.ui.samples import LINK, NOW, at_now

HOSTILE_NAME = "\x1b]0;x\x07\nrm -rf ~"


def written(way: str, *links: Link, **templates: str) -> str:
    return way_called(way, templates).write(links or (LINK,), at_now)


def test_a_name_with_markdown_signs_stays_a_name_in_markdown() -> None:
    link = replace(LINK, name="a](http://evil) [/nope]*")
    assert written("markdown", link) == rf"[a\](http://evil) \[/nope\]\*](<{LINK.url}>)"


@pytest.mark.parametrize("way", ["named", "markdown", "csv", "message", "mailto"])
def test_an_escape_sequence_in_a_name_is_not_copied(way: str) -> None:
    text = written(way, replace(LINK, name=HOSTILE_NAME))
    assert all(line.isprintable() for line in text.split("\n"))


@pytest.mark.parametrize(
    ("link", "command"),
    [
        (LINK, ["curl", "-OJ", LINK.url]),
        (replace(LINK, has_password=True), ["curl", "-OJ", "-u", "guest", f"{LINK.url}/download"]),
        (replace(LINK, kind=LinkKind.UPLOAD), ["curl", "-T", "FILE", f"{LINK.url}/"]),
        (replace(LINK, url="https://x.test/?a=1&b=$(id)"), ["curl", "-OJ", "https://x.test/?a=1&b=$(id)"]),
    ],
)
def test_a_command_asks_for_what_the_link_gives_and_takes(link: Link, command: Sequence[str]) -> None:
    assert shlex.split(written("curl", link)) == command


def test_many_links_are_copied_one_a_line() -> None:
    assert written("url", LINK, LINK) == f"{LINK.url}\n{LINK.url}"
    assert written("markdown", LINK, LINK).startswith("- [report.pdf]")
    assert written("csv", LINK, LINK).splitlines()[0] == "name,url,expires,account"
    assert written("mine", LINK, LINK, mine="{name}") == "report.pdf\nreport.pdf"


def test_an_unknown_way_is_refused_with_those_there_are() -> None:
    with pytest.raises(InvalidInput, match=r"has no “nope”.*markdown.*mine"):
        way_called("nope", {"mine": "{url}"})


class TestMessage:
    def test_it_says_what_is_where_until_when_in_which_zone(self) -> None:
        assert message(LINK, NOW, UTC).splitlines() == [
            "report.pdf (1.2 MB):",
            LINK.url,
            "Available until Monday 23 November 2026, 12:00 (UTC).",
        ]

    def test_it_says_that_a_password_comes_apart(self) -> None:
        assert message(replace(LINK, has_password=True), NOW).splitlines()[-1] == PASSWORD_APART

    def test_it_says_how_often_and_how_many(self) -> None:
        two = (*LINK.files, LinkedFile("f2", "b", 1))
        text = message(replace(LINK, files=two, download_limit=3, downloads=2, expires_at=None), NOW)
        assert text.splitlines() == ["report.pdf (2 files, 1.2 MB):", LINK.url, "It can be downloaded once."]

    def test_an_ended_link_is_not_promised(self) -> None:
        ended = replace(LINK, expires_at=NOW - timedelta(days=1), download_limit=3)
        assert message(ended, NOW).splitlines()[2:] == ["It is not available any more."]

    def test_an_upload_link_asks_for_files(self) -> None:
        assert "send me your files" in message(replace(LINK, kind=LinkKind.UPLOAD), NOW)

    def test_an_email_says_the_same_and_is_sent_to_nobody_yet(self) -> None:
        link = replace(LINK, name="50% of ä & b?.pdf\r\nBcc: x@y")
        parts = urlsplit(written("mailto", link))
        fields = parse_qs(parts.query, strict_parsing=True)
        assert (parts.scheme, parts.path, sorted(fields)) == ("mailto", "", ["body", "subject"])
        assert fields["body"][0].replace("\r\n", "\n") == message(link, NOW)
        EmailMessage()["Subject"] = fields["subject"][0]  # refuses line breaks


class TestTemplates:
    def test_every_field_is_filled_in(self) -> None:
        text = "{name}|{url}|{expires}|{left}|{size}|{files}|{account}|{tag.ticket}|{tag.none}|{{x}}\n→"
        filled = fill(text, LINK, NOW)
        assert filled.startswith(f"report.pdf|{LINK.url}|Mon 2026-11-23")
        assert filled.endswith("|2d 0h|1.2 MB|report.pdf|local|A-12||{x}\n→")

    def test_a_name_with_braces_is_no_field(self) -> None:
        assert fill("{name}", replace(LINK, name="{url}"), NOW) == "{url}"

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("{nmae}", "has no “{nmae}”; there are {name}, {url}, {expires}, .* and {tag.KEY}"),
            ("{tag.}", "has no “{tag.}”"),
            ("{name!r}", "has no “{name!r}”"),
            ("{}", "has no “{}”"),
            ("a } b", "single “}”; write “}}”"),
            ("{name", "single “{”; write “{{”"),
            (" ", "is empty"),
        ],
    )
    def test_a_mistake_is_said_with_what_there_is(self, text: str, said: str) -> None:
        with pytest.raises(InvalidInput) as caught:
            check_template(text)
        assert re.search(said.replace("{", r"\{").replace("}", r"\}"), explain(caught.value))

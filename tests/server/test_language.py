"""The pages speak the reader's language, and say in each of them the same."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from argon2 import PasswordHasher

from linktui.linkserver.language import CODES, asked_for, language, plural
from linktui.linkserver.throttle import FREE
from tests.server.conftest import NOWHERE, PAGE, Clock, Share

FORMS = {"ja": {"other"}, "pl": {"one", "few", "many"}}
DAY = 86_400_000


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def flat(words: Mapping[str, Any], *, code: str, path: str = "") -> Iterator[tuple[str, object]]:
    """Yield each text's path with the places to fill in, and each table of plural forms as one."""
    for key, value in words.items():
        if not isinstance(value, dict):
            yield path + key, fields(value) if isinstance(value, str) else len(value)
        elif key in {"refusals", "problems"}:
            yield from flat(value, code=code, path=f"{key}.")
        else:
            assert value.keys() == FORMS.get(code, {"one", "other"}), (code, key)
            assert all(fields(form) == {"n"} for form in value.values()), (code, key)
            yield key, "forms"


@pytest.mark.parametrize("code", CODES)
def test_each_language_has_every_word_with_the_same_places_to_fill_in(code: str) -> None:
    theirs = dict(flat(language(code).words, code=code))
    assert theirs == dict(flat(language("en").words, code="en"))
    assert language(code).direction in {"ltr", "rtl"}
    ours = {word for word in language(code).words.values() if isinstance(word, str) and len(word) > 10}
    copied = ours & {word for word in language("en").words.values() if isinstance(word, str)}
    assert code == "en" or not copied - {"{day} {month} {year}, {time} UTC"}


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "en"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("sv, pt-BR;q=0.7, *;q=0.1", "pt"),
        ("en;q=0.4, fr;q=0.5", "fr"),
        ("fr;q=0, nl;q=0.1", "nl"),
        ("sv-SE", "en"),
        ("fr;q=2, de;q=x, ;;,=, pl ; Q=0.3", "pl"),
        ("*", "en"),
        ("x" * 5000 + ",de", "en"),
    ],
)
def test_the_language_that_is_liked_best_is_taken(header: str, code: str) -> None:
    assert asked_for(header).code == code


def test_numbers_take_the_form_that_their_language_asks_for() -> None:
    assert [plural("pl", n) for n in (0, 1, 2, 4, 5, 12, 22, 25)] == (
        ["many", "one", "few", "few", "many", "many", "few", "many"]
    )
    assert [plural("fr", n) for n in (0, 1, 2)] == ["one", "one", "other"]
    assert [plural("de", n) for n in (0, 1, 2)] == ["other", "one", "other"]
    assert plural("ja", 1) == "other"


def test_sizes_spans_and_moments_are_said_in_the_readers_way() -> None:
    english, german, french, japanese = (language(code) for code in ("en", "de", "fr", "ja"))
    assert [english.size(size) for size in (0, 1, 4_404_019, 10**12)] == (
        ["0 bytes", "1 byte", "4.2 MiB", "931 GiB"]
    )
    assert (german.size(4_404_019), french.size(4_404_019)) == ("4,2 MiB", "4,2 Mio")
    span = 2 * DAY + 3 * 3_600_000
    assert [one.span(span) for one in (english, german, japanese)] == (
        ["2 days 3 hours", "2 Tage 3 Stunden", "2日3時間"]
    )
    assert str(german.moment(0)) == (
        '<time datetime="1970-01-01T00:00:00.000Z">1. Januar 1970, 00:00:00 UTC</time>'
    )


async def test_a_page_is_in_the_language_that_the_browser_asks_for(share: Share) -> None:
    name = "<b>عقد & Vertrag</b>.txt"
    link = await share.link(await share.file(name=name), name=name, expires_at="2026-11-23T12:00:00Z")
    answer = await share.stranger.get(link["url"], headers=PAGE | {"Accept-Language": "de-CH"})
    assert (answer.headers["content-language"], answer.headers["vary"]) == ("de", "Accept-Language")
    assert '<html lang="de" dir="ltr">' in answer.text
    assert "noch 2 Tage" in answer.text
    assert '<small>bis <time datetime="2026-11-23T12:00:00.000Z">23. November 2026, 12:00:00 UTC</time>' in (
        answer.text
    )
    assert "&lt;b&gt;عقد &amp; Vertrag&lt;/b&gt;.txt" in answer.text
    assert name not in answer.text


async def test_every_page_is_made_in_every_language(
    share: Share, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    cheap = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(share.app.state.context.passwords, "_hasher", cheap)
    file = await share.file()
    urls = [
        (await share.link(file, download_limit=2, kind="view"))["url"],
        (await share.link(file, await share.file(), expires_at="2026-12-23T12:00:00Z"))["url"],
        (upload := (await share.link(kind="upload", download_limit=50))["url"]),
        (locked := (await share.link(file, password="geheim", slug="ours"))["url"]),
        f"/l/{NOWHERE}",
        f"{upload}/nothing/here",
    ]
    for code in CODES:
        asks = PAGE | {"Accept-Language": code}
        pages = [(await share.stranger.get(url, headers=asks)).text for url in urls]
        sent = {"files": ("a.txt", b"hello")}
        pages.append((await share.stranger.post(f"{upload}/upload", headers=asks, files=sent)).text)
        for _ in range(FREE + 1):
            wrong = await share.stranger.post(f"{locked}/unlock", headers=asks, data={"password": "no"})
            pages.append(wrong.text)
        assert wrong.status_code == 429
        clock.move(days=1)
        for page in pages:
            assert f'<html lang="{code}" dir="ltr">' in page
            outside = re.sub(r'data-words="[^"]*"', "", page)
            assert not re.search(r"[{}]", outside), outside
        assert language(code).words["refusals"]["too_many_guesses"].partition("{")[0] in pages[-1]

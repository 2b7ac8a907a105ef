"""What terminals tell is told apart from keys, and each gets only what it can show."""

from __future__ import annotations

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.events import Key

from linktui.ui.terminal import background
from linktui.ui.terminal.ascii_lines import AsciiLines, ascii_of, is_wanted
from linktui.ui.terminal.background import BackgroundTold, Parser, guess, is_dark
from linktui.ui.terminal.few_colours import FewColours

DARK, LIGHT = "\x1b]11;rgb:1212/1616/1c1c\x1b\\", "\x1b]11;rgb:fb/fc/fd\x07"
ANY = Color.parse("black")


def told(*pieces: str) -> list[object]:
    """Return what comes out of pieces that arrive one after the other: keys, and whether it is dark."""
    parser = Parser()
    tokens = [token for piece in pieces for token in parser.feed(piece)]
    known = [token for token in tokens if isinstance(token, BackgroundTold | Key)]
    return [one.dark if isinstance(one, BackgroundTold) else one.key for one in known]


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        ((DARK,), [True]),
        ((LIGHT,), [False]),
        (("j" + DARK + "k",), ["j", True, "k"]),
        (("\x1b[?997;1n", "\x1b[?997;2n"), [True, False]),
        (("\x1b]11;what\x07j",), ["j"]),
        (("\x1b[?2026;2$yj",), ["j"]),
        (("\x1b[A",), ["up"]),
    ],
)
def test_an_answer_is_no_key_and_keys_around_it_are(pieces: tuple[str, ...], expected: list[object]) -> None:
    assert told(*pieces) == expected


def test_an_answer_may_come_in_two_parts_wherever_it_is_cut() -> None:
    for answer in (DARK, LIGHT, "\x1b[?997;1n"):
        for cut in range(2 if answer[1] == "]" else 3, len(answer)):
            assert told(f"j{answer[:cut]}", f"{answer[cut:]}k") == ["j", told(answer)[0], "k"], (answer, cut)


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        (("\x1b", "2"), ["escape", "2"]),
        (("\x1b", "2j", "\x1b", "k"), ["escape", "2", "j", "escape", "k"]),
        (("a\x1b", "j"), ["a", "escape", "j"]),
        (("\x1b[A\x1b", "[B"), ["up", "down"]),
        (("\x1b", "\x1b[A"), ["escape", "up"]),
        (("\x1b", "[A"), ["up"]),
        (("\x1b", "OA"), ["up"]),
        (("\x1bf",), ["ctrl+right"]),
    ],
)
def test_escape_is_a_key_of_its_own_however_soon_the_next_is_pressed(
    pieces: tuple[str, ...], expected: list[object]
) -> None:
    assert told(*pieces) == expected


def test_what_only_begins_like_an_answer_goes_on_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    parser = Parser()
    assert list(parser.feed("\x1b]")) == []
    assert list(parser.tick()) == []
    monkeypatch.setattr(background, "PATIENCE", -1.0)
    assert list(parser.tick()) == []  # Textual's own parser has it now, and waits in its own way
    keys = [token for token in parser.feed("\x1b") if isinstance(token, Key)]
    assert [key.character for key in keys] == ["^", "]"]


def test_a_colour_is_light_or_dark_however_many_digits_it_has() -> None:
    assert [is_dark(f"rgb:{one}") for one in ("0/0/0", "ffff/ffff/ffff", "28/28/28", "fd/f6/e3")] == [
        True,
        False,
        True,
        False,
    ]
    assert is_dark("blue") is None


def test_the_environment_may_say_it() -> None:
    assert guess({"COLORFGBG": "15;0"}) is True
    assert guess({"COLORFGBG": "0;default;15"}) is False
    assert guess({"COLORFGBG": "12;default"}) is None
    assert guess({}) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("╭─ ● “a” … ✕ ╮", '+- * "a" ~ x +'),
        ("报告.pdf", "????.pdf"),
        ("e\u0301t\xe9", "et?"),
        ("plain", "plain"),
    ],
)
def test_signs_become_ascii_as_wide_as_they_were(text: str, expected: str) -> None:
    assert ascii_of(text) == expected


def test_a_line_keeps_its_styles_in_ascii() -> None:
    bold = Style(bold=True)
    assert AsciiLines().apply([Segment("a"), Segment("│", bold)], ANY) == [Segment("a"), Segment("|", bold)]


def test_ascii_is_for_locales_that_say_so_and_for_the_console() -> None:
    assert is_wanted({"LC_ALL": "C"})
    assert is_wanted({"LANG": "en_US.ISO-8859-1"})
    assert is_wanted({"TERM": "linux", "LANG": "C.UTF-8"})
    assert not is_wanted({"LANG": "de_DE.utf8"})
    assert not is_wanted({"LC_ALL": "", "LC_CTYPE": "C.UTF-8", "LANG": "C"})
    assert not is_wanted({})


def test_what_has_a_background_is_reversed_in_few_colours_and_in_none() -> None:
    line = [
        Segment("a", Style.parse("bold green")),
        Segment("b", Style.parse("magenta on blue")),
        Segment("c", Style.parse("red on default reverse")),
        Segment("d"),
    ]

    def looks(*, colours: bool) -> list[tuple[object, ...]]:
        styles = [segment.style for segment in FewColours(colours=colours).apply(line, ANY)]
        return [
            (one.color and one.color.name, one.bgcolor and one.bgcolor.name, one.reverse)
            for one in styles
            if one
        ]

    reversed_ = ("default", "default", True)
    assert looks(colours=True) == [("green", None, None), reversed_, ("red", "default", True)]
    assert looks(colours=False) == [("default", "default", None), reversed_, reversed_]

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from textual.app import App

from linktui.ui.terminal.clipboard import (
    LARGEST,
    SCREEN_PIECE,
    SENT,
    TOO_LONG,
    copy,
    native_tool,
    osc52,
    wrap,
)

URL = "http://127.0.0.1:4000/l/Ab3dEfGh1jKlMn0p"


def test_the_sequence_holds_the_text_in_base64() -> None:
    sequence = osc52(URL)
    assert sequence is not None
    assert sequence.startswith("\x1b]52;c;")
    assert base64.b64decode(sequence.removeprefix("\x1b]52;c;").removesuffix("\a")).decode() == URL


def test_a_text_beyond_the_cap_makes_no_sequence() -> None:
    assert osc52("x" * (LARGEST // 4 * 3)) is not None
    assert osc52("x" * LARGEST) is None


def test_tmux_gets_every_escape_doubled_inside_its_own_wrapper() -> None:
    assert wrap("\x1b]52;c;QQ==\a", {"TMUX": "/tmp/t,1,0"}) == "\x1bPtmux;\x1b\x1b]52;c;QQ==\a\x1b\\"


def test_screen_gets_pieces_it_surely_passes_on_that_join_to_the_whole() -> None:
    sequence = f"\x1b]52;c;{'QUJD' * 100}\a"
    pieces = wrap(sequence, {"TERM": "screen-256color"}).split("\x1b\\")[:-1]
    assert all(piece.startswith("\x1bP") and len(piece) <= SCREEN_PIECE + 2 for piece in pieces)
    assert "".join(piece.removeprefix("\x1bP") for piece in pieces) == sequence


def test_nothing_wraps_the_sequence_for_a_plain_terminal() -> None:
    assert wrap("\x1b]52;c;QQ==\a", {"TERM": "xterm-256color"}) == "\x1b]52;c;QQ==\a"


def test_the_tool_of_this_machine_is_not_used_over_ssh(tmp_path: Path) -> None:
    tool = tmp_path / "xclip"
    tool.write_text("#!/bin/sh\n")
    tool.chmod(0o755)
    desktop = {"DISPLAY": ":0", "PATH": str(tmp_path)}
    assert native_tool(desktop) == ("xclip", "-selection", "clipboard")
    assert native_tool({**desktop, "SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"}) is None
    assert native_tool({"PATH": str(tmp_path)}) is None


def test_the_tool_is_given_the_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tool = tmp_path / "wl-copy"
    tool.write_text(f"#!/bin/sh\n/bin/cat > {tmp_path}/got\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    environ = {"WAYLAND_DISPLAY": "wayland-0", "PATH": str(tmp_path)}
    assert copy(App(), URL, "auto", environ=environ) == "Copied with wl-copy."
    assert (tmp_path / "got").read_text() == URL


def test_asking_for_a_tool_where_there_is_none_says_so() -> None:
    assert "no clipboard tool" in copy(App(), URL, "native", environ={})


async def test_without_a_desktop_the_text_is_sent_to_the_terminal() -> None:
    app: App[None] = App()
    async with app.run_test():
        assert app._driver is not None
        written: list[str] = []
        app._driver.write = written.append  # type: ignore[method-assign,assignment]
        assert copy(app, URL, environ={}) == SENT
        assert written == [osc52(URL)]
        assert copy(app, "x" * 100_000, environ={}) == TOO_LONG
        assert len(written) == 1

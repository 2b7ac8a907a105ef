"""The way out to a terminal that takes all at once, and to one that nobody reads."""

from __future__ import annotations

import os
import threading
import tty
from collections.abc import Iterator

import pytest

from linktui.ui.terminal.outlet import Outlet

MORE_THAN_FITS = bytes(range(32, 127)) * 5_000


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    """Give both sides of a terminal: the one that is read, and the program's."""
    reader, program = os.openpty()
    tty.setraw(program)
    yield reader, program
    os.close(program)
    os.close(reader)


def read(descriptor: int, size: int) -> bytes:
    """Read so many bytes."""
    found = bytearray()
    while len(found) < size:
        found += os.read(descriptor, size - len(found))
    return bytes(found)


def test_a_frame_is_with_the_terminal_when_send_returns(terminal: tuple[int, int]) -> None:
    reader, program = terminal
    taken: list[int] = []
    outlet = Outlet(program, taken.append)
    outlet.open()
    assert (outlet.send(b"abc"), outlet.send(b"def"), taken) == (b"", b"", [3, 6])
    assert read(reader, 6) == b"abcdef"
    outlet.close()


def test_what_a_terminal_does_not_take_waits_for_the_thread_in_its_order(terminal: tuple[int, int]) -> None:
    reader, program = terminal
    taken: list[int] = []
    outlet = Outlet(program, taken.append)
    outlet.open()
    rest = outlet.send(MORE_THAN_FITS)
    assert 0 < len(rest) < len(MORE_THAN_FITS)
    assert taken == [len(MORE_THAN_FITS) - len(rest)]
    assert outlet.send(b"behind it") == b"behind it"
    thread = threading.Thread(target=lambda: list(map(outlet.write, (rest, b"behind it"))))
    thread.start()
    assert read(reader, len(MORE_THAN_FITS) + 9) == MORE_THAN_FITS + b"behind it"
    thread.join()
    assert taken[-1] == len(MORE_THAN_FITS) + 9
    assert outlet.send(b"at once again") == b""
    outlet.close()


def test_a_terminal_that_cannot_be_opened_again_gets_all_from_the_thread() -> None:
    reader, program = os.pipe()
    outlet = Outlet(program, lambda _: None)
    outlet.open()
    assert outlet.send(b"abc") == b"abc"
    outlet.write(b"abc")
    assert read(reader, 3) == b"abc"
    os.close(program)
    os.close(reader)


def test_opening_it_again_leaves_the_terminal_of_others_as_it_blocks(terminal: tuple[int, int]) -> None:
    _, program = terminal
    outlet = Outlet(program, lambda _: None)
    outlet.open()
    assert os.get_blocking(program)
    outlet.close()

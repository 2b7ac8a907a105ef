"""Bring a terminal from what it shows to what it is to show, in as few bytes as there are ways found.

Textual writes the regions that were drawn anew, whole, each piece with its whole style. Over SSH a list whose
seconds tick pays for that every second. Here what the terminal shows is known cell by cell, and only cells
that differ are written.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import compress, groupby
from operator import is_not, ne, or_

from rich.color import ColorSystem
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from linktui.ui.terminal.cells import Row
from linktui.ui.terminal.colours import Look, behind, change
from linktui.ui.terminal.moves import move
from linktui.ui.terminal.shift import find_shift

BRIDGE = 3
"""Cells between two changed ones that are written again rather than jumped over."""
FEW = 400
"""Pieces up to which two orders of writing them are tried."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Neighbouring cells of one look, to be written at once."""

    column: int
    row: int
    cells: tuple[str, ...]
    look: Look

    @property
    def blank(self) -> bool:
        """Whether it shows nothing but its background."""
        return self.cells[0] == " " and all(cell == " " for cell in self.cells)


class Painter:
    """One terminal: `take` what is to be shown, and write what `paint` returns."""

    def __init__(self, colours: ColorSystem = ColorSystem.TRUECOLOR) -> None:
        self._colours = colours
        self._wanted: list[Row] = []
        self._shown: list[Row] = []
        self._touched: dict[int, tuple[int, int]] = {}
        """The lines in which something was drawn, and from which column to before which."""
        self._look: Look | None = None
        """How the terminal writes at the moment; None is what nobody knows."""

    @property
    def lines(self) -> list[str]:
        """What the terminal is to show, line by line."""
        return ["".join(row.texts) for row in self._wanted]

    def forget(self) -> None:
        """Take it that nothing is known of the terminal: all is painted again."""
        self._shown = [Row.unknown(len(row.texts)) for row in self._wanted]
        self._touched.clear()  # of a screen that may have had more lines
        self._touch_all()
        self._look = None

    def take(self, update: CompositorUpdate) -> bool:
        """Note what Textual drew and tell whether it was understood."""
        if isinstance(update, LayoutUpdate) and update.region.offset == (0, 0):
            self._take_whole(update)
        elif isinstance(update, ChopsUpdate):
            self._have_room(update)
            self._take_parts(update)
        else:
            return False
        return True

    def scroll(self, region: Region, lines: int) -> bool:
        """Note that the lines of a region moved up (down: negative) by so many; False if there are none such.

        For whoever draws only the new lines then; where they came from stays as it is until it is drawn.
        """
        left, top, right, bottom = *region.offset, region.right, region.bottom
        if bottom > len(self._wanted):
            return False
        order = range(top, bottom - lines) if lines > 0 else range(bottom - 1, top - lines - 1, -1)
        for at in order:
            self._wanted[at].put(left, self._wanted[at + lines], left, right)
        for at in range(top, bottom):
            self._touch(at, left, right)
        return True

    def draw(self, column: int, row: int, strip: Strip) -> None:
        """Note what stands on a part of a line from now on."""
        cells = Row.of(strip, self._colours)
        if row < len(self._wanted):
            self._wanted[row].put(column, cells, 0, len(cells.texts))
            # One more on both sides, as a wide character may have been cut in two there.
            self._touch(row, max(0, column - 1), column + len(cells.texts) + 1)

    def overwrite(self, column: int, row: int, old: str, new: str) -> bool:
        """Have other words stand where `old` does, as it looks; return False if it does not stand there.

        Both are as long, and of characters of one cell. It is for what changes while nothing else does.
        """
        if not 0 <= row < len(self._wanted):
            return False
        texts, end = self._wanted[row].texts, column + len(old)
        if texts[column:end] != list(old):
            return False
        texts[column:end] = new
        self._touch(row, column, end)
        return True

    def paint(self) -> str:
        """Return what makes the terminal show what it is to show; empty if it does."""
        changed = [at for at in sorted(self._touched) if self._differs(at)]
        moved = ""
        shift = find_shift(self._wanted, self._shown, [at for at in changed if self._mostly_touched(at)])
        if shift is not None:
            moved = shift.sequence
            shift.move(self._shown)
            for at in range(shift.top, shift.bottom):
                self._touch(at)
            # Most of what moved is as it is to be by now.
            changed = [at for at in sorted(self._touched) if self._differs(at)]
        pieces: list[Piece] = []
        for at in changed:
            span = self._touched[at]
            pieces += pieces_of(at, self._wanted[at], self._shown[at], span)
            self._shown[at].put(span[0], self._wanted[at], *span)
        self._touched.clear()
        return moved + self._written(pieces)

    def _differs(self, at: int) -> bool:
        first, last = self._touched[at]
        wanted, shown = self._wanted[at], self._shown[at]
        return (
            wanted.texts[first:last] != shown.texts[first:last]
            or wanted.looks[first:last] != shown.looks[first:last]
        )

    def _mostly_touched(self, at: int) -> bool:
        first, last = self._touched[at]
        return 2 * (last - first) > len(self._wanted[at].texts)

    def _touch(self, at: int, first: int = 0, last: int = 1 << 16) -> None:
        before = self._touched.get(at, (first, last))
        width = len(self._wanted[at].texts)
        self._touched[at] = min(first, before[0]), min(width, max(last, before[1]))

    def _touch_all(self) -> None:
        for at in range(len(self._wanted)):
            self._touch(at)

    def _written(self, pieces: Sequence[Piece]) -> str:
        if not pieces:
            return ""
        width = len(self._wanted[0].texts)
        ways = [write(pieces, self._look, width)]
        if 1 < len(pieces) <= FEW:
            ways.append(write(_by_look(pieces, self._look), self._look, width))
        sequence, self._look = min(ways, key=lambda way: len(way[0]))
        return sequence

    def _take_whole(self, update: LayoutUpdate) -> None:
        rows = [Row.of((one for strip in line for one in strip), self._colours) for line in update.strips]
        if [len(row.texts) for row in rows] != [len(row.texts) for row in self._wanted]:
            self._wanted = rows
            self.forget()
            return
        self._wanted = rows
        self._touch_all()

    def _have_room(self, update: ChopsUpdate) -> None:
        widths = [ends[-1] for ends in update.chop_ends]
        if widths != [len(row.texts) for row in self._wanted]:
            # What was not drawn yet is unknown on both sides, and so it is not painted.
            self._wanted = [Row.unknown(width) for width in widths]
            self.forget()

    def _take_parts(self, update: ChopsUpdate) -> None:
        for y, first, last in update.spans:
            for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
                if strip is not None and x < last and end > first:
                    begin = max(x, first)
                    cells = Row.of(strip, self._colours)
                    self._wanted[y].put(begin, cells, begin - x, min(end, last) - x)
            # One more on both sides, as a wide character may have been cut in two there.
            self._touch(y, max(0, first - 1), last + 1)


def pieces_of(at: int, wanted: Row, shown: Row, span: tuple[int, int]) -> Iterable[Piece]:
    """Yield what is to be written so that a line shows what it is to show between two columns."""
    for first, last in _differences(wanted, shown, *span):
        begin = first
        for look, cells in groupby(wanted.looks[first:last]):  # of equal looks there is but one
            end = begin + sum(1 for _ in cells)
            yield Piece(begin, at, tuple(wanted.texts[begin:end]), look)
            begin = end


def _differences(wanted: Row, shown: Row, first: int, last: int) -> list[tuple[int, int]]:
    """Return the ranges of cells that differ, with small gaps between them closed."""
    texts, part = wanted.texts, slice(first, last)
    other_texts = map(ne, texts[part], shown.texts[part])
    other_looks = map(is_not, wanted.looks[part], shown.looks[part])
    ranges: list[tuple[int, int]] = []
    for column in compress(range(first, last), map(or_, other_texts, other_looks)):
        # The second cell of a wide character is written with its first.
        begin = column - 1 if texts[column] == "" and column else column
        if ranges and _bridged(wanted, ranges[-1][1], begin):
            ranges[-1] = (ranges[-1][0], column + 1)
        else:
            ranges.append((begin, column + 1))
    # And the first takes its second along.
    return [(a, b + 1 if b < len(texts) and texts[b] == "" else b) for a, b in ranges]


def _bridged(wanted: Row, end: int, begin: int) -> bool:
    if begin <= end:
        return wanted.looks[end - 1] is wanted.looks[begin]
    if begin - end > BRIDGE:
        return False
    look = wanted.looks[end - 1]
    return all(one is look for one in wanted.looks[end : begin + 1])


def _by_look(pieces: Sequence[Piece], first: Look | None) -> list[Piece]:
    """Return pieces of one look after those of another, beginning with that which the terminal has."""
    order: dict[Look | None, int] = {first: 0}
    for piece in pieces:
        order.setdefault(piece.look, len(order))
    return sorted(pieces, key=lambda piece: order[piece.look])


def write(pieces: Iterable[Piece], look: Look | None, width: int) -> tuple[str, Look | None]:
    """Return what writes pieces in their order on a terminal that writes in a look, and its look then.

    The first is always sought out by its place: nobody but this need keep the cursor where it was.
    """
    place: tuple[int, int] | None = None
    sequence: list[str] = []
    for piece in pieces:
        wanted = behind(look, piece.look) if piece.blank else piece.look
        sequence += (move(place, (piece.column, piece.row)), change(look, wanted), *piece.cells)
        look = wanted
        end = piece.column + len(piece.cells)
        # At the right edge terminals differ, and so they do on how wide an unusual character is.
        place = (end, piece.row) if end < width and _sure(piece.cells) else None
    return "".join(sequence), look


def _sure(cells: tuple[str, ...]) -> bool:
    """Tell whether every terminal gives each one cell: letters, and signs that lines are made of."""
    text = "".join(cells)
    if len(text) != len(cells) or "" in cells:  # a character of several, or a wide one
        return False
    return text.isascii() or all(one < "\u1100" or "\u2010" <= one <= "\u27bf" for one in text)

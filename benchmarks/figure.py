"""A figure: what linktui took, what its peer took in the same run, and what is to be reached."""

from __future__ import annotations

import json
import statistics
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure, taken several times, beside a peer's where there is one.

    A `ratio` is ours by the peer's. A peer that is not installed has no samples, and `note` says so.
    """

    name: str
    unit: str
    ours: tuple[float, ...]
    peer: str = ""
    theirs: tuple[float, ...] = ()
    reach: str = ""
    """What is to be reached: `<= 120`, `>= 50000` of the median, or `<= 1.05 x`, `>= 15 x` of the ratio."""
    note: str = ""

    @property
    def median(self) -> float:
        """Our median."""
        return statistics.median(self.ours)

    @property
    def ratio(self) -> float | None:
        """Ours by the peer's: the median of the pairs' ratios, or the medians' where they are no pairs."""
        if not self.theirs or not all(self.theirs):
            return None
        if len(self.ours) == len(self.theirs):
            return statistics.median(mine / other for mine, other in zip(self.ours, self.theirs, strict=True))
        return self.median / statistics.median(self.theirs)

    @property
    def met(self) -> bool | None:
        """Whether what is to be reached is; None where nothing is said, or its peer is missing."""
        if not self.reach:
            return None
        sign, bound, *by_peer = self.reach.split()
        value = self.ratio if by_peer else self.median
        if value is None:
            return None
        return value <= float(bound) if sign == "<=" else value >= float(bound)


def paired(
    name: str,
    ours: Callable[[], float],
    peer_name: str,
    peer: Callable[[], float],
    *,
    runs: int,
    unit: str = "ms",
    scale: float = 1000.0,
    reach: str = "",
) -> Figure:
    """Run two timed acts (seconds each) A B A B …, after one warm-up of each."""
    ours()
    peer()
    pairs = [(ours() * scale, peer() * scale) for _ in range(runs)]
    return Figure(
        name=name,
        unit=unit,
        ours=tuple(mine for mine, _ in pairs),
        peer=peer_name,
        theirs=tuple(other for _, other in pairs),
        reach=reach,
    )


def shown(samples: tuple[float, ...]) -> str:
    """Return a median with its spread: `12.3 (11.9–14.0)`."""
    if not samples:
        return "–"
    if len(samples) == 1:
        return middle(samples)
    return f"{middle(samples)} ({_number(min(samples))}–{_number(max(samples))})"


def middle(samples: tuple[float, ...]) -> str:
    """Return a median in three digits, or whole from a thousand on."""
    return _number(statistics.median(samples))


def tell(figures: Iterable[Figure]) -> None:
    """Print figures as they come: for people, or with `--json` a line of JSON each."""
    for figure in figures:
        if "--json" in sys.argv:
            print(json.dumps(asdict(figure)), flush=True)
            continue
        line = f"{figure.name}: {shown(figure.ours)} {figure.unit}"
        if figure.peer:
            line += f" · {figure.peer}: {shown(figure.theirs)}"
        if figure.ratio is not None:
            line += f" · ratio {figure.ratio:.2f}"
        if figure.reach:
            verdict = {True: "reached", False: "NOT REACHED", None: "not compared"}[figure.met]
            line += f" · to reach {figure.reach}: {verdict}"
        print(line + (f" · {figure.note}" if figure.note else ""), flush=True)


def _number(value: float) -> str:
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"

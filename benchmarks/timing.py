"""Run two commands in turn and tell their medians and the ratio."""

from __future__ import annotations

import statistics
from collections.abc import Callable


def compare(
    name: str, ours: Callable[[], float], peer_name: str, peer: Callable[[], float], *, runs: int
) -> float:
    """Print the medians of two timed acts (seconds each), run A B A B …, after one warm-up.

    Returns the ratio of the first to the second.
    """
    ours()
    peer()
    pairs = [(ours(), peer()) for _ in range(runs)]
    mine = statistics.median(first for first, _ in pairs)
    theirs = statistics.median(second for _, second in pairs)
    ratio = statistics.median(first / second for first, second in pairs)
    print(
        f"{name}: {mine * 1000:.0f} ms · {peer_name}: {theirs * 1000:.0f} ms · "
        f"ratio {ratio:.2f}, {runs} pairs"
    )
    return ratio

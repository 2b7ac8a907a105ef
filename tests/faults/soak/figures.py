"""What the soak did, in figures, and whether the processes grew over it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from statistics import median
from typing import Any

from linktui.model.change import ChangeState
from tests.faults.soak.processes import Sample
from tests.faults.soak.reckoning import Reckoning
from tests.faults.soak.work import Work

MB = 1_000_000
GROWTH = 24 * MB
"""Memory that a process may hold more of at the end: its databases grow, and load is not always the same."""
MORE_DESCRIPTORS = 40
"""So many more may be open, as connections come and go."""
FEW = 8
"""Samples of which nothing can be said yet."""


class Figures:
    """The figures of one run."""

    def __init__(self, work: Work, reckoning: Reckoning, *, lines: dict[str, Any]) -> None:
        self._work = work
        self._reckoning = reckoning
        self._lines = lines

    def show(self) -> None:
        """Print them."""
        sys.stdout.write("\n" + "".join(f"{name:32}  {value}\n" for name, value in self.rows().items()))

    def rows(self) -> dict[str, str]:
        """Return them by name."""
        work, daemon = self._work, self._work.scene.daemon
        attempts = [attempt for cargo in work.cargoes for attempt in cargo.attempts]
        struck = ", ".join(f"{kind} {count:,}" for kind, count in sorted(self._lines["struck"].items()))
        plans = self._reckoning.plans
        sent = sum(one.size for one in work.cargoes)
        return {
            "kills of the daemon": f"{daemon.kills:,}",
            "faults of the lines": struck,
            "connections, bytes carried": f"{self._lines['connections']:,}, {self._lines['carried']:,}",
            "uploads by linktui": f"{len(work.cargoes):,}, {sent:,} bytes",
            "spoiled three times, retried": f"{work.retried:,}",
            "uploads by strangers": f"{len(work.handed_in):,}",
            "downloads begun": f"{len(attempts):,}",
            "downloads whole": f"{sum(one.whole for one in attempts):,}",
            "counted though cut at the end": f"{self._reckoning.counted_though_cut:,}",
            "changes of links by plans": f"{sum(plan.count(ChangeState.DONE) for plan in plans):,}",
            "daemon: memory, descriptors": _grown(daemon.lives),
            "link server: memory, descriptors": _grown(work.server),
        }

    def are_flat(self) -> None:
        """Assert that no process grew from the first quarter to the last."""
        for samples in (self._work.scene.daemon.lives, self._work.server):
            if len(samples) < FEW:
                continue
            first, last = _quarters(samples)
            assert last.rss - first.rss < GROWTH, (first, last)
            assert last.descriptors - first.descriptors < MORE_DESCRIPTORS, (first, last)


def _quarters(samples: Sequence[Sample]) -> tuple[Sample, Sample]:
    share = max(1, len(samples) // 4)
    return _median(samples[share : 2 * share] or samples), _median(samples[-share:])


def _median(samples: Sequence[Sample]) -> Sample:
    return Sample(int(median(one.rss for one in samples)), int(median(one.descriptors for one in samples)))


def _grown(samples: Sequence[Sample]) -> str:
    if not samples:
        return "-"
    (first, last), peak = _quarters(samples), max(one.rss for one in samples)
    most = max(one.descriptors for one in samples)
    return (
        f"{first.rss / MB:.0f} → {last.rss / MB:.0f} MB (at most {peak / MB:.0f}), "
        f"{first.descriptors} → {last.descriptors} (at most {most})"
    )

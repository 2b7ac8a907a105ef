"""Draw how costs grow as small panels in one SVG, the same bytes for the same figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl

mpl.use("svg")
mpl.rcParams |= {
    "svg.hashsalt": "linktui",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 9,
}

from matplotlib.figure import Figure

_LINE, _GRID = "#2a6f97", "#d8dee4"


@dataclass(frozen=True, slots=True)
class Panel:
    """One cost over sizes."""

    title: str
    unit: str
    sizes: Sequence[float]
    costs: Sequence[float]


def draw(path: Path, *, title: str, size: str, panels: Sequence[Panel], names: Sequence[str]) -> None:
    """Write the panels side by side; `size` says what grows, `names` how each size is called."""
    figure = Figure(figsize=(2.6 * len(panels), 2.7), layout="constrained")
    figure.suptitle(title, fontsize=10)
    for axes, panel in zip(figure.subplots(1, len(panels), squeeze=False)[0], panels, strict=True):
        axes.plot(panel.sizes, panel.costs, marker="o", markersize=4, color=_LINE)
        axes.set_xscale("log")
        axes.set_xticks(list(panel.sizes), labels=list(names))
        axes.minorticks_off()
        axes.set_ylim(0, max(panel.costs) * 1.25)
        axes.set_title(f"{panel.title}, {panel.unit}", fontsize=9)
        axes.set_xlabel(size)
        axes.grid(color=_GRID, linewidth=0.6)
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, format="svg", metadata={"Date": None})

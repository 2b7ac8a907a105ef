"""Run every benchmark and write `RESULTS.md`: the machine, the versions, medians, spread, ratios.

The README's table of what stands beside a peer is made from the same figures.

`report.py startup.py line.py` runs only those and keeps the other rows as they are.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from benchmarks.figure import Figure, middle, shown

SCRIPTS = (
    "startup.py",
    "commands.py",
    "list.py",
    "queries.py",
    "line.py",
    "sync.py",
    "bulk.py",
    "transfer.py",
    "upload.py",
    "s3.py",
    "server.py",
    "growth.py",
)
LIBRARIES = ("textual", "httpx", "aiohttp", "apsw", "granian")
KEPT = HERE / "results.json"
RESULTS = HERE / "RESULTS.md"
README = HERE.parent / "README.md"
SMALLER = ("1,000 links: ", "100,000 links: ")
"""How figures begin that the README leaves out: it has the same of a million."""
COMPARED = {"ms": "the time", "s": "the time", "MB": "as much", "B": "as much"}
BEGIN, END = "<!-- speed: `make bench` writes this -->", "<!-- speed ends -->"


def measured(script: str) -> list[Figure]:
    """Run one script; what it prints on stderr is passed on."""
    print(f"… {script}", file=sys.stderr, flush=True)
    command = [sys.executable, str(HERE / script), "--json"]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        print(f"{script} ended with {done.returncode}; its figures so far are kept", file=sys.stderr)
    return [_figure(json.loads(line)) for line in done.stdout.splitlines() if line.startswith("{")]


def table(script: str, figures: list[Figure]) -> str:
    """Return the rows of one script."""
    doc = next(line for line in (HERE / script).read_text().splitlines() if line.startswith('"""'))
    lines = [
        f"## {script}",
        "",
        doc.strip('"'),
        "",
        "| measure | linktui | peer | ratio | to reach | |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for figure in figures:
        peer = f"{figure.peer}: {shown(figure.theirs)}" if figure.peer else ""
        ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
        verdict = {True: "yes", False: "**no**", None: ""}[figure.met]
        note = f". {figure.note}" if figure.note and verdict else figure.note
        ours = f"{shown(figure.ours)} {figure.unit}"
        lines.append(f"| {figure.name} | {ours} | {peer} | {ratio} | {figure.reach} | {verdict}{note} |")
    return "\n".join(lines) + "\n"


def machine() -> str:
    """Return a line on what this was measured on."""
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in LIBRARIES)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)
    return (
        f"{datetime.now(UTC):%d %B %Y} · {os.cpu_count()} cores, {memory:.0f} GiB · {platform.system()} · "
        f"Python {platform.python_version()} · {versions}"
    )


def compared(figure: Figure) -> str:
    """Return the ratio in words: more is better of a speed, less of anything else."""
    assert figure.ratio is not None
    speed = figure.unit.endswith(("s/s", "a second", "MiB/s")) and "byte" not in figure.unit
    what = "the speed" if speed else COMPARED.get(figure.unit, "as many")
    return f"{figure.ratio:.2f} × {what}"


def beside_peers(figures: list[Figure]) -> str:
    """Return the README's table."""
    lines = ["| | linktui | beside | |", "| --- | --- | --- | --- |"]
    for figure in figures:
        if figure.ratio is not None and not figure.name.startswith(SMALLER):
            theirs = f"{figure.peer}: {middle(figure.theirs)}"
            lines.append(
                f"| {figure.name} | {middle(figure.ours)} {figure.unit} | {theirs} | {compared(figure)} |"
            )
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure, keep, write."""
    wanted = [name for name in sys.argv[1:] if name.endswith(".py")] or list(SCRIPTS)
    kept: dict[str, Any] = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    for script in wanted:
        kept[script] = [_plain(figure) for figure in measured(script)]
        KEPT.write_text(json.dumps(kept, indent=1) + "\n")
    rows = {name: [_figure(row) for row in kept[name]] for name in SCRIPTS if name in kept}
    parts = [
        "# What was measured\n",
        "Medians (least–most) of runs in turn with the peer, all in one go. Written by `make bench`.\n",
        machine() + "\n",
        *(table(script, figures) for script, figures in rows.items()),
    ]
    RESULTS.write_text("\n".join(parts))
    before, _, rest = README.read_text().partition(BEGIN)
    peers = beside_peers([figure for figures in rows.values() for figure in figures])
    README.write_text(f"{before}{BEGIN}\n{machine()}\n\n{peers}{END}{rest.partition(END)[2]}")
    print(f"wrote {RESULTS} and the table in {README}", file=sys.stderr)


def _figure(row: dict[str, Any]) -> Figure:
    return Figure(**row | {"ours": tuple(row["ours"]), "theirs": tuple(row["theirs"])})


def _plain(figure: Figure) -> dict[str, Any]:
    return {name: getattr(figure, name) for name in Figure.__slots__}


if __name__ == "__main__":
    main()

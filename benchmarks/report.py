"""Run every benchmark and write `RESULTS.md`: the machine, the versions, medians, spread, ratios.

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

from benchmarks.figure import Figure, shown

SCRIPTS = ("startup.py", "commands.py", "upload.py", "bulk.py", "list.py", "queries.py")
LIBRARIES = ("textual", "httpx", "aiohttp", "apsw", "granian")
KEPT = HERE / "results.json"
RESULTS = HERE / "RESULTS.md"


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


def main() -> None:
    """Measure, keep, write."""
    wanted = [name for name in sys.argv[1:] if name.endswith(".py")] or list(SCRIPTS)
    kept: dict[str, Any] = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    for script in wanted:
        kept[script] = [_plain(figure) for figure in measured(script)]
        KEPT.write_text(json.dumps(kept, indent=1) + "\n")
    parts = [
        "# What was measured\n",
        "Medians (least–most) of runs in turn with the peer, all in one go. Written by `make bench`.\n",
        machine() + "\n",
        *(table(script, [_figure(row) for row in kept[script]]) for script in SCRIPTS if script in kept),
    ]
    RESULTS.write_text("\n".join(parts))
    print(f"wrote {RESULTS}", file=sys.stderr)


def _figure(row: dict[str, Any]) -> Figure:
    return Figure(**row | {"ours": tuple(row["ours"]), "theirs": tuple(row["theirs"])})


def _plain(figure: Figure) -> dict[str, Any]:
    return {name: getattr(figure, name) for name in Figure.__slots__}


if __name__ == "__main__":
    main()

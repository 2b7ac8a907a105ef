"""Say what is missing from a wheel, or should not be in it: `python .ci/check_wheel.py dist/*.whl`.

A wheel that was built from the tree and one that was built from the sdist have to hold the same.
"""

from __future__ import annotations

import sys
from pathlib import Path
from zipfile import ZipFile

ROOT = Path(__file__).parents[1]
WHERE = {
    "src/linktui": "linktui",
    "themes": "linktui/themes",
    "man": "share/man/man1",
}
"""Directories of the tree, and where an installation has them."""


def wanted() -> dict[str, bytes]:
    """Return every file that the package needs, by its name in the wheel."""
    found = {}
    for base, inside in WHERE.items():
        for path in sorted((ROOT / base).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                found[f"{inside}/{path.relative_to(ROOT / base).as_posix()}"] = path.read_bytes()
    return found


def faults(wheel: Path) -> list[str]:
    """Return what is wrong with a wheel, a sentence each."""
    with ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if not name.endswith("/")}
        theirs = {
            name.rpartition(".data/data/")[2]: archive.read(name)
            for name in names
            if ".dist-info/" not in name
        }
        entries = "".join(archive.read(name).decode() for name in names if name.endswith("entry_points.txt"))
        licences = [name for name in names if "/licenses/" in name]
    ours = wanted()
    found = [f"{name} is missing" for name in sorted(ours.keys() - theirs.keys())]
    found += [f"{name} should not be in it" for name in sorted(theirs.keys() - ours.keys())]
    found += [
        f"{name} is not as in the tree" for name in sorted(ours) if theirs.get(name, ours[name]) != ours[name]
    ]
    if "linktui = linktui.__main__:main" not in entries:
        found.append("the command linktui is missing")
    return found if licences else [*found, "the licence is missing"]


def main(wheels: list[str]) -> int:
    """Print what is wrong with each wheel; return 1 if anything is."""
    told = [f"{wheel}: {fault}" for wheel in wheels for fault in faults(Path(wheel))]
    sys.stdout.write("".join(f"{line}\n" for line in told or ["Nothing is missing."]))
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

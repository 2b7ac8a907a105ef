"""Write what is wrong with a sheet above the lines where it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from linktui.model.sheet import Fault
from linktui.model.text import clean

NOTE = "#!"
BOM = "\ufeff"


def annotated(text: str, faults: Iterable[Fault]) -> str:
    """Return a text with each fault above its line, without older notes; all else as it is."""
    said: dict[int, list[str]] = defaultdict(list)
    for fault in faults:
        said[fault.line].append(fault.sentence)
    mark = BOM if text.startswith(BOM) else ""
    lines = text.removeprefix(BOM).split("\n")
    ending = "\r" if lines[0].endswith("\r") else ""
    kept: list[str] = []
    for number, line in enumerate(lines, start=1):
        kept += [f"{NOTE} {clean(sentence)}{ending}" for sentence in said.get(number, ())]
        if not is_note(line):
            kept.append(line)
    return mark + "\n".join(kept)


def is_note(line: str) -> bool:
    """Tell whether a line is a note of ours."""
    return line.lstrip().startswith(NOTE)

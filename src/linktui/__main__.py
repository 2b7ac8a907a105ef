"""Run the program: `python -m linktui`, and the entry point `linktui`."""

from __future__ import annotations

import gc
import sys

YOUNG = 10_000
"""Objects made between two looks for garbage: at Python's own 700 they would be a tenth of all imports."""


def main() -> None:
    """Run the command line and end the process with its exit code."""
    arguments = sys.argv[1:]
    code = _open_warm(arguments) if _opens_screens(arguments) else None
    sys.exit(_start(arguments) if code is None else code)


def _opens_screens(arguments: list[str]) -> bool:
    """Tell whether the screens are asked for, and not to be started anew: a command is a word of its own."""
    return all(word.startswith("--") for word in arguments) and "--no-warm" not in arguments


def _open_warm(arguments: list[str]) -> int | None:
    from linktui.warm.door import knock  # here, because a command is not to wait for it

    return knock(arguments)


def _start(arguments: list[str]) -> int:
    """Import what the command line needs, which a face behind the warm door has already, and do it."""
    from linktui.late_dataclasses import compile_when_called

    compile_when_called()
    gc.set_threshold(YOUNG)
    if _opens_screens(arguments):
        gc.disable()  # until the first of them is painted: until then next to nothing is thrown away
    from linktui.cli.main import main as run

    return run(arguments)


if __name__ == "__main__":
    main()

"""Run the program: `python -m linktui`, and the entry point `linktui`."""

from __future__ import annotations

import sys

from linktui.warm.door import knock


def main() -> None:
    """Run the command line and end the process with its exit code."""
    code = knock(sys.argv[1:])
    if code is None:
        from linktui.cli.main import main as run  # here, because a face behind the warm door has it already

        code = run(sys.argv[1:])
    sys.exit(code)


if __name__ == "__main__":
    main()

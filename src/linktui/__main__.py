"""Run the program: `python -m linktui`, and the entry point `linktui`."""

from __future__ import annotations

import sys

from linktui.cli.main import main as run


def main() -> None:
    """Run the command line and end the process with its exit code."""
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()

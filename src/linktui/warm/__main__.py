"""Be the warm process of a data directory: `python -m linktui.warm DIRECTORY`, started by the daemon.

It ends when its stdin does, which is a pipe that the daemon holds.
"""

from __future__ import annotations

import sys
from pathlib import Path

from linktui.warm.host import Host
from linktui.warm.preload import preload


def main() -> int:
    """Import everything, then serve; in a face, be it. Return the exit code."""
    preload()
    face = Host(Path(sys.argv[1]), lifeline=0).serve()
    return 0 if face is None else face.run()


if __name__ == "__main__":
    sys.exit(main())

"""Be the warm process of a data directory: `python -m linktui.warm DIRECTORY`, started by the daemon.

It ends when its stdin does, which is a pipe that the daemon holds.
"""

from __future__ import annotations

import gc
import sys
from pathlib import Path

from linktui.__main__ import YOUNG
from linktui.late_dataclasses import compile_when_called
from linktui.warm.host import Host


def main() -> int:
    """Import everything, then serve; in a face, be it. Return the exit code."""
    compile_when_called()  # and the collector, as a face has them that starts the plain way
    gc.set_threshold(YOUNG)
    from linktui.warm.preload import preload

    preload()
    face = Host(Path(sys.argv[1]), lifeline=0).serve()
    return 0 if face is None else face.run()


if __name__ == "__main__":
    sys.exit(main())

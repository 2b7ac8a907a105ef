"""Daemons and link servers that strace kills at their Nth call, forked from one process that has everything
imported.

A line of JSON on stdin starts one. Its process id is told at once, its exit code when it has ended.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from linktui.cli import main as cli_main
from linktui.cli import serve
from linktui.config.locations import Locations
from linktui.daemon import main as daemon_main
from tests.faults.client_killed_daemon import WARM, open_until_over
from tests.faults.strace import be_traced

IMPORTED = (*WARM, serve)


def _run(wanted: dict[str, Any]) -> int:
    if wanted["calls"]:
        be_traced(wanted["calls"], wanted["last"], Path(wanted["log"]))
    home = Path(wanted["home"])
    if wanted["what"] == "daemon":
        return daemon_main.run(Locations.below(home), open_house=open_until_over)
    return cli_main.main(["serve", "--directory", str(home), "--port", str(wanted["port"])])


def _tell(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def main() -> None:
    for line in sys.stdin:
        if (pid := os.fork()) == 0:
            os._exit(_run(json.loads(line)))
        _tell(pid)
        _tell(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


if __name__ == "__main__":
    main()

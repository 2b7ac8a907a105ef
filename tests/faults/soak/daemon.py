"""linktui's daemon as ever, but that the road to its own link server is one that fails."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from linktui.config.locations import Locations
from linktui.daemon import main as daemon_main
from linktui.providers.local import provider
from linktui.providers.local.address import Address, load_address
from linktui.wiring import build


def main() -> int:
    home, road = sys.argv[1:]

    def leading_astray(directory: Path) -> Address:
        return replace(load_address(directory), url=road)

    vars(provider)["load_address"] = leading_astray
    return daemon_main.run(Locations.below(Path(home)), open_house=build)


if __name__ == "__main__":
    sys.exit(main())

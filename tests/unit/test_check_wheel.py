"""What `.ci/check_wheel.py` finds out about a wheel."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / ".ci" / "check_wheel.py"


def check(wheel: Path) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(wheel)], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout


def test_a_wheel_that_lacks_something_is_told_of(tmp_path: Path) -> None:
    whole, poor = tmp_path / "whole.whl", tmp_path / "poor.whl"
    files = [path for path in (ROOT / "src" / "linktui").rglob("*") if path.is_file()]
    names = {path: f"linktui/{path.relative_to(ROOT / 'src' / 'linktui')}" for path in files}
    names |= {path: f"linktui/themes/{path.name}" for path in (ROOT / "themes").iterdir()}
    names[ROOT / "man" / "linktui.1"] = "linktui-1.data/data/share/man/man1/linktui.1"
    with ZipFile(whole, "w") as good, ZipFile(poor, "w") as bad:
        for path, name in names.items():
            if "__pycache__" not in name:
                good.write(path, name)
                if not name.endswith(("languages/de.toml", "themes/linktui.toml")):
                    bad.write(path, name)
        good.writestr(
            "linktui-1.dist-info/entry_points.txt", "[console_scripts]\nlinktui = linktui.__main__:main\n"
        )
        good.writestr("linktui-1.dist-info/licenses/LICENSE", "MIT")
        bad.writestr("tests/left.py", "")
    assert check(whole) == (0, "Nothing is missing.\n")
    code, told = check(poor)
    assert code == 1
    for sentence in (
        "linktui/linkserver/languages/de.toml is missing",
        "linktui/themes/linktui.toml is missing",
        "tests/left.py should not be in it",
        "the command linktui is missing",
        "the licence is missing",
    ):
        assert f"{poor}: {sentence}" in told

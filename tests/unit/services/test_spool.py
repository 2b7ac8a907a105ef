"""What linktui makes itself to upload is whole before it counts as there."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from linktui.model.errors import SourceUnreadable, StorageUnusable
from linktui.services.spool import spool_stream, spool_zip


async def test_a_stream_becomes_a_file_of_its_own(tmp_path: Path) -> None:
    path = await spool_stream(io.BytesIO(b"x" * 3_000_000), tmp_path)
    assert path.read_bytes() == b"x" * 3_000_000
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


async def test_a_spool_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(StorageUnusable):
        await spool_stream(io.BytesIO(b"x"), tmp_path / "none")


def test_a_folder_becomes_one_zip_with_its_own_name_inside(tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    (folder / "old").mkdir(parents=True)
    (folder / "b.log").write_text("b")
    (folder / "old" / "a.log").write_text("a")
    (folder / "link").symlink_to(folder / "b.log")
    (tmp_path / "spool").mkdir()
    with zipfile.ZipFile(spool_zip(folder, tmp_path / "spool")) as archive:
        assert archive.namelist() == ["logs/b.log", "logs/old/a.log"]
        assert archive.read("logs/old/a.log") == b"a"


def test_a_folder_that_vanishes_leaves_nothing_half_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "spool").mkdir()
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "a").write_text("a")

    def fail(*arguments: object) -> None:
        raise FileNotFoundError(2, "No such file or directory", str(tmp_path / "logs" / "a"))

    monkeypatch.setattr(zipfile.ZipFile, "write", fail)
    with pytest.raises(SourceUnreadable) as caught:
        spool_zip(tmp_path / "logs", tmp_path / "spool")
    assert caught.value.path.name == "a"
    assert list((tmp_path / "spool").iterdir()) == []

"""`linktui demo` has a link and an upload in every state that can be shown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from linktui.model.link import Link, LinkState
from tests.cli.conftest import Shell


def test_the_demo_shows_every_state(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def download(link: Link) -> None:
        shell.provider.links[link.id] = replace(link, downloads=1)

    monkeypatch.setenv("LINKTUI_HOME", "")
    monkeypatch.setattr("linktui.cli.demo_scene._download", download)
    shell.run("demo", "--fill-only", "--home", str(tmp_path / "home"))
    links = shell.array("links", "list", "--ended")
    assert {link["state"] for link in links} == set(LinkState)
    assert {link["kind"] for link in links} == {"view", "download", "upload"}
    assert 50 <= len(links) <= 70
    states = {upload["state"] for upload in shell.array("uploads", "list")}
    wanted = {"done", "paused", "source_changed", "failed", "conflict", "uploading", "queued"}
    assert not wanted - states

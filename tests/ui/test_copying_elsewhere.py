"""An e-mail is handed to the desktop where there is one, else copied; a password is copied apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from linktui.ui.dialogs.made import MadeDialog
from linktui.ui.terminal import opener
from linktui.ui.terminal.opener import open_elsewhere
from tests.ui.program import World, program, toasts
from tests.ui.shell import press

ADDRESS = "mailto:?subject=a&body=b"


def test_the_desktop_is_asked_where_somebody_sits_at_one(tmp_path: Path) -> None:
    tool = tmp_path / "xdg-open"
    tool.write_text("#!/bin/sh\nexit 0\n")
    here = {"DISPLAY": ":0", "PATH": str(tmp_path)}
    assert not open_elsewhere(ADDRESS, environ=here)  # it cannot be run
    tool.chmod(0o700)
    assert open_elsewhere(ADDRESS, environ=here)
    assert not open_elsewhere(ADDRESS, environ=here | {"SSH_TTY": "/dev/pts/1"})
    assert not open_elsewhere(ADDRESS, environ={"PATH": str(tmp_path)})


async def test_an_email_is_opened_or_copied(
    world: World, copied: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    handed: list[str] = []

    def hand(address: str) -> bool:
        handed.append(address)
        return len(handed) == 1

    monkeypatch.setattr(opener, "open_elsewhere", hand)
    [link] = await world.seed("a b.pdf")
    async with program(world) as (app, pilot):
        await press(pilot, "Y", "e")
        assert toasts(app) == ["Handed to your e-mail program."]
        assert handed[0].startswith("mailto:?subject=a%20b.pdf&body=a%20b.pdf%20%280%20B%29%3A%0D%0Ahttp")
        await press(pilot, "Y", "e")
        assert copied == handed[1:]
        assert "the address is copied" in toasts(app)[0]
        assert link.url not in " ".join(toasts(app))


async def test_the_password_of_a_new_link_can_be_copied_apart(world: World, copied: list[str]) -> None:
    async with program(world) as (app, pilot):
        await press(pilot, "n")
        app.screen.query_one("#password").focus()
        await press(pilot, *"geheim", "enter")
        assert isinstance(app.screen, MadeDialog)
        [link] = world.provider.links.values()
        await press(pilot, "p", "escape")
        assert copied == [link.url, "geheim"]
        assert app.screen.title == "Links"

"""Copy links in a way that is asked for; an e-mail is opened where there is a program for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from textual.screen import Screen

from linktui.model.copying import Way
from linktui.model.link import Link
from linktui.services.house import Services
from linktui.ui.dialogs.copy_as import CopyAsDialog


def copy_as(
    screen: Screen[None], services: Services, links: Sequence[Link], *, copy: Callable[[str], None]
) -> None:
    """Ask for a way, and copy the links written so."""

    def now(link: Link) -> datetime:
        return services.links.now(link.account)

    def take(way: Way | None) -> None:
        if way is None:
            return
        text = way.write(links, now)
        if text.startswith("mailto:"):
            from linktui.ui.terminal.opener import open_elsewhere

            if open_elsewhere(text):
                screen.notify("Handed to your e-mail program.", markup=False)
                return
            screen.notify("No e-mail program can be opened from here: the address is copied.", markup=False)
        copy(text)

    screen.app.push_screen(CopyAsDialog(links, services.templates, now), take)

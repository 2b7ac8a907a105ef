"""Run the hooks of a house, and notify on the desktop while no screen is open."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from linktui.config.loading import load_settings
from linktui.config.settings import Settings
from linktui.services.desktop import desktop_tool, show_on_desktop
from linktui.services.hooks import HookRunner, Wishes
from linktui.services.house import House
from linktui.storage.errands import Errands


def open_hooks(house: House, guard: Callable[[], AbstractContextManager[None]]) -> HookRunner:
    """Return what runs the hooks of a data directory; `guard` lets a full disk pass."""
    services = house.services
    wishes = _Wishes(house)

    async def notify(errands: Errands) -> None:
        desktop = wishes.latest[1].desktop
        tool = None if desktop == "off" else desktop_tool()
        if tool is None or services.presence.anybody():
            return  # a screen says it, now or when the next one is opened
        for sentence in services.happenings.sentences(await errands.take_notices(at=services.clock())):
            await show_on_desktop(tool, sentence)

    return HookRunner(
        database=house.database,
        happenings=services.happenings,
        wishes=wishes,
        notify=notify,
        guard=guard,
        clock=services.clock,
    )


class _Wishes:
    """The hooks in the configuration file, read again when the file has changed."""

    def __init__(self, house: House) -> None:
        self._path = house.locations.settings_file
        self._mark = self._marked()
        self.latest = _wishes_of(house.settings)

    def __call__(self) -> Wishes:
        mark = self._marked()
        if mark != self._mark:
            self._mark = mark
            self.latest = _wishes_of(load_settings(self._path))
        return self.latest

    def _marked(self) -> tuple[int, int] | None:
        try:
            status = self._path.stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_ino


def _wishes_of(settings: Settings) -> Wishes:
    return settings.hooks, settings.notify

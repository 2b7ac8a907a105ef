"""The frame that every screen of the program has: a header line above, the keys below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.events import Key, ScreenResume
from textual.widget import Widget

from linktui.model.records import Record
from linktui.services.house import Services
from linktui.ui.counting import Count
from linktui.ui.current import CurrentAccount
from linktui.ui.hints import hint
from linktui.ui.messages import FilesChanged, LinksChanged, PlansChanged, TransfersChanged
from linktui.ui.terminal.whole import WholeScreen
from linktui.ui.widgets.header import Header
from linktui.ui.widgets.key_line import KeyLine
from linktui.ui.widgets.pending import PendingStrip


class Framed(WholeScreen):
    """A screen with a header, a line of keys, and above that what waits to be sent, if anything."""

    undo_command: ClassVar[str] = "undo"
    """The command that undoes here, whose key the strip of what waits names."""
    shown_plan: int | None = None
    """The plan that the screen is about, which its header need not show then."""

    place: ClassVar[str] = ""
    """What a command of the user's own calls this screen; empty where there can be none."""

    MORE_HELP: ClassVar[Sequence[tuple[str, list[tuple[str, str]]]]] = ()
    """What the help explains of this screen besides its keys: sections of entries."""

    def __init__(self, services: Services, *, current: CurrentAccount | None = None) -> None:
        super().__init__()
        self.services = services
        self.current_account = current or CurrentAccount()
        if self.place and services.own_commands:
            from linktui.ui.own_commands import bind_commands

            bind_commands(self, self.place, services.own_commands, services.keys.all())
        self._count = Count()

    def frame(self) -> tuple[Sequence[Widget], Sequence[Widget]]:
        """Return the header, and the strip of what waits with the line of keys."""
        header = Header(
            self.services, mode=self.app.current_mode, current=self.current_account, plan_id=self.shown_plan
        )
        undo = f"{{{self.undo_command}}}"
        return (header,), (PendingStrip(self.services, key=lambda: hint(self, undo)), KeyLine())

    async def on_key(self, event: Key) -> None:
        """Take the digits of a count, and do what follows them so many times."""
        if self._count.takes(event, self):
            event.stop()
            self.query_one(KeyLine).say(f"{self._count.number} times …  Esc forgets the count")
        elif self._count.digits:
            event.stop()
            await self._do_counted(event)

    async def _do_counted(self, event: Key) -> None:
        found = self._count.action(event, self)
        self._count.digits = ""
        self.query_one(KeyLine).say("")
        if event.key == "escape":
            return
        if isinstance(found, str):
            self.notify(found, markup=False)
        else:
            await self.app.run_action(*found)

    def records(self) -> Sequence[Record]:
        """Return what a command of the user's own would be about."""
        return ()

    def action_own_command(self, name: str) -> None:
        """Run a command of the user's own; it goes on when this screen is left."""
        from linktui.ui.own_commands import run_on

        command = self.services.own_commands[name]
        self.app.run_worker(run_on(self, name, command, self.records()), group="own-command")

    @on(PlansChanged)
    def _show_pending(self) -> None:
        for strip in self.query(PendingStrip):
            strip.show()

    def show_account(self) -> None:
        """Show what belongs to the account that is chosen now."""

    def on_screen_resume(self, event: ScreenResume) -> None:
        """Catch up on what changed while another screen was up."""
        self.show_account()
        for header in self.query(Header):
            header.show()
        self.post_message(LinksChanged())
        self.post_message(FilesChanged())
        self.post_message(PlansChanged())
        self.post_message(TransfersChanged(self.services.transfers.snapshot()))
        self.soon_whole(event)

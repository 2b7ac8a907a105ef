"""The Uploads screen: the queue as it runs, and all that can be done to it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType

from linktui.model.phrases import rate_text
from linktui.model.records import Record, upload_record
from linktui.model.text import clean
from linktui.model.transfer import Transfer, TransferState
from linktui.services.house import Services
from linktui.ui.commands import command
from linktui.ui.current import CurrentAccount
from linktui.ui.messages import OpenLink, TransfersChanged
from linktui.ui.screens.framed import Framed
from linktui.ui.screens.marking import Marking
from linktui.ui.widgets.pane import Pane
from linktui.ui.widgets.queue import Queue
from linktui.ui.widgets.transfer_details import TransferDetails

if TYPE_CHECKING:
    from linktui.ui.offered import Offer

_OVER = {TransferState.DONE, TransferState.CANCELLED, TransferState.CANCELLING}


class UploadsScreen(Marking, Framed):
    """The queue with a strip of details below; acts are about the marked uploads, else the row."""

    TITLE = "Uploads"
    place = "uploads"
    BINDINGS: ClassVar[list[BindingType]] = [
        command(
            "enter,l,right", "open", "Open", "Open its link, settle its conflict, say its error.", shown=True
        ),
        command("p", "pause", "Pause", "Pause, or let what is paused go on.", shown=True),
        command("r", "retry", "Retry", "Try again now what failed or waits.", shown=True),
        command("x", "cancel", "Cancel", "Cancel the upload, after a question.", shown=True),
        command("y", "copy", "Copy", "Copy the link of a finished upload.", shown=True),
        command("c", "clear_finished", "Clear", "Take finished uploads out of the list.", shown=True),
        command(
            "b",
            "bandwidth",
            "Bandwidth",
            "Limit the bytes a second of all uploads together.",
            takes="2MB, or none",
        ),
        command(
            "K,shift+up",
            "reorder(-1)",
            "Move up",
            "Move the upload up the line.",
            id="move-up",
            counted="reorder(-{count})",
        ),
        command(
            "J,shift+down",
            "reorder(1)",
            "Move down",
            "Move the upload down the line.",
            id="move-down",
            counted="reorder({count})",
        ),
        command("space,v", "mark", "Mark", "Mark or unmark the upload.", counted="mark({count})"),
        command("a", "mark_all", "Mark all", "Mark every upload that is shown."),
        command("A", "invert", "Invert marks", "Turn all marks around."),
        command(
            "slash",
            "filter",
            "Filter",
            "Show only uploads with these words; Esc takes it away.",
            takes="words",
        ),
        command("escape", "clear", "Clear marks", "Take the filter away, and if there is none the marks."),
    ]

    def __init__(
        self, services: Services, *, clipboard: str = "auto", current: CurrentAccount | None = None
    ) -> None:
        super().__init__(services, current=current)
        self._clipboard = clipboard
        self.queue = Queue(now=services.clock)
        self.details = TransferDetails("")
        self._keys_for: Sequence[str] = ()

    @property
    def marking(self) -> Queue:
        """The queue."""
        return self.queue

    def compose(self) -> ComposeResult:
        """Lay out the queue and the details of its current row."""
        yield self.queue
        yield self.details

    def on_mount(self) -> None:
        """Show the queue as it is and keep its countdowns true."""
        self.queue.take(self.services.transfers.snapshot())
        self.set_focus(self.queue.table)
        self.set_interval(1, self._tick)

    @on(TransfersChanged)
    def _take(self, event: TransfersChanged) -> None:
        self.queue.take(event.transfers)

    @on(Pane.Highlighted)
    def _show_details(self, event: Pane.Highlighted) -> None:
        event.stop()
        self.details.show(self.queue.current, self.services.clock())
        self._adapt_keys()

    def _adapt_keys(self) -> None:
        if self.prominent() != self._keys_for:
            self._keys_for = self.prominent()
            self.refresh_bindings()

    @on(Pane.Opened)
    def _open(self, event: Pane.Opened) -> None:
        event.stop()
        self.action_open()

    def records(self) -> Sequence[Record]:
        """Return the chosen uploads."""
        return [upload_record(one) for one in self.queue.chosen]

    def prominent(self) -> Sequence[str]:
        """Return the commands that matter for the upload under the cursor."""
        current = self.queue.current
        if current is None:
            return ("files", "links", "bandwidth", "palette")
        if current.state is TransferState.DONE:
            return ("open", "copy", "clear-finished", "mark", "bandwidth", "filter")
        if current.state.settled:
            return ("open", "retry", "clear-finished", "mark", "bandwidth", "filter")
        return ("pause", "cancel", "retry", "move-up", "move-down", "bandwidth")

    def action_open(self) -> None:
        """Open the finished upload's link, settle its conflict, or say its last error."""
        current = self.queue.current
        if current is None:
            return
        if current.state is TransferState.CONFLICT:
            self._settle(current)
        elif current.link_id:
            self.post_message(OpenLink(current.account, current.link_id))
        elif current.error:
            self.notify(clean(current.error), severity="error", markup=False)
        else:
            self.notify("It has no link yet; it opens here once it is done.", markup=False)

    def action_pause(self) -> None:
        """Pause the chosen uploads, or let them go on when all of them are paused."""
        chosen = [one for one in self.queue.chosen if not one.state.settled]
        paused = [one for one in chosen if one.state is TransferState.PAUSED]
        if chosen and len(paused) == len(chosen):
            self._act(self.services.transfers.resume, paused, "no upload is paused")
        else:
            self._act(self.services.transfers.pause, chosen, "it cannot be paused any more")

    def action_retry(self) -> None:
        """Have the chosen uploads tried again, now."""
        self._act(
            self.services.transfers.retry, self.queue.chosen, "only what failed or waits is tried again"
        )

    def action_cancel(self) -> None:
        """Cancel the chosen uploads, once that is confirmed."""
        chosen = [one for one in self.queue.chosen if one.state not in _OVER]
        if chosen:
            self._confirm_cancel(chosen)
        elif self.queue.chosen:
            self.notify("It is over already; c clears what is finished.", markup=False)

    def action_copy(self) -> None:
        """Copy the links of the chosen uploads that have one."""
        urls = list(dict.fromkeys(one.url for one in self.queue.chosen if one.url))
        if not urls:
            self.notify("There is no link yet; it is there once the upload is done.", markup=False)
            return
        from linktui.ui.terminal.clipboard import copy

        self.notify(copy(self.app, "\n".join(urls), self._clipboard), markup=False)

    def action_reorder(self, steps: int) -> None:
        """Move the upload under the cursor up or down the line."""
        if self.queue.current is not None:
            self._reorder(self.queue.current, steps)

    def action_clear_finished(self) -> None:
        """Take finished and cancelled uploads out of the list; their files and links stay."""
        self._clear_finished()

    def offers(self, command_id: str, typed: str) -> Sequence[Offer] | None:
        """Return what the limit can be."""
        from linktui.ui.dialogs.bandwidth import parse_rate
        from linktui.ui.offering import meaning

        if command_id != "bandwidth":
            return None
        return meaning(typed, lambda text: rate_text(rate) if (rate := parse_rate(text)) else "no limit")

    def action_bandwidth(self, text: str = "") -> None:
        """Limit the bytes a second of all uploads together."""
        from linktui.ui.dialogs.bandwidth import BandwidthDialog, parse_rate

        if text:
            self._limit_bandwidth(parse_rate(text))
            return

        self.app.push_screen(BandwidthDialog(self.services.transfers.bandwidth_limit), self._take_limit)

    def action_filter(self, text: str = "") -> None:
        """Type a filter."""
        self.queue.type_filter(text) if text else self.queue.open_filter()

    @work(exclusive=True, group="act-on-uploads")
    async def _act(
        self, act: Callable[[Iterable[str]], Awaitable[int]], chosen: Iterable[Transfer], nothing: str
    ) -> None:
        done = await act([one.id for one in chosen])
        self._reload()
        if not done:
            self.notify(f"Nothing changed: {nothing}.", markup=False)

    @work(exclusive=True, group="cancel-uploads")
    async def _confirm_cancel(self, chosen: list[Transfer]) -> None:
        from linktui.ui.dialogs.confirm import ConfirmDialog

        name = f"“{clean(chosen[0].name, limit=48)}”"
        what = name if len(chosen) == 1 else f"{name} and {len(chosen) - 1} more"
        text = f"Cancel the upload of {what}? What was sent so far is forgotten at the service."
        if await self.app.push_screen_wait(ConfirmDialog("Cancel upload", text, action="Cancel upload")):
            await self.services.transfers.cancel([one.id for one in chosen])
            self.queue.clear_marks()
            self._reload()

    @work(exclusive=True, group="settle-conflict")
    async def _settle(self, asking: Transfer) -> None:
        from linktui.ui.dialogs.conflict import ConflictDialog

        others = [
            one for one in self.queue.transfers if one.state is TransferState.CONFLICT and one.id != asking.id
        ]
        choice = await self.app.push_screen_wait(ConflictDialog(asking, others=len(others)))
        if choice is not None:
            asked = [asking, *others] if choice.for_all else [asking]
            await self.services.transfers.decide([one.id for one in asked], choice.choice)
            self._reload()

    @work(exclusive=True, group="reorder-uploads")
    async def _reorder(self, transfer: Transfer, steps: int) -> None:
        await self.services.transfers.move(transfer.id, steps=steps)
        self._reload()

    @work(exclusive=True, group="clear-uploads")
    async def _clear_finished(self) -> None:
        gone = await self.services.transfers.clear()
        self._reload()
        done = f"{gone} upload{'s' if gone != 1 else ''} cleared; files and links stay."
        self.notify(done if gone else "Nothing is finished yet.", markup=False)

    def _take_limit(self, rate: int | None) -> None:
        if rate is not None:
            self._limit_bandwidth(rate)

    @work(exclusive=True, group="limit-bandwidth")
    async def _limit_bandwidth(self, rate: int) -> None:
        await self.services.transfers.limit_bandwidth(rate)
        limited = f"All uploads together take at most {rate_text(rate)}."
        self.notify(limited if rate else "Uploads are not limited any more.", markup=False)

    def _reload(self) -> None:
        self.queue.take(self.services.transfers.snapshot())

    def _tick(self) -> None:
        self.queue.tick()
        if self.queue.waits:
            self.details.show(self.queue.current, self.services.clock())

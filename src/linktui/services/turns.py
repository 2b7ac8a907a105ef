"""Choose whose turn it is: what of the queue is started next, small files of one account together."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import datetime

from linktui.model.errors import InvalidInput
from linktui.model.transfer import OnConflict, Transfer, TransferState
from linktui.providers.base import SendsParcels
from linktui.services.accounts import AccountService
from linktui.services.backoff import is_due
from linktui.services.parcel import MOST_BYTES, MOST_FILES
from linktui.services.upload import batch_is_there
from linktui.storage.transfers import Transfers

MOST_LOOKED_AT = 2_000
"""Uploads looked at in one go: more of them would hold up everything else here."""
_BEGINNING = {
    TransferState.QUEUED,
    TransferState.CREATING,
    TransferState.UPLOADING,
    TransferState.WAITING,
}


@dataclass(frozen=True, slots=True)
class Turn:
    """One upload, or several that go in a parcel."""

    uploads: list[Transfer]
    is_parcel: bool


class Turns:
    """What is to be started, in its order."""

    def __init__(
        self,
        *,
        transfers: Transfers,
        accounts: AccountService,
        running: Container[str],
        alone: Container[str],
        now: datetime,
    ) -> None:
        """`running` is what is at work already and not due, `alone` what must not go in a parcel."""
        self._transfers = transfers
        self._accounts = accounts
        self._running = running
        self._alone = alone
        self._now = now
        self._ready: dict[str, bool] = {}
        self._open: dict[str, tuple[list[Transfer], int]] = {}
        self._chosen: set[str] = set()
        self._senders: dict[str, SendsParcels | None] = {}

    def choose(self, due: Iterable[Transfer], *, slots: int, parcel: int = MOST_BYTES) -> list[Turn]:
        """Return up to `slots` turns; a parcel holds up to `parcel` bytes."""
        chosen: list[Turn] = []
        for number, transfer in enumerate(due):
            if number == MOST_LOOKED_AT or (len(chosen) >= slots and not self._open):
                break
            if not self._is_wanted(transfer):
                continue
            small = self._goes_in_parcel(transfer)
            if small and self._joins(transfer, most=parcel):
                self._chosen.add(transfer.id)
            elif len(chosen) < slots:
                chosen.append(Turn([transfer], small))
                self._chosen.add(transfer.id)
                if small:
                    self._open[transfer.account] = (chosen[-1].uploads, transfer.size)
        return chosen

    def _joins(self, transfer: Transfer, *, most: int) -> bool:
        """Put an upload into the parcel of its account that is open; tell whether it fits."""
        if transfer.account not in self._open:
            return False
        members, size = self._open[transfer.account]
        if len(members) >= MOST_FILES or size + transfer.size > most:
            del self._open[transfer.account]
            return False
        members.append(transfer)
        self._open[transfer.account] = (members, size + transfer.size)
        return True

    def _goes_in_parcel(self, transfer: Transfer) -> bool:
        if transfer.state not in _BEGINNING or transfer.file_id or transfer.id in self._alone:
            return False
        if transfer.size > self._accounts.get(transfer.account).limits.parcel_file:
            return False
        if transfer.on_conflict in {OnConflict.REUSE, OnConflict.SKIP}:
            return False
        provider = self._sends_parcels(transfer.account)
        return provider is not None and (not transfer.session or provider.is_packed(transfer.session))

    def _sends_parcels(self, account: str) -> SendsParcels | None:
        """Return the provider of an account if it takes parcels; looked up once, as it is asked often."""
        if account not in self._senders:
            try:
                provider = self._accounts.provider(account)
            except InvalidInput:  # it is said when an upload is started by itself
                return None
            self._senders[account] = provider if isinstance(provider, SendsParcels) else None
        return self._senders[account]

    def _is_wanted(self, transfer: Transfer) -> bool:
        """Tell whether there is work on it, rather than only waiting for its batch or its time."""
        if transfer.next_at is not None and not is_due(transfer.next_at, self._now):
            return False
        if not self._accounts.knows(transfer.account):
            # One added a moment ago is not known here yet; what is left at one taken out is past removing.
            return transfer.state is TransferState.CANCELLING
        if self._would_be_mixed_up(transfer):
            return False
        if transfer.state is not TransferState.LINKING or not transfer.one_link:
            return True
        return self._makes_the_link(transfer)

    def _makes_the_link(self, transfer: Transfer) -> bool:
        """Tell whether it is the one of its batch that makes the link for all, and they are all there."""
        if transfer.batch in self._ready:
            return False
        batch = self._transfers.batch(transfer.batch)
        self._ready[transfer.batch] = batch_is_there(batch)
        linking = [one.id for one in batch if one.state is TransferState.LINKING]
        return self._ready[transfer.batch] and linking[:1] == [transfer.id]

    def _would_be_mixed_up(self, transfer: Transfer) -> bool:
        """Tell whether another upload is under way that only its name, the same one, would tell apart."""
        if transfer.session or not self._accounts.get(transfer.account).limits.one_upload_per_name:
            return False
        return any(
            one.id != transfer.id
            and (one.id in self._running or one.id in self._chosen or (one.session and not one.file_id))
            for one in self._transfers.same_name(transfer.account, transfer.name)
        )

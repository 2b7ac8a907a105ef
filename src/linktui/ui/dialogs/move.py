"""Ask where links go, until when they live there, and what becomes of the old ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from textual import on
from textual.widget import Widget
from textual.widgets import Static

from linktui.model.capability import Ability, Account, Limits
from linktui.model.errors import InvalidInput
from linktui.model.link import Link
from linktui.model.plan_words import counted
from linktui.model.text import clean
from linktui.services.rules import check_password
from linktui.ui.dialogs.form import Act, FormDialog
from linktui.ui.widgets.choice import Choice
from linktui.ui.widgets.expiry_input import ExpiryInput, ticking
from linktui.ui.widgets.field import Field
from linktui.ui.widgets.secret_input import SecretInput

OLD_LINK = ("stays as it is", "ends once the new one is there")
OLD_LINKS = ("stay as they are", "end once the new ones are there")


@dataclass(frozen=True, slots=True)
class Move:
    """Where links go; `ends` is a phrase that is read for each of them, empty for each one's own end."""

    account: Account
    ends: str
    end_old: bool
    password: str = field(default="", repr=False)


class MoveDialog(FormDialog[Move]):
    """Account, end and old links; what the other account cannot keep is said before it is done."""

    accept_word = "Show plan"

    def __init__(
        self,
        links: Sequence[Link],
        accounts: Sequence[Account],
        now: datetime,
        *,
        act: Act[Move] | None = None,
    ) -> None:
        what = f"“{clean(links[0].name, limit=40)}”" if len(links) == 1 else f"{len(links):,} links"
        super().__init__(f"Move {what}", act=act)
        self._links = tuple(links)
        self._account = Choice([(one, _account_words(one)) for one in accounts])
        self._expiry = ExpiryInput(
            "", now=ticking(now), limits=Limits(), when_empty="→ as the old link has it", each=True
        )
        stay, end = OLD_LINK if len(links) == 1 else OLD_LINKS
        self._old = Choice([(False, stay), (True, end)])
        self._password = SecretInput(placeholder="none", id="password")

    def fields(self) -> Iterable[Widget]:
        """Return the account first: it says what the links can be there."""
        lead = (
            "The files are fetched, uploaded there and linked anew, with a new URL. You see the plan first."
        )
        yield Static(lead, classes="form--lead", markup=False)
        yield Field("To account", self._account, key="account")
        yield Field("Expires", self._expiry, key="expiry")
        yield Field("Old link" if len(self._links) == 1 else "Old links", self._old, key="old")
        if any(link.has_password for link in self._links):
            yield Field("Password", self._password, key="password", reason=self._password_reason())

    def read(self) -> Move:
        """Return what was chosen; raises InvalidInput."""
        ends = self._expiry.read_phrase() if self._expiry.phrase else ""
        if ends.lower() == "now":
            raise InvalidInput("expiry", "cannot be now: the new link would give nothing")
        password = "" if self._password_reason() else self._password.value
        if password:
            check_password(password)
        return Move(self._account.value, ends, self._old.value, password)

    def warning(self, answer: Move) -> str:
        """Say what links lose there."""
        limits = answer.account.limits
        losses = {
            "password": 0 if answer.password else sum(link.has_password for link in self._links),
            "download limit": self._lost(limits, Ability.DOWNLOAD_LIMIT, "download_limit"),
            "tags": self._lost(limits, Ability.METADATA, "metadata"),
        }
        words = [f"no {what} ({counted(number, 'link')})" for what, number in losses.items() if number]
        return f"There they have {', '.join(words)}." if words else ""

    @on(Choice.Changed)
    def _adapt(self, event: Choice.Changed) -> None:
        event.stop()
        for password in self.query(Field):
            if password.key == "password":
                password.set_reason(self._password_reason())

    def _lost(self, limits: Limits, ability: Ability, name: str) -> int:
        return 0 if limits.can(ability) else sum(bool(getattr(link, name)) for link in self._links)

    def _password_reason(self) -> str:
        return self._account.value.limits.missing.get(Ability.PASSWORD, "")


def _account_words(account: Account) -> str:
    title = f" ({account.title}{', LIVE' if account.live else ''})" if account.title else ""
    return f"{clean(account.name)}{title}"

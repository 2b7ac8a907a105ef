"""The configured accounts, each with how careful one has to be with it."""

from __future__ import annotations

from linktui.model.capability import Account
from linktui.model.identity import Identity
from linktui.model.phrases import as_of_text, length_text, size_text
from linktui.model.text import clean
from linktui.services.house import Services
from linktui.ui.widgets.pane import Pane
from linktui.ui.widgets.rows import Cell, Column


class AccountList(Pane[Account]):
    """Name, service, mode and who it is by the service's own word."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._text = ""
        columns = (
            Column[Account](title="Name", cell=lambda account: Cell(clean(account.name)), width=18),
            Column[Account](title="Service", cell=lambda account: Cell(clean(account.title)), width=13),
            Column[Account](title="Mode", cell=self._mode, width=17),
            Column[Account](
                title="Who", cell=lambda account: Cell(clean(self.identity(account).who), "muted")
            ),
        )
        super().__init__(
            columns, key=lambda account: account.name, is_marked=lambda account: False, id="accounts"
        )

    def on_mount(self) -> None:
        """Show the accounts there are."""
        self.update()

    def identity(self, account: Account) -> Identity:
        """Return who an account is, as last told."""
        return self._services.book.identity(account.name)

    def update(self) -> None:
        """Read the accounts anew and show them."""
        accounts = self._services.accounts.all()
        shown = [
            account for account in accounts if self._text in f"{account.name} {account.title}".casefold()
        ]
        self.show(shown, empty="No account has these words. Esc takes the filter away.")
        found = f" · /{clean(self._text)}" if self._text else ""
        self.set_titles(f"Accounts{found}", f"{len(shown)}/{len(accounts)}")

    def set_filter(self, text: str) -> None:
        """Show only accounts with these words."""
        self._text = text.casefold()
        self.update()

    def _mode(self, account: Account) -> Cell:
        is_default = account.name == self._services.accounts.default.name
        return mode_cell(account, is_default=is_default)


def mode_cell(account: Account, *, is_default: bool) -> Cell:
    """Return in words and colour how careful one has to be, and whether new links go there."""
    modes = [word for word, holds in _modes(account) if holds]
    careful = account.live or not account.connection.verify
    role = "bad" if careful else "wait" if account.read_only else "good"
    return Cell(", ".join([*modes, "default"] if is_default else modes), role)


def age_facts(account: Account, services: Services) -> list[tuple[str, str]]:
    """Return how old what is known of an account's links is, by title."""
    links, now = services.links, services.clock()
    told, looked, swept = (
        links.told_so_far(account.name),
        links.as_of(account.name),
        links.synced_at(account.name),
    )
    first = "not looked at yet" if told is None and swept is None else ""
    facts = [
        ("Trouble", links.trouble(account.name)),
        ("Links", first if told is None else f"first look: {told:,} so far"),
        ("Links as of", as_of_text(looked, now) if looked else ""),
        ("All checked", as_of_text(swept, now) if swept and swept != looked else ""),
    ]
    return [(title, clean(value)) for title, value in facts if value]


def account_facts(account: Account, identity: Identity) -> list[tuple[str, str]]:
    """Return what is worth knowing of an account, by title."""
    connection, limits = account.connection, account.limits
    told = {True: "live", False: "test", None: ""}[identity.live]
    facts = [
        ("Who", identity.who),
        ("Keys", told),
        ("Version", identity.version),
        *identity.facts.items(),
        ("Address", connection.base_url),
        ("Secret", connection.secret),
        *account.settings.items(),
        ("New links", account.policy.default_expires),
        ("Longest link", length_text(limits.longest) if limits.longest else ""),
        ("Ends to the", limits.precision.value),
        ("Moving an end", limits.new_address),
        ("Largest file", size_text(limits.largest_file) if limits.largest_file else ""),
        ("Calls", f"{connection.rate or limits.rate:g} a second"),
        *((f"Cannot {ability.value}", reason) for ability, reason in limits.missing.items()),
    ]
    return [(clean(title), clean(value)) for title, value in facts if value]


def _modes(account: Account) -> tuple[tuple[str, bool], ...]:
    return (
        ("LIVE", account.live),
        ("test", account.test),
        ("read-only", account.read_only),
        ("certificates NOT checked", not account.connection.verify),
    )

"""Add an account: its service, how to get its secret, and whatever else the service wants to know."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum

from textual import on, work
from textual.widget import Widget
from textual.widgets import Input, Static

from linktui.config.account import AccountSettings
from linktui.model.errors import InvalidInput
from linktui.providers.kind import ProviderKind
from linktui.ui.dialogs.form import Act, FormDialog
from linktui.ui.widgets.choice import Choice
from linktui.ui.widgets.field import Field
from linktui.ui.widgets.option_fields import OptionFields
from linktui.ui.widgets.secret_input import SecretInput

LEAD = (
    "One harmless call is made before anything is kept. Proxy, certificates, time-outs, tags and limits of an"
    " account are set in linktui.toml."
)


class Place(Enum):
    """Where a secret is kept."""

    KEYRING = "typed here, into the keyring"
    ENVIRONMENT = "an environment variable"
    COMMAND = "a command prints it"
    FILE = "a file, for the owner alone"


_PLACEHOLDERS = {
    Place.KEYRING: "it is not shown",
    Place.ENVIRONMENT: "its name, such as STRIPE_API_KEY",
    Place.COMMAND: "such as pass show stripe",
    Place.FILE: "its path",
}
_FORMS = {Place.ENVIRONMENT: "env:", Place.COMMAND: "command: ", Place.FILE: "file:"}


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account to add; `secret` was typed and is to be put into the keyring."""

    name: str
    settings: AccountSettings
    secret: str = field(default="", repr=False)


class AccountDialog(FormDialog[NewAccount]):
    """The form for one account."""

    accept_word = "Add"

    def __init__(
        self,
        kinds: Sequence[tuple[str, ProviderKind]],
        *,
        keyring: bool = True,
        act: Act[NewAccount] | None = None,
    ) -> None:
        """`kinds` are the services there are, each with its name in the configuration.

        `keyring` tells whether there is one to type a secret into.
        """
        super().__init__("Add account", act=act)
        self._kind = Choice([((name, kind), kind.title) for name, kind in kinds])
        self._name_input = Input(placeholder="what you call it", compact=True, id="name")
        places = [place for place in Place if keyring or place is not Place.KEYRING]
        self._place = Choice([(place, place.value) for place in places])
        self._secret = SecretInput(id="secret")
        self._base_url = Input(compact=True, id="base-url")
        self._options = OptionFields(kinds[0][1].settings)
        self._read_only = Choice([(False, "no"), (True, "yes: refuse every write")])

    def fields(self) -> Iterable[Widget]:
        """Return the fields from top to bottom."""
        yield Static(LEAD, classes="form--lead", markup=False)
        yield Field("Service", self._kind, key="provider")
        yield Field("Name", self._name_input, key="account")
        yield Field("Secret", self._place, key="place")
        yield Field("", self._secret, key="secret")
        yield Field("Address", self._base_url, key="base_url")
        yield self._options
        yield Field("Read only", self._read_only, key="read_only")

    def on_mount(self) -> None:
        """Ask for what the first service wants."""
        self._adapt()

    def read(self) -> NewAccount:
        """Return the account; raises InvalidInput."""
        provider, kind = self._kind.value
        place, words = self._place.value, self._secret.value.strip()
        if kind.needs and not words and not kind.secret_else:
            raise InvalidInput("secret", "is missing")
        named = bool(kind.needs and (words or not kind.secret_else))
        reference = "" if not named else "keyring:" if place is Place.KEYRING else _FORMS[place] + words
        settings = AccountSettings(
            provider=provider,
            secret=reference,
            base_url=self._base_url.value.strip(),
            read_only=self._read_only.value,
            settings=self._options.read(),
        )
        typed = words if named and place is Place.KEYRING else ""
        return NewAccount(self._name_input.value.strip(), settings, typed)

    @on(Choice.Changed)
    def _change(self, event: Choice.Changed) -> None:
        event.stop()
        self._adapt()

    @work(exclusive=True, group="adapt-form")
    async def _adapt(self) -> None:
        _, kind = self._kind.value
        place = self._place.value
        self._secret.password = place is Place.KEYRING
        self._secret.placeholder = (
            f"{kind.needs} ({_PLACEHOLDERS[place]})" if place is Place.KEYRING else _PLACEHOLDERS[place]
        )
        if kind.secret_else:
            self._secret.placeholder += f"; empty: {kind.secret_else}"
        self._base_url.placeholder = kind.base_url or "https://…"
        for one in self.query(Field):
            if one.key in {"place", "secret"}:
                one.display = bool(kind.needs)
        await self._options.set_options(kind.settings)

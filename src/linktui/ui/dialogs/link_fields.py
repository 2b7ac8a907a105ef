"""The fields that describe a new link, open as far as the account's service can do what they ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, TextArea

from linktui.config.settings import DefaultSettings
from linktui.model.capability import Ability, Account, Limits
from linktui.model.errors import InvalidInput
from linktui.model.link import LinkKind, LinkSpec
from linktui.model.option import Option
from linktui.ui.metadata import parse_metadata
from linktui.ui.terminal.mask import is_masked
from linktui.ui.widgets.choice import Choice
from linktui.ui.widgets.expiry_input import ExpiryInput
from linktui.ui.widgets.field import Field
from linktui.ui.widgets.option_fields import OptionFields
from linktui.ui.widgets.secret_input import SecretInput

_ABILITIES = {
    "password": Ability.PASSWORD,
    "download limit": Ability.DOWNLOAD_LIMIT,
    "address": Ability.SLUG,
    "metadata": Ability.METADATA,
}


class LinkFields(Vertical):
    """Expiry, kind, password, download limit, address and metadata of a link to be made."""

    DEFAULT_CSS = """
    LinkFields {
        height: auto;
        & TextArea { height: 3; padding: 0; }
    }
    """

    def __init__(
        self,
        account: Account,
        *,
        defaults: DefaultSettings,
        now: Callable[[], datetime],
        kinds: Iterable[LinkKind] = tuple(LinkKind),
    ) -> None:
        super().__init__()
        limits = self._limits = account.limits
        self._defaults = defaults
        self._offered = account.policy.default_expires or defaults.expires
        self._kinds = frozenset(kinds)
        self._expiry = ExpiryInput(self._offered, now=now, limits=limits)
        self._kind = Choice(self._kind_options(limits), value=LinkKind(defaults.kind))
        self._password = SecretInput(placeholder="none", id="password")
        self._limit = Input(placeholder="no limit", compact=True, id="limit")
        self._slug = Input(placeholder="chosen by the service", compact=True, id="slug")
        self._options = OptionFields(creating(limits))
        self._metadata = TextArea(
            placeholder="key=value, one a line", compact=True, id="metadata", highlight_cursor_line=False
        )

    def compose(self) -> ComposeResult:
        """Lay out the fields."""
        yield Field("Expires", self._expiry, key="expiry")
        yield Field("Kind", self._kind, key="kind")
        yield Field("Password", self._password, key="password")
        yield Field("Downloads", self._limit, key="download limit")
        yield Field("Address", self._slug, key="address")
        yield Field("Metadata", self._metadata, key="metadata")
        yield self._options

    def on_mount(self) -> None:
        """Close what the service cannot do."""
        self._slug.password = is_masked(self.app)
        self._open_fields(self._limits)

    async def set_account(self, account: Account) -> None:
        """Open and close fields for what another account can do, and offer what its links usually get."""
        limits = self._limits = account.limits
        usual = account.policy.default_expires or self._defaults.expires
        if self._expiry.phrase == self._offered:
            self._expiry.choose(usual)
        self._offered = usual
        self._open_fields(limits)
        await self._options.set_options(creating(limits))

    def _open_fields(self, limits: Limits) -> None:
        self._expiry.limits = limits
        self._kind.set_options(self._kind_options(limits), value=self._kind.value)
        for field in self.query(Field):
            ability = _ABILITIES.get(field.key)
            missing = limits.missing.get(ability, "") if ability else ""
            field.set_reason(missing)

    def read(self) -> LinkSpec:
        """Return the link that is described; raises InvalidInput."""
        return LinkSpec(
            kind=self._kind.value,
            expires_at=self._expiry.read().expires_at,
            password=self._password.value or None,
            download_limit=parse_limit(self._limit.value),
            slug=self._slug.value.strip(),
            metadata=parse_metadata(self._metadata.text),
            options=self._options.read(),
        )

    def _kind_options(self, limits: Limits) -> list[tuple[LinkKind, str]]:
        return [(kind, KIND_WORDS[kind]) for kind in limits.kinds if kind in self._kinds]


def creating(limits: Limits) -> tuple[Option, ...]:
    """Return the options that a new link can be given; a version is chosen in a list of them."""
    return tuple(
        option for option in limits.link_options if option.on_create and option.key != limits.version_option
    )


KIND_WORDS = {
    LinkKind.VIEW: "view in the browser",
    LinkKind.DOWNLOAD: "download",
    LinkKind.UPLOAD: "upload: others send files to you",
}


def parse_limit(text: str) -> int | None:
    """Return a number of downloads, or None for an empty text; raises InvalidInput."""
    words = text.strip()
    if not words:
        return None
    if not words.isascii() or not words.isdigit() or not 1 <= int(words[:9]) <= 1_000_000:
        raise InvalidInput(
            "download limit", "has to be a number from 1 to 1,000,000; leave it empty for none"
        )
    return int(words)

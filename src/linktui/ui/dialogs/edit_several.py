"""Change the same fields of several links, as far as all their services can."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum

from textual import on
from textual.widget import Widget
from textual.widgets import Input, Static, TextArea

from linktui.model.capability import Ability, Limits
from linktui.model.errors import InvalidInput
from linktui.model.link import KEEP, Keep, LinkEdit, LinkKind
from linktui.services.rules import check_password
from linktui.ui.dialogs.form import Act, FormDialog
from linktui.ui.dialogs.link_fields import KIND_WORDS, parse_limit
from linktui.ui.metadata import parse_tag_changes
from linktui.ui.widgets.choice import Choice
from linktui.ui.widgets.expiry_input import ExpiryInput, ticking
from linktui.ui.widgets.field import Field
from linktui.ui.widgets.option_fields import OptionFields
from linktui.ui.widgets.secret_input import SecretInput

AS_IT_IS = "each as it is"
NO_LIMIT = "none"


class PasswordChange(Enum):
    """What to do about the links' passwords."""

    KEEP = AS_IT_IS
    SET = "the same for all"
    REMOVE = "removed from all"


@dataclass(frozen=True, slots=True)
class SharedEdit:
    """What several links get; `ends` is a phrase that is read for each of them, empty for none."""

    edit: LinkEdit = field(default_factory=LinkEdit)
    ends: str = ""

    @property
    def fields(self) -> list[str]:
        """The fields that change, in words."""
        names = ("kind", "password", "download_limit", "metadata", "options")
        touched = [name for name in names if getattr(self.edit, name) is not KEEP]
        return [*(["expiry"] if self.ends else []), *(_WORDS.get(name, name) for name in touched)]


_WORDS = {"download_limit": "download limit", "metadata": "tags"}


class EditSeveralDialog(FormDialog[SharedEdit]):
    """An empty form: only what is touched changes. Names and addresses are each link's own."""

    DEFAULT_CSS = """
    EditSeveralDialog TextArea { height: 3; padding: 0; }
    """

    accept_word = "Show plan"

    def __init__(
        self, number: int, limits: Limits, now: datetime, *, act: Act[SharedEdit] | None = None
    ) -> None:
        super().__init__(f"Edit {number:,} links", act=act)
        self._limits = limits
        self._expiry = ExpiryInput(
            "", now=ticking(now), limits=Limits(), when_empty=f"→ {AS_IT_IS}", each=True
        )
        kinds = [(kind, KIND_WORDS[kind]) for kind in limits.kinds if kind is not LinkKind.UPLOAD]
        self._kind: Choice[LinkKind | Keep] = Choice([(KEEP, AS_IT_IS), *kinds])
        self._password_change = Choice([(one, one.value) for one in PasswordChange])
        self._password = SecretInput(id="password")
        self._limit = Input(placeholder=f"{AS_IT_IS}; a number, or {NO_LIMIT}", compact=True, id="limit")
        self._tags = TextArea(
            placeholder="key=value sets a tag, -key removes it; one a line",
            compact=True,
            id="metadata",
            highlight_cursor_line=False,
        )
        editable = [option for option in limits.link_options if option.on_edit]
        self._options = OptionFields(
            [replace(option, required=False, default="") for option in editable], unset=AS_IT_IS
        )

    def fields(self) -> Iterable[Widget]:
        """Return a field for everything that can be changed, closed where one of the services cannot."""
        yield Static(
            "Only what you touch is changed; E changes names too.", classes="form--lead", markup=False
        )
        yield Field("Expires", self._expiry, key="expiry", reason=self._reason(Ability.CHANGE_EXPIRY))
        yield Field("Kind", self._kind, key="kind", reason=self._reason(Ability.CHANGE_KIND))
        missing = self._reason(Ability.PASSWORD)
        yield Field("Password", self._password_change, key="password change", reason=missing)
        yield Field("New one", self._password, key="password", reason=self._password_reason())
        limit_reason = self._reason(Ability.DOWNLOAD_LIMIT)
        yield Field("Downloads", self._limit, key="download limit", reason=limit_reason)
        tags_reason = self._reason(Ability.METADATA) or self._reason(Ability.EDIT_METADATA)
        yield Field("Tags", self._tags, key="tags", reason=tags_reason)
        yield self._options

    def read(self) -> SharedEdit:
        """Return what was touched; raises InvalidInput."""
        shared = SharedEdit(
            LinkEdit(
                kind=self._kind.value,
                password=self._read_password(),
                download_limit=self._read_limit(),
                metadata=self._read_tags(),
                options=self._options.changes() or KEEP,
            ),
            self._read_ends(),
        )
        if not shared.fields:
            raise InvalidInput("form", "is as it was; change a field, or leave with Esc")
        return shared

    @on(Choice.Changed)
    def _adapt_password(self, event: Choice.Changed) -> None:
        event.stop()
        if event.control is self._password_change:
            password = next(one for one in self.query(Field) if one.key == "password")
            password.set_reason(self._password_reason())

    def _reason(self, ability: Ability) -> str:
        return self._limits.missing.get(ability, "")

    def _password_reason(self) -> str:
        """Return why no password can be typed."""
        words = {
            PasswordChange.KEEP: "every link keeps what it has",
            PasswordChange.REMOVE: "none has one then",
        }
        return self._reason(Ability.PASSWORD) or words.get(self._password_change.value, "")

    def _read_ends(self) -> str:
        if not self._expiry.phrase:
            return ""
        phrase = self._expiry.read_phrase()
        if phrase.lower() == "now":
            raise InvalidInput("expiry", "cannot be now here; X ends links at once")
        return phrase

    def _read_password(self) -> str | Keep | None:
        match self._password_change.value:
            case PasswordChange.SET:
                check_password(self._password.value)
                return self._password.value
            case PasswordChange.REMOVE:
                return None
        return KEEP

    def _read_limit(self) -> int | Keep | None:
        text = self._limit.value.strip().lower()
        return KEEP if not text else None if text == NO_LIMIT else parse_limit(text)

    def _read_tags(self) -> Mapping[str, str | None] | Keep:
        return parse_tag_changes(self._tags.text) or KEEP

"""Edit everything about a link that its service can change."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import Enum
from typing import TypeVar

from textual import on
from textual.widget import Widget
from textual.widgets import Input, TextArea

from linktui.model.capability import Ability, Limits
from linktui.model.errors import InvalidInput
from linktui.model.link import KEEP, Keep, Link, LinkEdit, LinkKind
from linktui.model.link_words import edit_words
from linktui.model.phrases import moment_text
from linktui.model.text import clean
from linktui.services.rules import check_password
from linktui.ui.dialogs.form import Act, Caution, FormDialog, Rehearse
from linktui.ui.dialogs.link_fields import KIND_WORDS, parse_limit
from linktui.ui.metadata import metadata_changes, metadata_lines, parse_metadata
from linktui.ui.terminal.mask import is_masked
from linktui.ui.widgets.choice import Choice
from linktui.ui.widgets.expiry_input import ExpiryInput, ticking
from linktui.ui.widgets.field import Field
from linktui.ui.widgets.option_fields import OptionFields
from linktui.ui.widgets.secret_input import SecretInput

V = TypeVar("V")


class PasswordChange(Enum):
    """What to do about a link's password."""

    KEEP = "keep"
    REPLACE = "replace"
    REMOVE = "remove"


class EditLinkDialog(FormDialog[LinkEdit]):
    """A form filled in with the link as it is; the answer holds only what was changed."""

    DEFAULT_CSS = """
    EditLinkDialog TextArea { height: 4; padding: 0; }
    """

    accept_word = "Save"

    def __init__(
        self,
        link: Link,
        limits: Limits,
        now: datetime,
        *,
        act: Act[LinkEdit] | None = None,
        rehearse: Rehearse[LinkEdit] | None = None,
        caution: Caution[LinkEdit] | None = None,
    ) -> None:
        title = f"Edit “{clean(link.name, limit=48)}”"
        super().__init__(title, act=act, rehearse=rehearse, caution=caution)
        self._link = link
        self._limits = limits
        self._now = ticking(now)
        self._name_input = Input(clean(link.name), compact=True, id="name")
        self._expiry = ExpiryInput(
            "", now=self._now, limits=limits, current=link.expires_at, when_empty="→ stays as it is"
        )
        kinds = {link.kind, *limits.kinds} - ({LinkKind.UPLOAD} - {link.kind})
        self._kind = Choice([(one, KIND_WORDS[one]) for one in LinkKind if one in kinds], value=link.kind)
        self._password_change = Choice([(one, one.value) for one in PasswordChange])
        self._password = SecretInput(placeholder="none", id="password")
        limit = "" if link.download_limit is None else str(link.download_limit)
        self._limit = Input(limit, placeholder="no limit", compact=True, id="limit")
        self._slug = Input(clean(link.slug), compact=True, id="slug")
        editable = [option for option in limits.link_options if option.on_edit]
        self._options = OptionFields(editable, link.options)
        self._metadata = TextArea(
            metadata_lines(link.metadata),
            placeholder="key=value, one a line",
            compact=True,
            id="metadata",
            highlight_cursor_line=False,
        )

    def fields(self) -> Iterable[Widget]:
        """Return a field for everything that can be changed, closed where this service cannot."""
        yield Field("Name", self._name_input, key="name", reason=self._reason(Ability.RENAME))
        yield Field("Expires", self._expiry, key="expiry", reason=self._reason(Ability.CHANGE_EXPIRY))
        yield Field("Kind", self._kind, key="kind", reason=self._reason(Ability.CHANGE_KIND))
        if self._link.has_password:
            reason = self._reason(Ability.PASSWORD)
            yield Field("Password", self._password_change, key="password change", reason=reason)
        yield Field(
            "New one" if self._link.has_password else "Password",
            self._password,
            key="password",
            reason=self._password_reason(),
        )
        limit_reason = self._reason(Ability.DOWNLOAD_LIMIT)
        yield Field("Downloads", self._limit, key="download limit", reason=limit_reason)
        yield Field("Address", self._slug, key="address", reason=self._reason(Ability.SLUG))
        metadata_reason = self._reason(Ability.METADATA) or self._reason(Ability.EDIT_METADATA)
        yield Field("Metadata", self._metadata, key="metadata", reason=metadata_reason)
        yield self._options

    def on_mount(self) -> None:
        """Say in the empty expiry field how it is now."""
        self._slug.password = is_masked(self.app)
        field = self._expiry.query_one(Input)
        field.placeholder = f"as it is: {moment_text(self._link.expires_at)}"

    def read(self) -> LinkEdit:
        """Return what was changed; raises InvalidInput."""
        link = self._link
        phrase = self._expiry.phrase
        now = phrase.lower() == "now"
        return LinkEdit(
            name=self._named(),
            expires_at=KEEP if not phrase or now else self._expiry.read().expires_at,
            expire_now=now,
            kind=_changed(self._kind.value, link.kind),
            password=self._read_password(),
            download_limit=_changed(parse_limit(self._limit.value), link.download_limit),
            slug=self._read_slug(),
            metadata=self._read_metadata(),
            options=self._options.changes() or KEEP,
        )

    def said(self, answer: LinkEdit) -> str:
        """Return what becomes of the link."""
        words = edit_words(answer, self._now())
        return f"→ {words}" if words else "→ everything stays as it is"

    @on(Choice.Changed)
    def _adapt_password(self, event: Choice.Changed) -> None:
        event.stop()
        field = next(one for one in self.query(Field) if one.key == "password")
        field.set_reason(self._password_reason())

    def _reason(self, ability: Ability) -> str:
        return self._limits.missing.get(ability, "")

    def _password_reason(self) -> str:
        """Return why no new password can be typed."""
        missing = self._reason(Ability.PASSWORD)
        if missing or not self._link.has_password:
            return missing
        change = self._password_change.value
        words = {
            PasswordChange.KEEP: "the password stays as it is",
            PasswordChange.REMOVE: "it is taken away",
        }
        return words.get(change, "")

    def _named(self) -> str | Keep:
        name = self._name_input.value.strip()
        if name == clean(self._link.name):
            return KEEP
        if not name:
            raise InvalidInput("name", "cannot be empty")
        return name

    def _read_slug(self) -> str | Keep:
        slug = self._slug.value.strip()
        if slug == clean(self._link.slug):
            return KEEP
        if not slug:
            raise InvalidInput("address", "cannot be empty")
        return slug

    def _read_password(self) -> str | Keep | None:
        change = self._password_change.value if self._link.has_password else PasswordChange.REPLACE
        if change is PasswordChange.REMOVE:
            return None
        password = self._password.value
        if change is PasswordChange.KEEP or not (password or self._link.has_password):
            return KEEP
        check_password(password)
        return password

    def _read_metadata(self) -> dict[str, str | None] | Keep:
        changes = metadata_changes(self._link.metadata, parse_metadata(self._metadata.text))
        return changes or KEEP


def _changed(value: V, before: V) -> V | Keep:
    return KEEP if value == before else value

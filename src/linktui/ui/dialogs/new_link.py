"""Ask what a new link to stored files, or for files from others, is to be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from textual import on
from textual.widget import Widget
from textual.widgets import Input, Static

from linktui.config.settings import DefaultSettings
from linktui.model.capability import Account
from linktui.model.errors import InvalidInput
from linktui.model.file import File
from linktui.model.link import LinkKind, LinkSpec
from linktui.model.link_words import spec_words
from linktui.model.phrases import moment_text
from linktui.model.text import clean
from linktui.services.rules import check_spec, irrevocable
from linktui.ui.dialogs.form import Act, FormDialog, Rehearse
from linktui.ui.dialogs.link_fields import LinkFields
from linktui.ui.dialogs.share import Sharing
from linktui.ui.widgets.choice import Choice
from linktui.ui.widgets.expiry_input import ticking
from linktui.ui.widgets.field import Field


@dataclass(frozen=True, slots=True)
class NewLink:
    """A link to be made: at which account, to which files, and what it is."""

    account: str
    file_ids: tuple[str, ...]
    spec: LinkSpec
    each: bool = False
    """Whether each file gets a link of its own."""


class NewLinkDialog(FormDialog[NewLink]):
    """Links to the given files; without files, a link through which others hand files in."""

    accept_word = "Make link"

    def __init__(
        self,
        files: tuple[File, ...],
        accounts: Sequence[Account],
        defaults: DefaultSettings,
        now: datetime,
        *,
        options: Mapping[str, str] = MappingProxyType({}),
        act: Act[NewLink] | None = None,
        rehearse: Rehearse[NewLink] | None = None,
    ) -> None:
        """`options` are settled already and not asked for: which version of its one file a link is to."""
        super().__init__("New link" if files else "New upload link", act=act, rehearse=rehearse)
        self._files = files
        self._settled = dict(options)
        self._now = ticking(now)
        fitting = [account for account in accounts if not files or account.name == files[0].account]
        self._account = Choice([(account, clean(account.name)) for account in fitting])
        self._name_input = Input(
            placeholder="as the file is called" if files else "none", compact=True, id="name"
        )
        together = fitting[0].limits.files_per_link >= len(files)
        self._sharing = Choice(
            [(one, one.value) for one in (Sharing.TOGETHER, Sharing.EACH) if together or one is Sharing.EACH]
        )
        kinds = {LinkKind.VIEW, LinkKind.DOWNLOAD} if files else {LinkKind.UPLOAD}
        self._link = LinkFields(fitting[0], defaults=defaults, now=self._now, kinds=kinds)

    def fields(self) -> Iterable[Widget]:
        """Return what is linked, the account, the name and the link's own fields."""
        yield Static(self._lead(), classes="form--lead", markup=False)
        yield Field("Account", self._account, key="account")
        if len(self._files) > 1:
            yield Field("Link", self._sharing, key="files")
        yield Field("Name", self._name_input, key="name")
        yield self._link

    def on_mount(self) -> None:
        """Begin with the expiry: it is what changes most."""
        self._link.query("Input").first().focus()

    def read(self) -> NewLink:
        """Return the link to make; raises InvalidInput or Unsupported."""
        spec = self._link.read()
        name, options = self._name_input.value.strip(), {**spec.options, **self._settled}
        spec = replace(spec, name=name, options=options)
        each = len(self._files) > 1 and self._sharing.value is Sharing.EACH
        if each and spec.slug:
            raise InvalidInput("address", "is one link's alone; leave it empty for a link each")
        files = 1 if each else len(self._files)
        check_spec(self._account.value.limits, spec, now=self._now(), files=files)
        return NewLink(self._account.value.name, tuple(file.id for file in self._files), spec, each)

    def said(self, answer: NewLink) -> str:
        """Return what the link will be."""
        each = " each" if answer.each else ""
        return f"→ a link{each} {spec_words(answer.spec, self._now())}"

    def warning(self, answer: NewLink) -> str:
        """Say of a long link that nothing takes it back."""
        long = irrevocable(self._account.value.limits, answer.spec, now=self._now())
        # The end itself is told above; here its seconds would make each look another warning.
        return "Nothing takes such a link back before it ends." if long else ""

    @on(Choice.Changed)
    async def _adapt(self, event: Choice.Changed) -> None:
        event.stop()
        if event.control is self._account:
            await self._link.set_account(self._account.value)

    def _lead(self) -> str:
        if not self._files:
            return "Whoever has this link can send files to you."
        if self._settled:
            (file,) = self._files
            return f"To “{clean(file.name, limit=40)}” as it was {moment_text(file.created_at)}"
        names = [f"“{clean(file.name, limit=40)}”" for file in self._files[:2]]
        more = len(self._files) - len(names)
        return f"To {', '.join(names)} and {more} more" if more else "To " + " and ".join(names)

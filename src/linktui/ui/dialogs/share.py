"""Ask how local files are to be uploaded and shared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import Enum
from pathlib import Path

from textual import on
from textual.widget import Widget
from textual.widgets import Static

from linktui.config.settings import DefaultSettings
from linktui.model.capability import Account
from linktui.model.link import LinkKind
from linktui.model.link_words import spec_words
from linktui.model.text import clean
from linktui.services.rules import check_spec, irrevocable
from linktui.services.transfers import Order
from linktui.ui.dialogs.form import Act, Ask, FormDialog, Rehearse
from linktui.ui.dialogs.link_fields import LinkFields
from linktui.ui.widgets.choice import Choice
from linktui.ui.widgets.expiry_input import ticking
from linktui.ui.widgets.field import Field
from linktui.ui.widgets.option_fields import OptionFields


class Sharing(Enum):
    """How many links the files get."""

    EACH = "one for each file"
    TOGETHER = "one for all files"
    NONE = "none, only upload"


class ShareDialog(FormDialog[Order]):
    """Account, links and folders, then what each link is."""

    accept_word = "Upload"

    def __init__(
        self,
        paths: tuple[Path, ...],
        accounts: Sequence[Account],
        defaults: DefaultSettings,
        now: datetime,
        *,
        folder: str = "",
        act: Act[Order] | None = None,
        ask: Ask[Order] | None = None,
        rehearse: Rehearse[Order] | None = None,
    ) -> None:
        """`folder` is where the files go at the first account, if it has folders."""
        super().__init__("Upload and share", act=act, ask=ask, rehearse=rehearse)
        self._paths = paths
        self._now = ticking(now)
        self._has_folder = any(path.is_dir() for path in paths)
        self._account = Choice([(account, clean(account.name)) for account in accounts])
        self._sharing = Choice(self._sharings(accounts[0]))
        self._folders = Choice([(False, "each file in it"), (True, "one ZIP file")])
        kinds = (LinkKind.DOWNLOAD, LinkKind.VIEW)
        limits = accounts[0].limits
        where = {limits.folder_option: folder} if limits.folder_option else {}
        self._options = OptionFields(limits.file_options, where)
        self._link = LinkFields(accounts[0], defaults=defaults, now=self._now, kinds=kinds)

    def fields(self) -> Iterable[Widget]:
        """Return what is sent, where to, and the link's own fields."""
        yield Static(described(self._paths), classes="form--lead", markup=False)
        yield Field("Account", self._account, key="account")
        yield Field("Link", self._sharing, key="files")
        if self._has_folder:
            yield Field("Folders", self._folders, key="folders")
        yield self._options
        yield self._link

    def on_mount(self) -> None:
        """Begin with the expiry: it is what changes most."""
        self._link.query("Input").first().focus()

    def read(self) -> Order:
        """Return the order; raises InvalidInput or Unsupported."""
        account = self._account.value
        share = None if self._sharing.value is Sharing.NONE else self._link.read()
        together = self._sharing.value is Sharing.TOGETHER
        if share is not None:
            files = len(self._paths) if together else 1
            check_spec(account.limits, share, now=self._now(), files=files)
        return Order(
            account=account.name,
            paths=self._paths,
            share=share,
            one_link=together,
            zip_folders=self._has_folder and self._folders.value,
            options=self._options.read(),
        )

    def said(self, answer: Order) -> str:
        """Return what the links will be."""
        if answer.share is None:
            return "→ no link: the files are only stored"
        each = "" if answer.one_link or len(self._paths) == 1 else " each"
        return f"→ a link{each} {spec_words(answer.share, self._now())}"

    def warning(self, answer: Order) -> str:
        """Say of a long link that nothing takes it back."""
        if answer.share is None:
            return ""
        long = irrevocable(self._account.value.limits, answer.share, now=self._now())
        # The end itself is told above; here its seconds would make each look another warning.
        return "Nothing takes such a link back before it ends." if long else ""

    @on(Choice.Changed)
    async def _adapt(self, event: Choice.Changed) -> None:
        event.stop()
        account = self._account.value
        if event.control is self._account:
            self._sharing.set_options(self._sharings(account), value=self._sharing.value)
            await self._options.set_options(account.limits.file_options)
            await self._link.set_account(account)
        self._link.display = self._sharing.value is not Sharing.NONE

    def _sharings(self, account: Account) -> list[tuple[Sharing, str]]:
        if len(self._paths) == 1 and not self._has_folder:
            return [(Sharing.EACH, "one for this file"), (Sharing.NONE, Sharing.NONE.value)]
        several = account.limits.files_per_link > 1
        return [(one, one.value) for one in Sharing if several or one is not Sharing.TOGETHER]


def described(paths: Sequence[Path]) -> str:
    """Return the names of the first few paths and how many more there are."""
    names = [f"“{clean(path.name, limit=40)}”" for path in paths[:2]]
    more = len(paths) - len(names)
    return f"{', '.join(names)} and {more} more" if more else " and ".join(names)

"""The Accounts screen: which there are, who they are, and adding, testing, renaming and removing them."""

from __future__ import annotations

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from linktui.model.capability import Account
from linktui.model.errors import LinktuiError
from linktui.model.text import clean
from linktui.model.wording import explain
from linktui.services.house import Services
from linktui.ui.commands import command
from linktui.ui.current import CurrentAccount
from linktui.ui.messages import LinksChanged
from linktui.ui.screens.framed import Framed
from linktui.ui.widgets.account_list import AccountList, account_facts, age_facts
from linktui.ui.widgets.pane import Pane

LABEL = 16


class AccountsScreen(Framed):
    """The accounts above, and below all that is known of the one under the cursor."""

    TITLE = "Accounts"
    BINDINGS: ClassVar[list[BindingType]] = [
        command("n,insert", "add", "Add", "Add an account at a service.", shown=True),
        command("t", "test", "Test", "Make one harmless call and say who the account is.", shown=True),
        command("m", "make_default", "Default", "Have new links go there.", shown=True),
        command("r", "rename", "Rename", "Give the account another name.", shown=True),
        command(
            "d,delete", "remove", "Remove", "Forget the account here; the service keeps all.", shown=True
        ),
        command(
            "slash",
            "filter",
            "Filter",
            "Show only accounts with these words; Esc takes it away.",
            takes="words",
        ),
        command("escape", "clear", "Clear", "Take the filter away."),
    ]

    DEFAULT_CSS = """
    AccountsScreen {
        & > AccountList { height: 1fr; min-height: 6; }
        & > #facts {
            height: 1fr;
            border: round $border-blurred;
            border-title-color: $text-muted;
            padding: 0 1;
            scrollbar-size-vertical: 1;
        }
        & > #facts Static { height: auto; }
    }
    """

    def __init__(self, services: Services, *, current: CurrentAccount | None = None) -> None:
        super().__init__(services, current=current)
        self.list = AccountList(services)

    def compose(self) -> ComposeResult:
        """Lay out the list and what is known of its current row."""
        yield self.list
        with VerticalScroll(id="facts"):
            yield Static("", markup=False)

    def on_mount(self) -> None:
        """Begin in the list."""
        self.set_focus(self.list.table)

    def show_account(self) -> None:
        """Show the accounts as they are now."""
        self.list.update()

    @on(LinksChanged)
    def _follow(self) -> None:
        self._write_facts()

    @on(Pane.Highlighted)
    def _show_facts(self, event: Pane.Highlighted) -> None:
        event.stop()
        self._write_facts()

    def _write_facts(self) -> None:
        account = self.list.current
        if account is None:
            return
        lines = [
            Content.assemble((f"{title:<{LABEL}}  ", "$text-muted"), value)
            for title, value in (
                *age_facts(account, self.services),
                *account_facts(account, self.list.identity(account)),
            )
        ]
        box = self.query_one("#facts")
        box.border_title = Content(clean(account.name))
        box.query_one(Static).update(Content("\n").join(lines))

    @work(exclusive=True, group="add-account")
    async def action_add(self) -> None:
        """Fill in the form for another account."""
        from linktui.ui.dialogs.account import AccountDialog, NewAccount

        book = self.services.book

        async def add(new: NewAccount) -> None:
            book.check_free(new.name)
            identity = await book.try_out(new.name, new.settings, secret=new.secret)
            if new.secret:
                await book.keep_secret(new.name, new.secret)
            await book.add(new.name, new.settings)
            await book.remember(new.name, identity)
            await self.services.links.ask_for_refresh()
            self.list.update()
            self.notify(f"“{clean(new.name)}” is added; m makes it the default.", markup=False)

        keyring = await book.has_keyring()
        self.app.push_screen(AccountDialog(book.kinds(), keyring=keyring, act=add))

    def action_test(self) -> None:
        """Make one harmless call as the account under the cursor."""
        if self.list.current is not None:
            self._test(self.list.current)

    def action_make_default(self) -> None:
        """Have new links go to the account under the cursor."""
        if self.list.current is not None:
            self._make_default(self.list.current)

    def action_rename(self) -> None:
        """Ask for another name."""
        account = self.list.current
        if account is None:
            return
        from linktui.ui.dialogs.name import NameDialog

        async def rename(name: str) -> None:
            await self.services.book.rename(account.name, name)
            self.list.update()

        self.app.push_screen(NameDialog(f"Rename “{clean(account.name)}”", account.name, act=rename))

    def action_remove(self) -> None:
        """Forget the account under the cursor, once that is confirmed."""
        if self.list.current is not None:
            self._remove(self.list.current)

    def action_filter(self, text: str = "") -> None:
        """Type a filter."""
        self.list.type_filter(text) if text else self.list.open_filter()

    def action_clear(self) -> None:
        """Take the filter away."""
        self.list.drop_filter()

    @work(exclusive=True, group="test-account")
    async def _test(self, account: Account) -> None:
        self.notify(f"Asking {clean(account.title)}…", timeout=2, markup=False)
        try:
            identity = await self.services.book.identify(account.name)
        except LinktuiError as error:
            self.notify(explain(error), severity="error", timeout=15, markup=False)
            return
        self.list.update()
        who = clean(identity.who) or clean(account.name)
        live = {True: "a LIVE account", False: "a test account", None: "live or test is not told"}[
            identity.live
        ]
        self.notify(f"It works: {who}, {live}.", markup=False)

    @work(exclusive=True, group="change-accounts")
    async def _make_default(self, account: Account) -> None:
        await self.services.book.make_default(account.name)
        self.list.update()

    @work(exclusive=True, group="change-accounts")
    async def _remove(self, account: Account) -> None:
        from linktui.ui.dialogs.confirm import ConfirmDialog

        text = (
            f"Forget “{clean(account.name)}” here? At {clean(account.title)} its files and links stay as they"
            " are; linktui no longer shows or counts them."
        )
        if not await self.app.push_screen_wait(ConfirmDialog("Remove account", text, action="Remove")):
            return
        try:
            await self.services.book.remove(account.name)
        except LinktuiError as error:
            self.notify(explain(error), severity="error", markup=False)
        self.list.update()

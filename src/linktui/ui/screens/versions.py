"""What one stored file was before: any version is fetched, linked to, brought back, or deleted for good."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType

from linktui.model.call import Rehearsed
from linktui.model.errors import LinktuiError, NotFound
from linktui.model.file import File, Version
from linktui.model.phrases import moment_text
from linktui.model.text import clean
from linktui.model.wording import explain
from linktui.services.house import Services
from linktui.services.versions import require_bytes
from linktui.ui.commands import command
from linktui.ui.current import CurrentAccount
from linktui.ui.screens.framed import Framed
from linktui.ui.widgets.pane import Pane
from linktui.ui.widgets.version_list import VersionList


class VersionsScreen(Framed):
    """The versions of one file, as its service has them now."""

    TITLE = "Versions"
    BINDINGS: ClassVar[list[BindingType]] = [
        command(
            "f,enter",
            "fetch_version",
            "Fetch",
            "Fetch this version into the folder one came from.",
            shown=True,
        ),
        command("n", "new_link", "New link", "Make a link to this very version.", shown=True),
        command("r", "restore", "Restore", "Have the file be again what it was then.", shown=True),
        command("D", "delete", "Delete", "Delete this version for good, after a question.", shown=True),
        command("R,f5", "refresh", "Look again", "Ask the service."),
        command("escape,h,left,backspace", "back", "Back", "Go back to the files.", shown=True),
    ]

    def __init__(
        self, services: Services, file: File, directory: Path, *, current: CurrentAccount | None = None
    ) -> None:
        """`directory` is where a version is fetched to."""
        super().__init__(services, current=current)
        self.file = file
        self.list = VersionList(file)
        self._directory = directory

    def compose(self) -> ComposeResult:
        """Lay out the list."""
        yield self.list

    def on_mount(self) -> None:
        """Begin in the list, and ask for what is in it."""
        self.set_focus(self.list.table)
        self.list.show_versions((), empty="Looking …")
        self.action_refresh()

    @on(Pane.Opened)
    def _open(self, event: Pane.Opened) -> None:
        event.stop()
        self.action_fetch_version()

    def action_back(self) -> None:
        """Go back to the files."""
        self.dismiss()

    def action_refresh(self) -> None:
        """Ask the service which versions there are."""
        self._load()

    def action_fetch_version(self) -> None:
        """Fetch this version."""
        if self.list.current is not None:
            self._fetch(self.list.current)

    def action_new_link(self) -> None:
        """Make a link to this version."""
        if self.list.current is not None:
            self._link(self.list.current)

    def action_restore(self) -> None:
        """Bring this version back."""
        if self.list.current is not None:
            self._restore(self.list.current)

    def action_delete(self) -> None:
        """Delete this version."""
        if self.list.current is not None:
            self._delete(self.list.current)

    @work(exclusive=True, group="load-versions")
    async def _load(self) -> None:
        await self._show()

    @work(group="fetch-file")
    async def _fetch(self, version: Version) -> None:
        from linktui.ui.acts.fetching import fetch

        async def download(file: File, replacing: bool) -> Path:
            versions = self.services.versions
            return await versions.download(
                file.account, file.id, version, self._directory, replacing=replacing
            )

        for path in await fetch(self, [self.file], download, self._directory):
            when = moment_text(version.created_at)
            self.notify(f"“{clean(path.name)}” of {when} is here.", markup=False)

    @work(exclusive=True, group="load-versions")
    async def _link(self, version: Version) -> None:
        file = await self.services.versions.file(self.file.account, self.file.id, version)
        from linktui.ui.acts.linking import link_files

        option = self.services.accounts.limits(file.account).version_option
        link_files(self, self.services, (file,), options={option: version.id})

    @work(group="change-versions")
    async def _restore(self, version: Version) -> None:
        file, when = self.file, moment_text(version.created_at)
        require_bytes(version)
        text = (
            f"Have “{clean(file.name, limit=60)}” be again what it was {when}? It becomes the newest version;"
            " what it is now stays one."
        )
        if version.is_newest or await self._sure("Restore a version", text, "Restore"):
            await self.services.versions.restore(file.account, file.id, version)
            await self._show(f"“{clean(file.name, limit=60)}” is again what it was {when}.")

    @work(group="change-versions")
    async def _delete(self, version: Version) -> None:
        file, when = self.file, moment_text(version.created_at)
        text = (
            f"Delete the version of {when} of “{clean(file.name, limit=60)}” at {clean(file.account)}?"
            " Nothing brings it back."
        )
        if version.is_deletion:
            text = (
                f"“{clean(file.name, limit=60)}” at {clean(file.account)} was deleted {when}."
                " Delete that deletion? The file is then what it was before."
            )

        async def rehearse() -> tuple[Rehearsed, ...]:
            return await self.services.rehearsal.delete_version(file.account, file.id, version.id)

        if await self._sure("Delete a version for good", text, "Delete", rehearse):
            await self.services.versions.delete(file.account, file.id, version)
            await self._show(f"The version of {when} is deleted.")

    async def _show(self, said: str = "") -> None:
        """Show what there is now, and say what was done."""
        try:
            versions = await self.services.versions.list(self.file.account, self.file.id)
        except NotFound:
            self.list.show_versions((), empty="Nothing is left of this file. Esc goes back.")
        except LinktuiError as error:
            self.list.show_versions((), empty=f"{explain(error)}\nR asks again.")
        else:
            self.list.show_versions(versions)
        if said:
            self.notify(said, markup=False)

    async def _sure(
        self,
        title: str,
        text: str,
        action: str,
        rehearse: Callable[[], Awaitable[tuple[Rehearsed, ...]]] | None = None,
    ) -> bool:
        from linktui.ui.dialogs.confirm import ConfirmDialog

        return await self.app.push_screen_wait(ConfirmDialog(title, text, action=action, rehearse=rehearse))

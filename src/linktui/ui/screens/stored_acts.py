"""What can be done to stored files on the Files screen; the acts themselves are in `acts`."""

from __future__ import annotations

from typing import Any

from textual import work

from linktui.model.capability import Ability
from linktui.model.file import File
from linktui.model.query import LinkQuery
from linktui.ui.hints import hint
from linktui.ui.messages import OpenLink
from linktui.ui.screens.framed import Framed
from linktui.ui.widgets.local_files import LocalFiles
from linktui.ui.widgets.stored_files import StoredFiles


class StoredActs(Framed):
    """A screen with this machine's files and those that an account keeps."""

    local: LocalFiles
    stored: StoredFiles
    _clipboard: str

    @property
    def is_on_stored(self) -> bool:
        """Whether one is among the stored files."""
        return self.has_class("-on-stored")

    def show_facts(self) -> None:
        """Show what is known of the stored file under the cursor, and its links."""
        file = self.stored.current_file
        if file is None:
            return
        from linktui.ui.dialogs.file_facts import MOST, FileFactsDialog

        query = LinkQuery(file_id=file.id, account=file.account, ended=True)
        links = self.services.links.window(query, offset=0, limit=MOST + 1)
        now = self.services.links.now(file.account)

        def open_link(link: Any) -> None:
            if link is not None:
                self.post_message(OpenLink(link.account, link.id))

        self.app.push_screen(FileFactsDialog(file, links, now=now), open_link)

    def action_new_link(self) -> None:
        """Make links to the marked stored files, else to the one under the cursor."""
        files = self.stored.chosen
        if self.is_on_stored and self.stored.current is not None and not files:
            words = "{new-link} makes a link to files, and this is a folder: {open} opens it."
            self.notify(hint(self, words), markup=False)
            return
        if not self.is_on_stored or not files:
            words = (
                "{new-link} makes a link to stored files: {other-pane} goes to them. Here {upload} uploads."
            )
            self.notify(hint(self, words), markup=False)
            return
        from linktui.ui.acts.linking import link_files

        link_files(self, self.services, files, clipboard=self._clipboard)

    def action_delete(self) -> None:
        """Delete the marked stored files, else the one under the cursor, once that is confirmed."""
        files = self._stored_files("{delete} deletes")
        if files and self._can(files[0], Ability.DELETE_FILE):
            self._delete(files)

    def action_fetch_file(self) -> None:
        """Fetch the marked stored files, else the one under the cursor, into the folder on the left."""
        files = self._stored_files("{fetch-file} fetches")
        if files and self._can(files[0], Ability.DOWNLOAD_FILE):
            self._fetch(files)

    def action_versions(self) -> None:
        """Show what the one marked stored file, else the one under the cursor, was before."""
        files = self._stored_files("{versions} shows the versions of")
        if len(files) > 1:
            words = f"{{versions}} shows the versions of one file, and {len(files):,} are marked."
            self.notify(hint(self, words), markup=False)
        elif files and self._can(files[0], Ability.FILE_VERSIONS):
            from linktui.ui.screens.versions import VersionsScreen

            directory = self.local.browser.directory
            screen = VersionsScreen(self.services, files[0], directory, current=self.current_account)
            self.app.push_screen(screen)

    def _stored_files(self, key: str) -> tuple[File, ...]:
        """Return the stored files that are chosen, or say what the key wants, as in `{delete} deletes`."""
        if not self.is_on_stored:
            self.notify(hint(self, f"{key} a stored file: {{other-pane}} goes to them."), markup=False)
            return ()
        files = self.stored.chosen
        if not files and self.stored.current is None:
            self.notify(hint(self, f"{key} a stored file, and there is none."), markup=False)
        elif not files:
            self.notify(
                hint(self, f"{key} a stored file, and this is a folder: {{open}} opens it."), markup=False
            )
        return files

    def _can(self, file: File, ability: Ability) -> bool:
        """Tell whether a file's service has an ability, or say why not."""
        missing = self.services.accounts.limits(file.account).missing.get(ability)
        if missing is not None:
            self.notify(f"Not here: {missing}.", severity="warning", markup=False)
        return missing is None

    @work(group="fetch-file")
    async def _fetch(self, files: tuple[File, ...]) -> None:
        from linktui.ui.acts.fetching import fetch_files

        await fetch_files(self, self.services, files, self.local.browser.directory)
        self.local.reload()

    @work(group="delete-file")
    async def _delete(self, files: tuple[File, ...]) -> None:
        from linktui.ui.acts.deleting import delete_files

        await delete_files(self, self.services, files)
        self.stored.update()

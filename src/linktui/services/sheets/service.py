"""Links written out as text, TOML or CSV, and read back as the changes that were made in them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, tzinfo
from pathlib import Path

from linktui.config.settings import DefaultSettings
from linktui.model.change import Intent
from linktui.model.errors import Fault, InvalidInput, LinktuiError, SheetFaults
from linktui.model.link import Link
from linktui.model.wording import explain
from linktui.services.accounts import AccountService
from linktui.services.links import LinkService
from linktui.services.plans import PlanService
from linktui.services.sheets import text_form
from linktui.services.sheets.cells import cells_of, files_cell
from linktui.services.sheets.comparison import Comparison
from linktui.services.sheets.draft import Draft
from linktui.services.sheets.ground import Ground
from linktui.services.sheets.sheet import Sheet, SheetForm
from linktui.storage.exports import Exported, Exports
from linktui.storage.files import Files

OpenEditor = Callable[[Path], Awaitable[None]]
"""Lets a person edit a file, and returns when they are done."""


class SheetService:
    """Links as text, TOML or CSV."""

    def __init__(
        self,
        *,
        exports: Exports,
        files: Files,
        links: LinkService,
        accounts: AccountService,
        plans: PlanService,
        defaults: DefaultSettings,
        drafts: Path,
        clock: Callable[[], datetime],
        zone: tzinfo | None = None,
    ) -> None:
        """`drafts` is a directory for what is being edited, `zone` the reader's (the system's by default)."""
        self._exports = exports
        self._files = files
        self._links = links
        self._accounts = accounts
        self._plans = plans
        self._defaults = defaults
        self._drafts = drafts
        self._clock = clock
        self._zone = zone

    async def export(self, links: Sequence[Link], form: SheetForm = SheetForm.TEXT) -> str:
        """Return links as text, and remember them: what is changed in it shows when it is read."""
        return (await self._export(links, form))[0]

    def read(self, text: str, form: SheetForm = SheetForm.TEXT) -> list[Intent]:
        """Return the changes that somebody made in a text; raises SheetFaults with every fault of it."""
        sheet = self._sheet(text, form)
        exported = self._exports.get(sheet.export) if sheet.export else {}
        if exported is None:
            said = f"The export “{sheet.export}” is not known here (any more)"
            sheet.fault(sheet.export_line, f"{said}; without it, only what is written is changed.")
            raise SheetFaults(sheet.faults)
        return Comparison(sheet, exported, self._ground()).intents()

    def annotated(self, text: str, faults: Sequence[Fault]) -> str:
        """Return a text or TOML with each fault as a note above its line; reading it skips them."""
        return text_form.annotated(text, faults)

    async def edit(self, links: Sequence[Link], open_editor: OpenEditor) -> list[Intent] | None:
        """Have a person edit links as text, again until it has no fault, and return the changes.

        None when the file was emptied or nothing was changed. Raises InvalidInput, naming the file that
        keeps what was written, when it cannot be gone on with.
        """
        text, export = await self._export(links, SheetForm.TEXT)
        draft = Draft(text, below=self._drafts)
        try:
            intents = await self._edited(draft, open_editor)
        except LinktuiError as error:
            if draft.is_as_written() and draft.written == text:
                draft.remove()
                await self._exports.forget(export)
                raise
            raise InvalidInput("text", f"is kept in {draft.path}: {explain(error)}".rstrip(".")) from error
        except BaseException:  # a face that could not leave its terminal, or one that was ended
            if draft.is_as_written() and draft.written == text:
                draft.remove()
            raise
        draft.remove()
        await self._exports.forget(export)
        return intents

    async def _edited(self, draft: Draft, open_editor: OpenEditor) -> list[Intent] | None:
        while True:
            await open_editor(draft.path)
            text = draft.read()
            same = text == draft.written
            text = text_form.without_notes(text)
            if text_form.says_nothing(text):
                return None
            try:
                return self.read(text) or None
            except SheetFaults as error:
                if same:
                    raise
                draft.write(text_form.annotated(text, error.faults))

    async def _export(self, links: Sequence[Link], form: SheetForm) -> tuple[str, str]:
        limits = {account.name: account.limits for account in self._accounts.all()}
        rows = [
            (link, cells_of(link, limits[link.account], self._zone))
            for link in {(link.account, link.id): link for link in links}.values()
            if link.account in limits
        ]
        export = await self._exports.save(
            [((link.account, link.id), Exported(cells, files_cell(link))) for link, cells in rows],
            at=self._clock(),
        )
        match form:
            case SheetForm.TEXT:
                return text_form.write_text(export, rows, account=self._accounts.default.name), export
            case SheetForm.TOML:
                from linktui.services.sheets.toml_form import write_toml

                return write_toml(export, rows), export
            case SheetForm.CSV:
                from linktui.services.sheets.csv_form import write_csv

                return write_csv(export, rows), export

    def _sheet(self, text: str, form: SheetForm) -> Sheet:
        match form:
            case SheetForm.TEXT:
                return text_form.read_text(text)
            case SheetForm.TOML:
                from linktui.services.sheets.toml_form import read_toml

                return read_toml(text)
            case SheetForm.CSV:
                from linktui.services.sheets.csv_form import read_csv

                return read_csv(text)

    def _ground(self) -> Ground:
        return Ground(
            accounts=self._accounts,
            planner=self._plans.planner(),
            links=self._links.get_present,
            file=self._files.get,
            defaults=self._defaults,
            zone=self._zone,
        )

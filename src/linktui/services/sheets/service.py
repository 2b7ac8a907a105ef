"""Links as text, for an editor, a spreadsheet or a script: written, read back, edited in a loop."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from types import ModuleType

from linktui.config.settings import DefaultSettings
from linktui.model.capability import Limits
from linktui.model.change import Intent
from linktui.model.ids import random_id
from linktui.model.link import Link
from linktui.model.query import Key
from linktui.model.sheet import Fault, SheetFaults, SheetForm
from linktui.services.accounts import AccountService
from linktui.services.planning import Planner
from linktui.services.sheets import csv_form, faults, text_form, toml_form
from linktui.services.sheets.cells import cells_of
from linktui.services.sheets.comparing import Comparison
from linktui.services.sheets.editing import OpenEditor, edited
from linktui.storage.exports import Exports

_FORMS: Mapping[SheetForm, ModuleType] = {
    SheetForm.TEXT: text_form,
    SheetForm.TOML: toml_form,
    SheetForm.CSV: csv_form,
}
_UNKNOWN = (
    "This export is not known here any more. Export again, or delete this line: then only what the other"
    " lines say is done, and nothing is revoked."
)


class Sheets:
    """The sheets of one data directory."""

    def __init__(
        self,
        *,
        exports: Exports,
        get_many: Callable[[Sequence[Key]], Sequence[Link]],
        accounts: AccountService,
        planner: Callable[[], Planner],
        defaults: DefaultSettings,
        clock: Callable[[], datetime],
    ) -> None:
        """`planner` returns what makes changes ready, with the time as it is then."""
        self._exports = exports
        self._get_many = get_many
        self._accounts = accounts
        self._planner = planner
        self._defaults = defaults
        self._clock = clock

    async def export(self, links: Iterable[Link], form: SheetForm) -> str:
        """Return links in a form that `read` understands, and remember how they were."""
        text, _ = await self._export(links, form)
        return text

    def read(self, text: str, form: SheetForm) -> list[Intent]:
        """Return the changes that make the links as they are written; raises SheetFaults."""
        sheet = _FORMS[form].read(text)
        exported = None
        if sheet.export:
            exported = self._exports.get(sheet.export)
            if exported is None:
                raise SheetFaults([*sheet.faults, Fault(sheet.export_line, _UNKNOWN)])
        return Comparison(
            sheet=sheet,
            exported=exported,
            get_many=self._get_many,
            accounts=self._accounts,
            planner=self._planner(),
            defaults=self._defaults,
        ).intents()

    def annotated(self, text: str, found: Iterable[Fault]) -> str:
        """Return a text with each fault above its line."""
        return faults.annotated(text, found)

    async def edit(self, links: Iterable[Link], open_editor: OpenEditor) -> list[Intent] | None:
        """Have links edited as text until that can be read, and return the changes.

        Returns None if nothing was changed or the file was emptied. Raises InvalidInput, which names the
        file, when somebody's edits would be lost otherwise.
        """
        text, export = await self._export(links, SheetForm.TEXT)
        intents = await edited(text, open_editor, lambda edit: self.read(edit, SheetForm.TEXT))
        await self._exports.remove(export)
        return intents

    async def _export(self, links: Iterable[Link], form: SheetForm) -> tuple[str, str]:
        export, limits = random_id(8), {account.name: account.limits for account in self._accounts.all()}
        rows = [(link, cells_of(link, limits.get(link.account, Limits()))) for link in links]
        await self._exports.add(
            export, (((link.account, link.id), cells) for link, cells in rows), at=self._clock()
        )
        return str(_FORMS[form].write(rows, export)), export

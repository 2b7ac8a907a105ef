"""A whole sheet, as the changes that somebody made in it: against what was written out and what is so by now.

A cell that stands as it was written out is left alone, whatever became of it meanwhile. One that was changed
in the sheet and elsewhere too is a fault.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from linktui.model.capability import Ability, Limits
from linktui.model.change import Intent, Verb
from linktui.model.errors import InvalidInput, SheetFaults
from linktui.model.link import KEEP, Link
from linktui.model.query import Key
from linktui.model.wording import explain
from linktui.services.inverse import way_to_end
from linktui.services.sheets.creation import created
from linktui.services.sheets.editing import action_of, changes_of, ending, intent_of
from linktui.services.sheets.ground import Ground
from linktui.services.sheets.sheet import NEW, SLUG, Action, Row, Sheet
from linktui.storage.exports import Exported

_CREATION = ""
"""Stands for the account in the key of a row that makes a link; the account is its second half then."""


class Comparison:
    """One sheet on its way to changes."""

    def __init__(self, sheet: Sheet, exported: Mapping[Key, Exported], ground: Ground) -> None:
        self._sheet = sheet
        self._exported = exported
        self._ground = ground
        self._lines: dict[Key, int] = {}
        """Where each link stands."""
        self._asked: dict[Key, int] = {}
        """The line of each address that somebody wants, by account."""

    def intents(self) -> list[Intent]:
        """Return the changes, in the order of the rows and what is taken away last; raises SheetFaults."""
        rows = [(row, key) for row in self._sheet.rows if (key := self._key(row)) is not None]
        touched = [(row, key) for row, key in rows if not self._is_untouched(row, key)]
        away = self._taken_away()
        keys = [key for _, key in touched if key[0] != _CREATION] + away
        now = {(link.account, link.id): link for link in self._ground.links(keys)}
        found = [intent for row, key in touched if (intent := self._intent(row, key, now)) is not None]
        if not self._sheet.faults:  # with one, who gives an address up is not to be known
            self._check_addresses(found)
        if self._sheet.faults:
            raise SheetFaults(self._sheet.faults)
        return found + [one for key in away if key in now and (one := self._removed(now[key])) is not None]

    def _key(self, row: Row) -> Key | None:
        """Return what a row is about; None, and a fault, where that is not to be known."""
        try:
            key = self._meant(row.place)
        except InvalidInput as error:
            self._sheet.fault(row.line, explain(error))
            return None
        if key[0] != _CREATION and self._lines.setdefault(key, row.line) != row.line:
            there = self._lines[key]
            self._sheet.fault(row.line, f"“{row.place}” stands in line {there} too; keep one of the two.")
            return None
        return key

    def _meant(self, place: str) -> Key:
        account, slash, name = place.partition("/")
        if (account, name) in self._exported:
            return account, name  # its account may be gone by now
        if account == NEW and (account, name) not in self._exported:
            target = name or self._ground.accounts.default.name
            if self._ground.accounts.knows(target) or not self._ground.accounts.knows(NEW):
                return _CREATION, self._ground.account(target).name
        if not slash or not name:
            raise InvalidInput(f"“{place}”", "names no link; begin with ACCOUNT/ID, or with new/ACCOUNT")
        return self._ground.account(account).name, name

    def _is_untouched(self, row: Row, key: Key) -> bool:
        was = self._exported.get(key)
        return was is not None and was.cells == row.cells

    def _taken_away(self) -> list[Key]:
        """Return the links that were written out and stand in the sheet no more."""
        left = self._sheet.left
        return [key for key in self._exported if key not in self._lines and "/".join(key) not in left]

    def _intent(self, row: Row, key: Key, now: Mapping[Key, Link]) -> Intent | None:
        faults = len(self._sheet.faults)
        try:
            if key[0] == _CREATION:
                return self._asking(row, created(row, key[1], ground=self._ground))
            if action_of(row) is Action.LEAVE:
                return None
            link = self._there(key, now)
            changes = changes_of(
                row,
                link,
                self._exported.get(key),
                ground=self._ground,
                fault=lambda sentence: self._sheet.fault(row.line, sentence),
            )
            if len(self._sheet.faults) > faults:
                return None
            return self._asking(row, intent_of(row, link, changes, ground=self._ground))
        except InvalidInput as error:
            self._sheet.fault(row.line, explain(error))
        return None

    def _there(self, key: Key, now: Mapping[Key, Link]) -> Link:
        if key in now:
            return now[key]
        if key in self._exported:
            raise InvalidInput("the link", "is not there any more; take the line away")
        raise InvalidInput(f"“{key[1]}”", f"is the id of no link at {key[0]}")

    def _asking(self, row: Row, intent: Intent | None) -> Intent | None:
        """Note the address that a change asks for; raises InvalidInput if another row asks for it too."""
        slug = _slug(intent)
        if intent is not None and slug:
            line = self._asked.setdefault((intent.account, slug), row.line)
            if line != row.line:
                raise InvalidInput("slug", f"is wanted in line {line} too; an address is one link's")
        return intent

    def _check_addresses(self, intents: Iterable[Intent]) -> None:
        """Note a fault for every address that is wanted and stays another link's."""
        if not self._asked:
            return
        moved = {(one.link.account, one.link.id) for one in intents if one.link is not None and _slug(one)}
        for key, was in self._exported.items():
            line = self._asked.get((key[0], was.cells.get(SLUG, "")))
            if line is not None and key not in moved:
                self._sheet.fault(
                    line, f"Slug is the address of “{'/'.join(key)}”; an address is one link's."
                )

    def _removed(self, link: Link) -> Intent | None:
        """Return the change that takes a link away, the mildest of those that last."""
        if not self._ground.accounts.knows(link.account):
            reason = f"The account “{link.account}” is not configured any more."
            return Intent(account=link.account, verb=Verb.REVOKE, link=link, reason=reason)
        limits = self._ground.account(link.account).limits
        return ending(link, _way(limits), ground=self._ground)


def _way(limits: Limits) -> Verb:
    return Verb.REVOKE if limits.can(Ability.REVOKE) else way_to_end(limits) or Verb.REVOKE


def _slug(intent: Intent | None) -> str:
    """Return the address that a change gives its link, if any."""
    if intent is None:
        return ""
    if intent.spec is not None:
        return intent.spec.slug
    return "" if intent.edit is None or intent.edit.slug is KEEP else intent.edit.slug

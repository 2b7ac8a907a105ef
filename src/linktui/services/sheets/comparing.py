"""What a person changed in a sheet, as changes of the links as they are now."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from linktui.config.settings import DefaultSettings
from linktui.model.capability import Ability, Account
from linktui.model.change import Intent, Verb
from linktui.model.errors import InvalidInput, Unsupported
from linktui.model.link import KEEP, Link, LinkEdit, LinkKind, LinkState
from linktui.model.query import Key
from linktui.model.sheet import Fault, SheetFaults
from linktui.model.text import clean
from linktui.model.wording import explain
from linktui.services.accounts import AccountService
from linktui.services.planning import Planner
from linktui.services.rules import check_spec, with_tags
from linktui.services.sheets.cells import FILE, KIND, NEW, SLUG, Cells, Row, Sheet, is_removable
from linktui.services.sheets.wanted import Ground, edit_of, spec_of

Exported = Mapping[Key, Cells]
_LEAVE, _EXPIRE, _CREATE = "leave", "expire", "create"
_ACTS = ("", _LEAVE, _EXPIRE, Verb.REVOKE.value, Verb.DELETE.value, _CREATE)


@dataclass(slots=True, kw_only=True)
class Comparison:
    """One sheet beside what it was made from and what there is now."""

    sheet: Sheet
    exported: Exported | None
    """None for a sheet that was written by hand."""
    get_many: Callable[[Sequence[Key]], Sequence[Link]]
    accounts: AccountService
    planner: Planner
    defaults: DefaultSettings
    _faults: list[Fault] = field(default_factory=list)
    _grounds: dict[str, Ground] = field(default_factory=dict)

    def intents(self) -> list[Intent]:
        """Return the changes that make everything as it is written; raises SheetFaults."""
        self._faults += self.sheet.faults
        new = [row for row in self.sheet.rows if self._is_new(row)]
        new_lines = {row.line for row in new}
        rows = self._once([row for row in self.sheet.rows if row.line not in new_lines])
        touched = [
            (row, changes)
            for row in rows
            if (changes := self._changes(row)) or row.action or self._base(row) is None
        ]
        gone = self._gone({row.key for row in self.sheet.rows})
        links = {
            (link.account, link.id): link for link in self.get_many([*(row.key for row, _ in touched), *gone])
        }
        intents = [self._changed(row, changes, links.get(row.key)) for row, changes in touched]
        intents += [self._ended(links[key]) for key in gone if key in links]
        created = [(row, self._created(row)) for row in new]
        found = [intent for intent in (*intents, *(intent for _, intent in created)) if intent is not None]
        self._check_addresses(rows, touched, created, intents)
        if self._faults:
            raise SheetFaults(self._faults)
        return found

    def _fault(self, row: Row, sentence: str) -> None:
        self._faults.append(Fault(row.line, f"{sentence[:1].upper()}{sentence[1:]}"))

    def _is_new(self, row: Row) -> bool:
        if row.action == _CREATE:
            return True
        if row.account != NEW or (self.exported is not None and row.key in self.exported):
            return False
        return self.accounts.knows(row.id) or not self.accounts.knows(NEW)

    def _once(self, rows: Sequence[Row]) -> list[Row]:
        first: dict[Key, Row] = {}
        for row in rows:
            if row.key in first:
                line = first[row.key].line
                self._fault(row, f"{_place(row)} stands in line {line} already; delete one of the two lines.")
            else:
                first[row.key] = row
        return list(first.values())

    def _changes(self, row: Row) -> dict[str, str | None]:
        """Return the cells that are not as they were exported; None for what was taken out."""
        base = self._base(row)
        if base is None:
            return {cell: text for cell, text in row.cells.items() if text is not None}
        changes = {
            cell: text
            for cell, text in row.cells.items()
            if base.get(cell) != text and (text is not None or is_removable(cell))
        }
        if row.whole:
            changes |= {cell: None for cell in base if cell not in row.cells and is_removable(cell)}
        return changes

    def _base(self, row: Row) -> Cells | None:
        return None if self.exported is None else self.exported.get(row.key)

    def _gone(self, there: set[Key]) -> list[Key]:
        if self.exported is None:
            return []
        return [key for key in self.exported if key not in there and key not in self.sheet.left]

    def _changed(self, row: Row, changes: Mapping[str, str | None], link: Link | None) -> Intent | None:
        if row.action not in _ACTS:
            self._fault(row, f"“{clean(row.action, limit=40)}” is no action; write {', '.join(_ACTS[1:])}.")
            return None
        if row.action == _LEAVE:
            return None
        if not self.accounts.knows(row.account):
            self._unknown(row, row.account)
            return None
        if link is None:
            meanwhile = self._base(row) is not None
            why = "is not there any more; delete the line" if meanwhile else "is no link that is known"
            self._fault(row, f"{_place(row)} {why}; see `linktui links list`.")
            return None
        if row.action:
            return self._acted(link, row.action)
        base, ground = self._base(row), self._ground(link.account)
        edit = edit_of(link, changes, base, ground, fault=lambda said: self._fault(row, said))
        if edit.expire_now and self._is_over(link):
            edit = replace(edit, expire_now=False)
        return None if edit == LinkEdit() else self.planner.edited(link, edit)

    def _acted(self, link: Link, action: str) -> Intent | None:
        if action == Verb.DELETE:
            return self.planner.ended(link, Verb.DELETE)
        if self._is_over(link) and (action == _EXPIRE or link.revoked_at is not None):
            return None
        return self.planner.expired(link) if action == _EXPIRE else self.planner.ended(link, Verb.REVOKE)

    def _ended(self, link: Link) -> Intent | None:
        """Return what takes a link back whose line was deleted, if anything is left to be done."""
        if not self.accounts.knows(link.account):
            reason = explain(InvalidInput("account", f"“{link.account}” is not configured any more"))
            return Intent(account=link.account, verb=Verb.REVOKE, link=link, reason=reason)
        if self._is_over(link):
            return None
        limits = self._ground(link.account).account.limits
        if limits.can(Ability.REVOKE) or limits.can(Ability.DELETE_LINK):
            return self.planner.ended(link, Verb.REVOKE if limits.can(Ability.REVOKE) else Verb.DELETE)
        if limits.can(Ability.EXPIRE_NOW) and limits.can(Ability.CHANGE_EXPIRY):
            return self.planner.expired(link)
        return self.planner.ended(link, Verb.REVOKE)

    def _is_over(self, link: Link) -> bool:
        return link.state(self.planner.now(link.account)) in {LinkState.REVOKED, LinkState.EXPIRED}

    def _created(self, row: Row) -> Intent | None:
        name = row.id if row.account == NEW else row.account
        if not self.accounts.knows(name):
            self._unknown(row, name)
            return None
        before, ground = len(self._faults), self._ground(name)
        spec, file_ids = spec_of(
            row.cells,
            ground,
            expires=ground.account.policy.default_expires or self.defaults.expires,
            kind=self._usual_kind(ground.account, row),
            fault=lambda said: self._fault(row, said),
        )
        if len(self._faults) > before:
            return None
        try:
            spec = with_tags(ground.account, spec)
            check_spec(ground.account.limits, spec, now=ground.now, files=len(file_ids))
        except InvalidInput as error:
            self._fault(row, explain(error))
            return None
        except Unsupported:
            pass  # the plan says so, and why
        return self.planner.created(name, file_ids, spec)

    def _usual_kind(self, account: Account, row: Row) -> str:
        kinds = account.limits.kinds
        usual = LinkKind(self.defaults.kind)
        if not row.cells.get(FILE) and not row.cells.get(KIND):
            return usual.value
        return (usual if usual in kinds and usual is not LinkKind.UPLOAD else kinds[0]).value

    def _unknown(self, row: Row, name: str) -> None:
        known = ", ".join(account.name for account in self.accounts.all())
        self._fault(row, f"Account “{clean(name, limit=40)}” is not configured; there is {known}.")

    def _ground(self, account: str) -> Ground:
        if account not in self._grounds:
            found = self.accounts.get(account)
            self._grounds[account] = Ground.of(found, self.planner.now(account))
        return self._grounds[account]

    def _check_addresses(
        self,
        rows: Sequence[Row],
        touched: Sequence[tuple[Row, object]],
        created: Sequence[tuple[Row, Intent | None]],
        intents: Sequence[Intent | None],
    ) -> None:
        """Find links that would have one address; whoever takes an address that another keeps is at fault."""
        asked: list[tuple[Row, str, str]] = []
        moving: set[Key] = set()
        for (row, _), intent in zip(touched, intents, strict=False):
            if intent is not None and intent.edit is not None and intent.edit.slug is not KEEP:
                asked.append((row, row.account, intent.edit.slug))
                moving.add(row.key)
        for row, intent in created:
            if intent is not None and intent.spec is not None and intent.spec.slug:
                asked.append((row, intent.account, intent.spec.slug))
        if not asked:
            return
        kept = {
            (row.account, slug): row for row in rows if row.key not in moving and (slug := self._slug(row))
        }
        for row, account, slug in asked:
            other = kept.setdefault((account, slug), row)
            if other is not row:
                self._fault(row, f"slug “{clean(slug, limit=40)}” is that of line {other.line} as well.")

    def _slug(self, row: Row) -> str:
        base = self._base(row)
        return (row.cells.get(SLUG) or "") if base is None else base.get(SLUG, "")


def _place(row: Row) -> str:
    return f"“{clean(f'{row.account}/{row.id}', limit=60)}”"

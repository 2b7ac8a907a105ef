"""Say a filter's “final” in tests that a link's own row answers: which account it is of, and when it ends."""

from __future__ import annotations

from collections.abc import Mapping

from linktui.model.condition import (
    Condition,
    Every,
    Final,
    Happens,
    Has,
    Moment,
    Not,
    Sign,
    Some,
    Text,
    TextIs,
    Thing,
)
from linktui.model.saving import Saving
from linktui.model.when import When

_NEVER_ENDS = Not(Has(Thing.EXPIRY))
_NOBODY = Not(Every())


def without_final(condition: Condition, savings: Mapping[str, Saving]) -> Condition:
    """Return a condition that says the same without `Final`, the very same one where there is none.

    `savings` says of each account until when its links can be saved; of one that is not there they cannot be.
    """
    match condition:
        case Final(sign, when):
            return _said(sign, when, savings)
        case Every(parts):
            found = tuple(without_final(part, savings) for part in parts)
            return condition if _same(found, parts) else Every(found)
        case Some(parts):
            found = tuple(without_final(part, savings) for part in parts)
            return condition if _same(found, parts) else Some(found)
        case Not(part):
            inner = without_final(part, savings)
            return condition if inner is part else Not(inner)
        case _:
            return condition


def _said(sign: Sign, when: When | None, savings: Mapping[str, Saving]) -> Condition:
    always = _of([name for name, saving in savings.items() if saving is Saving.ALWAYS])
    lasting = Some((always, _NEVER_ENDS))
    if when is None:
        return lasting
    until_end = _of([name for name, saving in savings.items() if saving is Saving.UNTIL_END])
    others = Not(Some((always, until_end)))
    # Once such a link was made it was too late.
    found: tuple[Condition, ...] = (
        Every((until_end, Happens(Moment.EXPIRES, sign, when))),
        Every((others, Has(Thing.EXPIRY), Happens(Moment.CREATED, sign, when))),
    )
    # What never comes is later than all.
    return Some((*found, lasting) if sign in {Sign.ABOVE, Sign.FROM} else found)


def _of(accounts: list[str]) -> Condition:
    named = tuple(TextIs(Text.ACCOUNT, name.casefold(), whole=True) for name in accounts)
    return Some(named) if named else _NOBODY


def _same(found: tuple[Condition, ...], parts: tuple[Condition, ...]) -> bool:
    return all(one is other for one, other in zip(found, parts, strict=True))

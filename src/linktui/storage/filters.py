"""Turn a filter into SQL over the table of links; every value is bound, none is written into the text.

Each piece is 0 or 1, never NULL, so that a negation is what it says.
"""

from __future__ import annotations

from datetime import datetime

from linktui.model.condition import (
    Amount,
    AmountIs,
    Condition,
    Every,
    Final,
    Happens,
    Has,
    HasPair,
    KindIn,
    Moment,
    Not,
    Pairs,
    Sign,
    Some,
    StateIn,
    Test,
    Text,
    TextIs,
    Thing,
    Word,
)
from linktui.model.fuzzy import may_be_fuzzy
from linktui.model.link import LinkState
from linktui.storage.columns import to_ms
from linktui.storage.list_schema import EXHAUSTED, GONE, REVOKED

Parameters = dict[str, str | int | None]

STATE = {
    LinkState.GONE: f"ends_at = {GONE}",
    LinkState.REVOKED: f"ends_at = {REVOKED}",
    LinkState.EXPIRED: f"ends_at > {REVOKED} AND expiry <= :now",
    LinkState.EXHAUSTED: f"ends_at = {EXHAUSTED} AND expiry > :now",
    LinkState.EXPIRING: "ends_at > :now AND ends_at < :soon",
    LinkState.ACTIVE: "ends_at >= :soon",
}
"""What each state is; `:now` and `:soon` are bound by whoever uses it. See `list_schema` for the columns."""

_AMOUNT = {Amount.DOWNLOADS: "downloads", Amount.LIMIT: "download_limit", Amount.SIZE: "size"}
_MOMENT = {Moment.EXPIRES: "expires_at", Moment.CREATED: "created_at", Moment.UPDATED: "updated_at"}
_PAIRS = {Pairs.TAG: "metadata", Pairs.OPTION: "options"}
_TEXT = {Text.NAME: "name", Text.ID: "id", Text.ACCOUNT: "account", Text.SERVICE: "provider"}
_THING = {
    Thing.PASSWORD: "has_password",
    Thing.LIMIT: "download_limit IS NOT NULL",
    Thing.EXPIRY: "expires_at IS NOT NULL",
    Thing.FILES: "files <> '[]'",
    Thing.TAGS: "metadata <> '{}'",
}


class Translation:
    """The SQL of conditions, and what has to be bound to it."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self.parameters: Parameters = {}

    def sql(self, condition: Condition) -> str:
        """Return the expression for a condition, in parentheses."""
        match condition:
            case Every(parts):
                return f"({' AND '.join(map(self.sql, parts)) or '1'})"
            case Some(parts):
                return f"({' OR '.join(map(self.sql, parts))})"
            case Not(part):
                return f"(NOT {self.sql(part)})"
            case Final():
                raise AssertionError("it is said by `final_filter` in what rows tell")
            case _:
                return self._test(condition)

    def _test(self, test: Test) -> str:
        match test:
            case Word(text, exact):
                return self._word(text, exact=exact)
            case TextIs(of, text, whole):
                return self._text(of, text, whole=whole)
            case HasPair():
                return self._pair(test)
            case StateIn(states):
                return f"({' OR '.join(f'({STATE[state]})' for state in sorted(states))})"
            case KindIn(kinds):
                return f"(kind IN ({', '.join(self._bind(kind.value) for kind in sorted(kinds))}))"
            case AmountIs(of, sign, number):
                return f"ifnull({_AMOUNT[of]} {sign.value} {self._bind(number)}, 0)"
            case Has(thing):
                return f"({_THING[thing]})"
            case Happens():
                return self._moment(test)

    def _bind(self, value: str | int | None) -> str:
        name = f"f{len(self.parameters)}"
        self.parameters[name] = value
        return f":{name}"

    def _word(self, text: str, *, exact: bool) -> str:
        found = f"instr(search, {self._bind(text)}) > 0"
        if exact or not may_be_fuzzy(text):
            return f"({found})"
        # Most rows lack the letters in that order at all, which SQLite sees without asking Python.
        letters = self._bind("*" + "*".join(text) + "*")
        return f"({found} OR (search GLOB {letters} AND fuzzy({self._bind(text)}, search)))"

    def _text(self, of: Text, text: str, *, whole: bool) -> str:
        if of in {Text.ACCOUNT, Text.SERVICE}:
            return f"({self._compared(_TEXT[of], text, whole=whole)})"
        within = f"instr(search, {self._bind(text)}) > 0"
        if of is Text.FILE:
            name = self._compared("json_extract(value, '$[1]')", text, whole=whole)
            return f"({within} AND EXISTS (SELECT 1 FROM json_each(files) WHERE {name}))"
        return f"({within} AND {self._compared(_TEXT[of], text, whole=whole)})"

    def _pair(self, pair: HasPair) -> str:
        parts = [f"fold(key) = {self._bind(pair.key)}"]
        if pair.value is not None:
            parts.append(self._compared("value", pair.value, whole=pair.whole))
        exists = f"EXISTS (SELECT 1 FROM json_each({_PAIRS[pair.of]}) WHERE {' AND '.join(parts)})"
        if pair.of is Pairs.OPTION:
            return f"({exists})"
        return f"(instr(search, {self._bind(f'{pair.key}=')}) > 0 AND {exists})"

    def _compared(self, column: str, text: str, *, whole: bool) -> str:
        bound = self._bind(text)
        return f"fold({column}) = {bound}" if whole else f"instr(fold({column}), {bound}) > 0"

    def _moment(self, test: Happens) -> str:
        bounds, column = test.bounds(self._now), _MOMENT[test.of]
        if bounds is None:
            return "(0)"
        since, until = bounds
        parts = [] if since is None else [f"{column} >= {self._bind(to_ms(since))}"]
        parts += [] if until is None else [f"{column} < {self._bind(to_ms(until))}"]
        never = int(test.of is Moment.EXPIRES and test.sign in {Sign.ABOVE, Sign.FROM})
        return f"ifnull({' AND '.join(parts)}, {never})"

"""Read a filter: one small language for the screens and for `--filter`.

    report acme                 both words, in name, file, id, account, tags; letters may be left out
    "q3 report"                 exactly so
    state:expired|revoked  kind:view  account:acme  service:stripe  has:password
    expires<24h  expires>=2026-12-01  expires:never  final<24h  created>7d  created:today
    name:report  file:a.pdf  id:l_1  tag.order=42  tag:order  option.purpose=dispute_evidence
    downloads=0  limit>3  size>10MB
    -kind:view  NOT draft  a OR b  (a OR b) c

What stands side by side has to hold together and binds tighter than OR.
"""

from __future__ import annotations

import re
from datetime import tzinfo

from linktui.model.condition import Condition, Every, Not, Some, Word
from linktui.model.errors import FilterError
from linktui.model.filter_fields import Asked, Value, condition_of

MOST_TESTS = 200
DEEPEST = 30
"""Groups and negations within one another."""

_BETWEEN = "stands between two things; put it in quotes to look for it"
_TEST = re.compile(r'([A-Za-z_]+)(?:\.("(?:\\.|[^"\\])*"|[^\s:=<>!"()]+))?(!=|<=|>=|[:=<>])')
_KEYWORD = re.compile(r"(OR|AND|NOT)(?=[\s()]|$)")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


class Reader:
    """Goes through the text once, from the left."""

    def __init__(self, text: str, zone: tzinfo | None) -> None:
        self._text = text
        self._zone = zone
        self._at = 0
        self._tests = 0

    def read(self) -> Condition:
        """Return what the text says; raises FilterError."""
        root = self._some(depth=0, opened=None)
        if self._at < len(self._text):
            raise self._fault(self._at, "“)”", "closes nothing; put it in quotes if you look for it")
        return root

    def _some(self, *, depth: int, opened: int | None) -> Condition:
        parts = [self._every(depth=depth, opened=opened)]
        while self._keyword() == "OR":
            at = self._at
            self._at += len("OR")
            parts.append(self._every(depth=depth, opened=at))
        return parts[0] if len(parts) == 1 else Some(tuple(parts))

    def _every(self, *, depth: int, opened: int | None) -> Condition:
        """Read what stands side by side; `opened` is the place of the OR or ( that it has to follow."""
        parts: list[Condition] = []
        while not self._ends():
            keyword, at = self._keyword(), self._at
            if keyword == "OR":
                break
            if keyword == "AND":
                self._at += len("AND")
                if not parts or self._ends() or self._keyword() in {"OR", "AND"}:
                    raise self._fault(
                        at, "“AND”", "stands between two things; put it in quotes to look for it"
                    )
                continue
            parts.append(self._one(depth=depth))
        if parts:
            return parts[0] if len(parts) == 1 else Every(tuple(parts))
        if opened is not None and self._text[opened] == "(":
            raise self._fault(opened, "“(”", "holds nothing; put it in quotes if you look for it")
        at = self._at if opened is None else opened
        raise self._fault(at, "“OR”", _BETWEEN)

    def _one(self, *, depth: int) -> Condition:
        at = self._at
        if depth > DEEPEST:
            raise self._fault(at, "The filter", "is nested too deeply")
        sign = self._text[at]
        if sign == "-" and self._text[at + 1 : at + 2].strip():
            self._at += 1
            return self._not(at, "-", depth=depth)
        if self._keyword() == "NOT":
            self._at += len("NOT")
            return self._not(at, "NOT", depth=depth)
        if sign == "(":
            self._at += 1
            inner = self._some(depth=depth + 1, opened=at)
            if self._at == len(self._text):
                raise self._fault(at, "“(”", "is not closed; write ) or put it in quotes")
            self._at += 1
            return inner
        self._count()
        test = _TEST.match(self._text, at)
        return self._word() if test is None else self._test(test)

    def _not(self, at: int, sign: str, *, depth: int) -> Condition:
        if self._ends() or self._keyword() in {"OR", "AND"}:
            raise self._fault(
                at, f"“{sign}”", "stands before what is not wanted; put it in quotes to look for it"
            )
        return Not(self._one(depth=depth + 1))

    def _word(self) -> Condition:
        at = self._at
        if self._text[at] == '"':
            text = self._quoted()
            if not text.strip():
                raise self._fault(at, '“""”', "looks for nothing")
            return Word(text.casefold(), exact=True)
        return Word(self._bare('"').casefold())

    def _test(self, test: re.Match[str]) -> Condition:
        self._at = test.end()
        name, key, sign = test.groups()
        if key is not None and key.startswith('"'):
            key = _ESCAPED.sub(r"\1", key[1:-1])
        asked = Asked(
            text=self._text,
            at=test.start(),
            name=name,
            key=key,
            sign=sign,
            sign_at=test.start(3),
            values=tuple(self._values(test)),
            zone=self._zone,
        )
        return condition_of(asked)

    def _values(self, test: re.Match[str]) -> list[Value]:
        values = []
        while True:
            at = self._at
            quoted = self._text[at : at + 1] == '"'
            text = self._quoted() if quoted else self._bare('"|,')
            if not (text or quoted):
                raise self._fault(at - 1, f"“{self._text[test.start() : at]}”", "needs a value after it")
            values.append(Value(text, at=at, quoted=quoted))
            if self._text[self._at : self._at + 1] not in {"|", ","}:
                return values
            self._count()
            self._at += 1

    def _quoted(self) -> str:
        begins = self._at
        at = begins + 1
        while at < len(self._text) and self._text[at] != '"':
            at += 2 if self._text[at] == "\\" else 1
        if at >= len(self._text):
            raise self._fault(begins, '“"”', "is not closed; write another one after what you look for")
        self._at = at + 1
        return _ESCAPED.sub(r"\1", self._text[begins + 1 : at])

    def _bare(self, ends: str) -> str:
        """Read up to a space, one of `ends`, or a ) that was not opened within: `a(1).pdf` is whole."""
        begins, opened = self._at, 0
        while self._at < len(self._text):
            char = self._text[self._at]
            if char.isspace() or char in ends or (char == ")" and not opened):
                break
            opened += {"(": 1, ")": -1}.get(char, 0)
            self._at += 1
        return self._text[begins : self._at]

    def _ends(self) -> bool:
        """Pass spaces and tell whether the text or its group ends here."""
        while self._at < len(self._text) and self._text[self._at].isspace():
            self._at += 1
        return self._at == len(self._text) or self._text[self._at] == ")"

    def _keyword(self) -> str:
        match = _KEYWORD.match(self._text, self._at)
        return "" if match is None else match[1]

    def _count(self) -> None:
        self._tests += 1
        if self._tests > MOST_TESTS:
            raise self._fault(self._at, "The filter", f"is longer than {MOST_TESTS} words and tests")

    def _fault(self, at: int, subject: str, reason: str) -> FilterError:
        return FilterError(subject, reason, text=self._text, position=min(at, len(self._text) - 1))

"""The order of a list: segments one after another, and within each the order of one index.

Sorting by account, kind or state, and grouping, is a segment for each; so an index of each column is enough
for every pair of a group and an order.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import apsw

from linktui.model.link import LinkKind, LinkState
from linktui.model.query import LinkGroup, LinkQuery, LinkSort
from linktui.storage.filters import STATE, Parameters

_END = ("ends_at", "expiry", "n")
_TERMS = {
    LinkSort.CREATED: (("created_at", "n"), "link_by_created"),
    LinkSort.EXPIRES: (("expiry", "n"), "link_by_expiry"),
    LinkSort.NAME: (("sort_name", "n"), "link_by_name"),
    LinkSort.DOWNLOADS: (("ifnull(downloads, 0)", "created_at", "n"), "link_by_downloads"),
    LinkSort.SIZE: (("ifnull(size, 0)", "n"), "link_by_size"),
}
"""What each order goes by, and its index. Equals go by number, which no edit changes."""
_STATES = (
    LinkState.EXPIRING, LinkState.ACTIVE, LinkState.EXHAUSTED, LinkState.EXPIRED, LinkState.REVOKED,
    LinkState.GONE,
)  # fmt: skip
_GROUPS = {
    LinkSort.ACCOUNT: LinkGroup.ACCOUNT,
    LinkSort.STATE: LinkGroup.STATE,
}
RARE = 5_000
"""Rows that are sooner all read and sorted than met one by one along an order."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Part of a list: the links of one account, say."""

    where: str = "1"
    parameters: Parameters = field(default_factory=dict)
    narrow: tuple[tuple[str, str], ...] = ()
    """Conditions within `where`, each with the index that finds what meets it."""

    def within(self, other: Segment) -> Segment:
        """Return what is in both."""
        return Segment(
            f"{other.where} AND {self.where}", other.parameters | self.parameters, other.narrow + self.narrow
        )


@dataclass(frozen=True, slots=True)
class Order:
    """Segments in their order, and the terms and direction of the order within each."""

    segments: tuple[Segment, ...]
    terms: tuple[str, ...]
    index: str
    descending: bool

    def by(self, *, backwards: bool = False, plain: bool = False) -> str:
        """Return the terms for ORDER BY; `plain` ones are no index's."""
        way = "DESC" if self.descending != backwards else "ASC"
        return ", ".join(f"{'+' if plain else ''}{term} {way}" for term in self.terms)

    def beyond(self, *, backwards: bool, inclusive: bool, bound: str = "at") -> str:
        """Return the test for rows from a place on, whose values are bound as `:at0`, `:at1` and so on."""
        sign = "<" if self.descending != backwards else ">"
        values = ", ".join(f":{bound}{number}" for number in range(len(self.terms)))
        return f"({', '.join(self.terms)}) {sign}{'=' if inclusive else ''} ({values})"


def order_of(connection: apsw.Connection, query: LinkQuery) -> Order:
    """Return the order that a query asks for."""
    segments = _groups(connection, query.group, query)
    if query.group is LinkGroup.FILE:
        return Order(segments, *_TERMS[LinkSort.NAME], descending=False)
    group = _GROUPS.get(query.sort)
    inner = _kinds() if query.sort is LinkSort.KIND else _groups(connection, group, query)
    if group is not None and group is query.group:
        inner = (Segment(),)
    inner = inner[::-1] if query.descending else inner
    segments = tuple(within.within(outer) for outer in segments for within in inner)
    if query.sort is LinkSort.STATE:
        return Order(segments, _END, "link_by_end", descending=False)
    if query.sort in {LinkSort.KIND, LinkSort.ACCOUNT}:
        return Order(segments, *_TERMS[LinkSort.CREATED], descending=True)
    return Order(segments, *_TERMS[query.sort], descending=query.descending)


def for_account(name: str) -> Segment:
    """Return the links of one account."""
    return _equal("account", name, "link_by_account")


def for_kind(kind: LinkKind) -> Segment:
    """Return the links of one kind."""
    return _equal("kind", kind.value, "link_by_kind")


def index_for(connection: apsw.Connection, segment: Segment, order: Order, known: Parameters) -> str:
    """Return the index to read a segment by: the order's, or that of a condition which few links meet."""
    straight = order.terms == _TERMS[LinkSort.CREATED][0]
    parameters = known | segment.parameters
    for condition, index in segment.narrow:
        if straight and index in {"link_by_account", "link_by_kind"}:
            return index  # it is in this very order
        few = (
            f"SELECT count(*) FROM (SELECT 1 FROM link INDEXED BY {index} WHERE {condition} LIMIT {RARE + 1})"
        )
        if index != order.index and int(connection.execute(few, parameters).get) <= RARE:
            return index
    return order.index


def _groups(connection: apsw.Connection, group: LinkGroup | None, query: LinkQuery) -> tuple[Segment, ...]:
    match group:
        case LinkGroup.ACCOUNT:
            return tuple(map(for_account, [query.account] if query.account else _accounts(connection)))
        case LinkGroup.STATE:
            return tuple(map(_for_state, _states(query)))
        case _:
            return (Segment(),)


def _states(query: LinkQuery) -> tuple[LinkState, ...]:
    if query.states:
        return tuple(state for state in _STATES if state in query.states)
    return _STATES if query.ended or query.filter.mentions_state else _STATES[:2]


def _accounts(connection: apsw.Connection) -> list[str]:
    """Return the names of accounts with links, by steps from one to the next along the index."""
    rows = connection.execute(
        "WITH RECURSIVE step (one) AS (SELECT min(account) FROM link UNION ALL"
        " SELECT (SELECT min(account) FROM link WHERE account > one) FROM step WHERE one IS NOT NULL)"
        " SELECT one FROM step WHERE one IS NOT NULL"
    )
    return sorted((str(name) for (name,) in rows), key=str.casefold)


def _kinds() -> tuple[Segment, ...]:
    return tuple(for_kind(kind) for kind in sorted(LinkKind))


def _for_state(state: LinkState) -> Segment:
    where = f"({STATE[state]})"
    return Segment(where, {}, ((where, "link_by_end"),))


def _equal(column: str, value: str, index: str) -> Segment:
    where = f"{column} = :its_{column}"
    return replace(Segment(where, {f"its_{column}": value}), narrow=((where, index),))

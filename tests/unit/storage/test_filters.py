"""The database finds the very links that a filter means, as a plain reading of it in Python does."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

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
    Text,
    TextIs,
    Thing,
    Word,
)
from linktui.model.errors import FilterError
from linktui.model.filter import Filter, parse_filter
from linktui.model.final_filter import without_final
from linktui.model.link import Link, LinkedFile, LinkKind, LinkState
from linktui.model.query import LinkQuery, LinkSort
from linktui.model.saving import Saving
from linktui.model.when import Ago, Ahead, ByCalendar
from linktui.storage.database import Database
from linktui.storage.links import Links

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
DAY = timedelta(days=1)
MS = timedelta(milliseconds=1)


@pytest.fixture(scope="module")
def links(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Links]:
    database = Database(tmp_path_factory.mktemp("filters") / "linktui.db")
    yield Links(database)
    database.close()


# The reading in Python: what a filter means, without a word of SQL.


def holds(condition: Condition, link: Link) -> bool:  # noqa: C901 - one case for each kind of condition
    match condition:
        case Every(parts):
            return all(holds(part, link) for part in parts)
        case Some(parts):
            return any(holds(part, link) for part in parts)
        case Not(part):
            return not holds(part, link)
        case Word(text, exact):
            return any(text in line or (not exact and nearly(text, line)) for line in searched(link))
        case TextIs(of, text, whole):
            return any(agrees(one, text, whole) for one in texts(of, link))
        case HasPair(of, key, value, whole):
            pairs = link.metadata if of is Pairs.TAG else link.options
            return any(
                one.casefold() == key and (value is None or agrees(held, value, whole))
                for one, held in pairs.items()
            )
        case StateIn(states):
            return link.state(NOW) in states
        case KindIn(kinds):
            return link.kind in kinds
        case AmountIs(of, sign, number):
            known = {
                Amount.DOWNLOADS: link.downloads,
                Amount.LIMIT: link.download_limit,
                Amount.SIZE: link.size,
            }
            return compares(known[of], sign, number)
        case Has(thing):
            return has(thing, link)
        case Happens():
            return happens(condition, link)
        case Final():
            raise AssertionError("no row tells it by itself")


def searched(link: Link) -> list[str]:
    lines = [link.name, link.id, link.slug, link.account, link.kind.value, *link.facts.values()]
    lines += [word for file in link.files for word in (file.name, file.caption)]
    lines += [f"{key}={value}" for key, value in link.metadata.items()]
    return [line.casefold() for line in lines if line]


def nearly(word: str, line: str) -> bool:
    """Try every place of every letter, one after the other."""
    if not (3 <= len(word) <= 32 and word.isalnum() and not word.isdigit()):
        return False

    def goes_on(letters: str, after: int) -> bool:
        if not letters:
            return True
        reach = 1 if letters[0].isdigit() else 4
        near = [at for at in range(after + 1, after + 1 + reach) if at < len(line)]
        return any(line[at] == letters[0] and goes_on(letters[1:], at) for at in near)

    def begins(at: int) -> bool:
        before = line[at - 1] if at else " "
        return not before.isalnum() or before.isdigit() != line[at].isdigit()

    return any(line[at] == word[0] and begins(at) and goes_on(word[1:], at) for at in range(len(line)))


def texts(of: Text, link: Link) -> list[str]:
    return {
        Text.NAME: [link.name],
        Text.FILE: [file.name for file in link.files],
        Text.ID: [link.id],
        Text.ACCOUNT: [link.account],
        Text.SERVICE: [link.provider],
    }[of]


def amount(of: Amount, link: Link) -> int | None:
    known = {Amount.DOWNLOADS: link.downloads, Amount.LIMIT: link.download_limit, Amount.SIZE: link.size}
    return known[of]


def agrees(text: str, wanted: str, whole: bool) -> bool:
    return text.casefold() == wanted if whole else wanted in text.casefold()


def compares(number: int | None, sign: Sign, other: int) -> bool:
    if number is None:
        return False
    return {
        Sign.BELOW: number < other,
        Sign.UP_TO: number <= other,
        Sign.ABOVE: number > other,
        Sign.FROM: number >= other,
        Sign.EQUAL: number == other,
    }[sign]


def has(thing: Thing, link: Link) -> bool:
    return {
        Thing.PASSWORD: link.has_password,
        Thing.LIMIT: link.download_limit is not None,
        Thing.EXPIRY: link.expires_at is not None,
        Thing.FILES: bool(link.files),
        Thing.TAGS: bool(link.metadata),
    }[thing]


def happens(test: Happens, link: Link) -> bool:
    moment = {
        Moment.EXPIRES: link.expires_at,
        Moment.CREATED: link.created_at,
        Moment.UPDATED: link.updated_at,
    }[test.of]
    if moment is None:
        return test.of is Moment.EXPIRES and test.sign in {Sign.ABOVE, Sign.FROM}
    match test.when:
        case Ahead(length):
            begins, ends = NOW + length, NOW + length + MS
        case Ago(length):
            begins, ends = NOW - length, NOW - length + MS
        case ByCalendar("2026-11-21"):
            begins, ends = datetime(2026, 11, 21, tzinfo=UTC), datetime(2026, 11, 22, tzinfo=UTC)
        case _:
            raise AssertionError(test.when)
    within = {
        Sign.BELOW: moment < begins,
        Sign.UP_TO: moment < ends,
        Sign.ABOVE: moment >= ends,
        Sign.FROM: moment >= begins,
        Sign.EQUAL: begins <= moment < ends,
    }[test.sign]
    soon = isinstance(test.when, Ahead) and test.sign in {Sign.BELOW, Sign.UP_TO}
    return within and not (soon and moment <= NOW)


# Links and filters that meet often enough: few letters, few moments, few numbers.

WORDS = st.text("abiINß1 .-_=%*[", min_size=1, max_size=6)
MOMENTS = st.sampled_from(
    [NOW + days * DAY + milliseconds * MS for days in (-8, -7, -1, 0, 1, 7) for milliseconds in (-1, 0, 1)]
)
NUMBERS = st.sampled_from([0, 1, 2, 1000])
FILES = st.builds(LinkedFile, id=WORDS, name=WORDS, size=st.none() | NUMBERS, caption=WORDS | st.just(""))
PAIRS = st.dictionaries(st.sampled_from(["a", "A", "b c"]), WORDS | st.just(""), max_size=2)
LINKS = st.builds(
    Link,
    account=st.sampled_from(["local", "Acme", "acme-2"]),
    provider=st.sampled_from(["local", "stripe"]),
    id=WORDS,
    kind=st.sampled_from(LinkKind),
    name=WORDS,
    url=st.just("https://example.org/"),
    created_at=MOMENTS,
    slug=WORDS | st.just(""),
    updated_at=st.none() | MOMENTS,
    expires_at=st.none() | MOMENTS,
    revoked_at=st.none() | st.just(NOW),
    gone_at=st.none() | st.just(NOW),
    downloads=st.none() | NUMBERS,
    download_limit=st.none() | NUMBERS,
    has_password=st.booleans(),
    files=st.lists(FILES, max_size=2).map(tuple),
    metadata=PAIRS,
    options=PAIRS,
    facts=PAIRS,
)
FOLDED = WORDS.map(str.casefold)
SIGNS = st.sampled_from(Sign)
LENGTHS = st.sampled_from([DAY, 7 * DAY])
KEYS = st.sampled_from(["a", "b c"])
MANY = st.lists(LINKS, max_size=6, unique_by=lambda link: (link.account, link.id))
TESTS = st.one_of(
    st.builds(Word, FOLDED | st.sampled_from(["abi", "iab", "ani", "b1a", "nab"]), st.booleans()),
    st.builds(TextIs, st.sampled_from(Text), FOLDED | st.sampled_from(["acme", "stripe"]), st.booleans()),
    st.builds(
        HasPair, st.sampled_from(Pairs), st.sampled_from(["a", "b c"]), st.none() | FOLDED, st.booleans()
    ),
    st.builds(StateIn, st.sets(st.sampled_from(LinkState), min_size=1).map(frozenset)),
    st.builds(KindIn, st.sets(st.sampled_from(LinkKind), min_size=1).map(frozenset)),
    st.builds(AmountIs, st.sampled_from(Amount), SIGNS, NUMBERS),
    st.builds(Has, st.sampled_from(Thing)),
    st.builds(
        Happens,
        st.sampled_from(Moment),
        SIGNS,
        LENGTHS.map(Ahead) | LENGTHS.map(Ago) | st.just(ByCalendar("2026-11-21", UTC)),
    ),
)
CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    TESTS,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(Every, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Some, st.lists(inner, min_size=1, max_size=3).map(tuple)),
    ),
    max_leaves=6,
)


def fill(links: Links, many: list[Link]) -> None:
    """Have these links in the database, and no others."""

    async def act() -> None:
        for account, link_id in links.keys(LinkQuery(ended=True), now=NOW):
            await links.part(account, [link_id], at=NOW)
        await links.forget_gone(before=NOW + 365 * DAY)
        await links.save([(link, "") for link in many], seen=NOW)

    asyncio.run(act())


@settings(
    max_examples=60, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate]
)  # to shrink takes minutes
@given(
    st.lists(LINKS, max_size=6, unique_by=lambda link: (link.account, link.id)),
    st.lists(CONDITIONS, max_size=12),
)
def test_the_database_finds_what_the_filter_means(
    links: Links, many: list[Link], conditions: list[Condition]
) -> None:
    fill(links, many)
    for condition in conditions:
        query = LinkQuery(filter=Filter("x", condition), ended=True)
        wanted = {(link.account, link.id) for link in many if holds(condition, link)}
        assert set(links.keys(query, now=NOW)) == wanted
        assert links.counts(query, now=NOW).shown == len(wanted)


def link(name: str, **fields: object) -> Link:
    values: dict[str, object] = {
        "account": "local",
        "provider": "local",
        "kind": LinkKind.DOWNLOAD,
        "url": "",
    }
    return Link(**values | {"id": name, "name": name, "created_at": NOW} | fields)  # type: ignore[arg-type]


def found(links: Links, text: str, **query: object) -> list[str]:
    asked = LinkQuery(filter=parse_filter(text, zone=UTC), sort=LinkSort.NAME, descending=False, **query)  # type: ignore[arg-type]
    return [link_id for _, link_id in links.keys(asked, now=NOW)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", ["alive", "soon"]),
        ("state:expired", ["over"]),
        ("-state:expired", ["alive", "soon"]),
        ("expires<24h", ["soon"]),
        ("-expires<24h", ["alive"]),
        ("expires>24h", ["alive"]),
        ("expires:never", ["alive"]),
        ("state:ended,alive expires<now", ["over"]),
        ("tag.team=legal", ["soon"]),
        ("'; DROP TABLE link; --", []),
    ],
)
def test_ended_links_are_found_only_by_a_filter_that_speaks_of_states(
    links: Links, text: str, names: list[str]
) -> None:
    over = link("over", expires_at=NOW - DAY)
    soon = link("soon", expires_at=NOW + DAY / 2, metadata={"team": "Legal"})
    fill(links, [over, soon, link("alive")])
    assert found(links, text) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("final<24h", ["until end soon"]),
        ("final<=7d", ["until end later", "until end soon"]),
        ("final>24h", ["always soon", "never ends", "until end later"]),
        ("final:never", ["always soon", "never ends"]),
        ("final<now", ["never soon"]),
        ("-final:never expires<24h", ["never soon", "until end soon"]),
        ("final<24h OR final<now", ["never soon", "until end soon"]),
    ],
)
def test_what_can_be_saved_until_when_depends_on_the_account(
    links: Links, text: str, names: list[str]
) -> None:
    ends = {"soon": NOW + DAY / 2, "later": NOW + 2 * DAY}
    fill(
        links,
        [
            link(f"{account} {end}", account=account, expires_at=ends[end], created_at=NOW - DAY)
            for account, end in (
                ("always", "soon"), ("until end", "soon"), ("until end", "later"), ("never", "soon"),
            )
        ]
        + [link("never ends", account="never", created_at=NOW - DAY)],
    )  # fmt: skip
    savings = {"always": Saving.ALWAYS, "until end": Saving.UNTIL_END, "never": Saving.NEVER}
    root = without_final(parse_filter(text, zone=UTC).root, savings)
    query = LinkQuery(filter=Filter(text, root), sort=LinkSort.NAME, descending=False)
    assert [link_id for _, link_id in links.keys(query, now=NOW)] == names


def test_keys_are_given_in_order_and_only_of_those_asked_about(links: Links) -> None:
    fill(links, [link(name) for name in "abcd"])
    query = LinkQuery(sort=LinkSort.NAME)
    assert links.keys(query, now=NOW) == [("local", name) for name in "dcba"]
    some = [("local", "a"), ("local", "c"), ("local", "gone"), ("other", "b")]
    assert links.keys(query, now=NOW, among=some) == [("local", "c"), ("local", "a")]
    assert links.keys(query, now=NOW, among=[]) == []


def test_many_links_are_read_by_their_keys_in_their_order_without_those_that_are_gone(links: Links) -> None:
    many = [link(f"l_{number}") for number in range(2_500)]
    fill(links, many)
    keys = [(one.account, one.id) for one in reversed(many)]
    assert links.get_many([("local", "gone"), *keys]) == list(reversed(many))
    assert links.get_many([]) == []


def test_the_longest_filter_is_one_that_the_database_takes(links: Links) -> None:
    fill(links, [link("a")])
    for words in ("a " * 200, "a OR " * 199 + "a", "name:" + ",".join("a" * 200), "abc " * 200):
        found(links, words)
    nested = "-(" * 14 + "a" + " OR b)" * 14
    assert found(links, nested) == ["a"]
    with pytest.raises(FilterError):
        found(links, "a " * 201)

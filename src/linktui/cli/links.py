"""The commands that look at links: list, show and downloads."""

from __future__ import annotations

from argparse import ArgumentParser

from linktui.cli.desk import Desk, at_desk, looking, looking_or_asking
from linktui.cli.exit_codes import ExitCode
from linktui.cli.options import add_as, add_filter, add_json, add_now, add_output, filter_of
from linktui.cli.output import say, write_csv, write_facts, write_json, write_script, write_table
from linktui.cli.records import download_record, link_record
from linktui.cli.several import found
from linktui.cli.table import Column
from linktui.model.link import Link, LinkKind, LinkState
from linktui.model.phrases import STATE_SIGNS, day_text, left_text, moment_text, size_text
from linktui.model.query import LinkQuery, LinkSort
from linktui.model.saving import saving_words

EVERYTHING = 2**62
_DOWNWARD = {LinkSort.CREATED, LinkSort.DOWNLOADS, LinkSort.SIZE}
_COLUMNS = (
    Column("ID", fixed=True),
    Column("NAME"),
    Column("ACCOUNT"),
    Column("KIND", fixed=True),
    Column("STATE", fixed=True),
    Column("LEFT", right=True, fixed=True),
    Column("DOWNLOADS", right=True, fixed=True),
    Column("CREATED", fixed=True),
    Column("URL", fixed=True),
)


def add_list(parser: ArgumentParser) -> None:
    """Describe `links list`."""
    add_filter(parser)
    parser.add_argument("--ended", "--all", action="store_true", help="also those that are over")
    parser.add_argument("--kind", choices=[kind.value for kind in LinkKind])
    parser.add_argument(
        "--state",
        action="append",
        default=[],
        choices=[state.value for state in LinkState],
        help="only these",
    )
    parser.add_argument("--account", metavar="NAME")
    parser.add_argument("--sort", choices=[sort.value for sort in LinkSort], default=LinkSort.CREATED.value)
    parser.add_argument("--reverse", action="store_true", help="the other way round")
    parser.add_argument("--limit", type=int, default=EVERYTHING, metavar="N", help="at most N rows")
    parser.add_argument("--urls", action="store_true", help="show each link's URL in full")
    add_as(add_output(parser))
    parser.set_defaults(act=looking(_list))


def add_show(parser: ArgumentParser) -> None:
    """Describe `links show`."""
    parser.add_argument("id", metavar="ID")
    add_now(parser)
    shape = parser.add_mutually_exclusive_group()
    add_json(shape)
    add_as(shape)
    parser.set_defaults(act=looking_or_asking(_show, _ask_and_show))


def add_downloads(parser: ArgumentParser) -> None:
    """Describe `links downloads`."""
    parser.add_argument("id", metavar="ID")
    add_output(parser)
    parser.set_defaults(act=at_desk(_downloads, daemon=True))


def _list(desk: Desk) -> ExitCode:
    arguments, links = desk.arguments, desk.services.links
    sort = LinkSort(arguments.sort)
    query = LinkQuery(
        filter=filter_of(arguments),
        ended=arguments.ended,
        account=arguments.account and desk.services.accounts.get(arguments.account).name,
        kind=arguments.kind and LinkKind(arguments.kind),
        states=frozenset(LinkState(state) for state in arguments.state),
        sort=sort,
        descending=(sort in _DOWNWARD) != arguments.reverse,
    )
    rows = links.window(query, offset=0, limit=max(0, arguments.limit))
    if arguments.way:
        return _write_as(desk, rows)
    records = [link_record(link, links.now(link.account)) for link in rows]
    if arguments.json:
        write_json(records)
    elif arguments.csv:
        write_csv(records, of="links")
    elif rows:
        _write_links(desk, rows)
    else:
        say(_why_empty(desk, query))
    for account in desk.services.accounts.all():
        if trouble := links.trouble(account.name):
            say(f"{account.name}: {trouble}")
    return ExitCode.DONE


def _show(desk: Desk) -> ExitCode:
    return _write_link(desk, found(desk.services.links.resolve, desk.arguments.id))


async def _ask_and_show(desk: Desk) -> ExitCode:
    links = desk.services.links
    return _write_link(desk, await links.fetch(found(links.resolve, desk.arguments.id)))


def _write_link(desk: Desk, link: Link) -> ExitCode:
    now = desk.services.links.now(link.account)
    if desk.arguments.json:
        write_json(link_record(link, now))
        return ExitCode.DONE
    if desk.arguments.way:
        return _write_as(desk, [link])
    state = link.state(now)
    limit = f" of {link.download_limit}" if link.download_limit is not None else ""
    left = f", {left_text(link.expires_at, now)} left" if link.expires_at and state.alive else ""
    facts = [
        ("name", link.name),
        ("id", link.id),
        ("url", link.url),
        ("account", f"{link.account} ({link.provider})"),
        ("kind", link.kind.value),
        ("state", f"{STATE_SIGNS[state]} {state.value}"),
        ("expires", moment_text(link.expires_at) + left),
        ("afterwards", saving_words(link, desk.services.expiring.saving(link.account), now)),
        ("revoked", moment_text(link.revoked_at) if link.revoked_at else ""),
        ("gone", moment_text(link.gone_at) if link.gone_at else ""),
        ("downloads", "not counted" if link.downloads is None else f"{link.downloads}{limit}"),
        ("password", "yes" if link.has_password else "no"),
        ("created", moment_text(link.created_at)),
    ]
    facts += [("file", " · ".join(filter(None, [file.name, size_text(file.size), file.caption, file.id])))
              for file in link.files]  # fmt: skip
    facts += [("tag", f"{key}={value}") for key, value in link.metadata.items()]
    facts += [("option", f"{key}={value}") for key, value in link.options.items()]
    facts += link.facts.items()
    write_facts(facts)
    return ExitCode.DONE


def _write_as(desk: Desk, links: list[Link]) -> ExitCode:
    from linktui.model.copying import way_called

    way = way_called(desk.arguments.way, desk.services.templates)
    if links:
        write_script(way.write(links, lambda link: desk.services.links.now(link.account)))
    return ExitCode.DONE


async def _downloads(desk: Desk) -> ExitCode:
    links = desk.services.links
    link = found(links.resolve, desk.arguments.id)
    rows = await links.downloads(link)
    records = [download_record(download) for download in rows]
    if desk.arguments.json:
        write_json(records)
    elif desk.arguments.csv:
        write_csv(records, of="downloads")
    elif rows:
        columns = (Column("AT", fixed=True), Column("STATE"), Column("SIZE", right=True), Column("WHO"),
                   Column("FROM"))  # fmt: skip
        write_table(
            columns,
            [(day_text(row.at), row.state, size_text(row.size), row.agent, row.address) for row in rows],
        )
    else:
        say(f"Nobody has fetched “{link.name}” yet.")
    return ExitCode.DONE


def _write_links(desk: Desk, links: list[Link]) -> None:
    rows = []
    for link in links:
        now = desk.services.links.now(link.account)
        state = link.state(now)
        limit = f"/{link.download_limit}" if link.download_limit is not None else ""
        row = [
            link.id,
            link.name,
            link.account,
            link.kind.value,
            f"{STATE_SIGNS[state]} {state.value}",
            left_text(link.expires_at, now) if state.alive else "",
            "" if link.downloads is None else f"{link.downloads}{limit}",
            day_text(link.created_at),
            link.url,
        ]
        rows.append(row)
    hidden = {"ACCOUNT"} if len(desk.services.accounts.all()) == 1 else set()
    write_table(_COLUMNS, rows, hidden=hidden if desk.arguments.urls else {*hidden, "URL"})


def _why_empty(desk: Desk, query: LinkQuery) -> str:
    total = desk.services.links.counts(query).total
    if not total:
        return "There are no links yet; make one with `linktui upload FILE --link`."
    return f"None of the {total} links is asked for; --ended shows those that are over."

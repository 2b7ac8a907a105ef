"""The commands that make and change links: create, edit, extend, expire, revoke and delete."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import zip_longest

from linktui.cli.desk import Desk, at_desk, confirm
from linktui.cli.exit_codes import ExitCode
from linktui.cli.options import (
    add_json,
    add_link_options,
    add_options,
    add_password,
    add_yes,
    confirm_irrevocable,
    expiry,
    link_spec,
    read_password,
    tag,
)
from linktui.cli.output import say, write, write_json
from linktui.cli.records import link_record
from linktui.cli.rehearse import add_dry_run, show_requests
from linktui.cli.several import each, found
from linktui.model.call import Rehearsed
from linktui.model.capability import Ability
from linktui.model.errors import InvalidInput
from linktui.model.link import KEEP, Keep, Link, LinkedFile, LinkEdit, LinkKind
from linktui.model.phrases import moment_text

_LinkAct = Callable[[Desk, Link], Awaitable[None]]


def add_create(parser: ArgumentParser) -> None:
    """Describe `links create`."""
    parser.add_argument(
        "--file", nargs="+", action="extend", default=[], metavar="ID", help="stored files, in their order"
    )
    parser.add_argument(
        "--caption", action="append", default=[], help="a caption for each file, in the same order"
    )
    parser.add_argument("--account", metavar="NAME")
    add_link_options(parser)
    add_yes(parser)
    add_dry_run(parser)
    add_json(parser)
    parser.set_defaults(act=at_desk(_create, daemon=True))


def add_edit(parser: ArgumentParser) -> None:
    """Describe `links edit`."""
    parser.add_argument("id", metavar="ID")
    parser.add_argument("--expires", metavar="WHEN", help="7d, +7d, “fri 17:00”, 2026-12-01, now or never")
    parser.add_argument("--kind", choices=[kind.value for kind in LinkKind])
    parser.add_argument("--limit", type=_limit, metavar="N|none", default=KEEP)
    parser.add_argument("--name", default=KEEP)
    parser.add_argument("--slug", default=KEEP)
    parser.add_argument("--tag", type=tag, action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--untag", action="append", default=[], metavar="KEY")
    add_password(parser)
    parser.add_argument("--no-password", action="store_true", help="take the password away")
    parser.add_argument(
        "--file",
        nargs="+",
        action="extend",
        metavar="ID",
        help="the files it holds from now on, in their order",
    )
    parser.add_argument(
        "--caption", action="append", metavar="TEXT", help="a caption for each file, in order"
    )
    add_options(parser)
    add_dry_run(parser)
    add_json(parser)
    parser.set_defaults(act=at_desk(_edit, daemon=True))


def add_extend(parser: ArgumentParser) -> None:
    """Describe `links extend`."""
    parser.add_argument("id", nargs="+", metavar="ID")
    end = parser.add_mutually_exclusive_group(required=True)
    end.add_argument("--by", metavar="7d", help="so much later than its end, or than now if that is over")
    end.add_argument("--until", metavar="WHEN", help="until then")
    add_dry_run(parser)
    add_json(parser)
    parser.set_defaults(act=at_desk(_extend, daemon=True))


def add_ending(parser: ArgumentParser, verb: str) -> None:
    """Describe `links expire`, `links revoke` or `links delete`."""
    question, act = _ENDINGS[verb]
    parser.add_argument("id", nargs="+", metavar="ID")
    add_yes(parser)
    add_dry_run(parser)

    async def work(desk: Desk) -> ExitCode:
        links = [found(desk.services.links.resolve, link_id) for link_id in desk.arguments.id]
        if desk.arguments.dry_run:
            await desk.ensure_running()
            return await _rehearse(links, getattr(desk.services.rehearsal, verb))
        names = f"“{links[0].name}”" if len(links) == 1 else f"{len(links)} links"
        confirm(question.format(names), yes=desk.arguments.yes)
        await desk.ensure_running()
        return await each(links, lambda link: act(desk, link))

    parser.set_defaults(act=at_desk(work))


async def _create(desk: Desk) -> ExitCode:
    arguments, services = desk.arguments, desk.services
    files = [found(services.files.resolve, file_id) for file_id in arguments.file]
    account = arguments.account or (files[0].account if files else services.accounts.default.name)
    if any(file.account != account for file in files):
        raise InvalidInput("files", f"have to be the account “{account}”'s own")
    spec = link_spec(arguments, services, account=account, captions=arguments.caption)
    if arguments.dry_run:
        requests = await services.rehearsal.create(account, tuple(file.id for file in files), spec)
        return show_requests(requests, as_json=arguments.json)
    services.links.check_spec(account, spec, files=len(files))
    confirm_irrevocable(services, account, spec, yes=arguments.yes)
    link = await services.links.create(account, tuple(file.id for file in files), spec)
    say(f"“{link.name}” ends {moment_text(link.expires_at)}.")
    if arguments.json:
        write_json(link_record(link, services.links.now(account)))
    else:
        write(link.url)
    return ExitCode.DONE


async def _edit(desk: Desk) -> ExitCode:
    links = desk.services.links
    link = found(links.resolve, desk.arguments.id)
    edit = _edit_of(desk, link)
    if edit == LinkEdit():
        raise InvalidInput("edit", "names nothing to change; see `linktui links edit --help`")
    if desk.arguments.dry_run:
        return show_requests(await desk.services.rehearsal.edit(link, edit), as_json=desk.arguments.json)
    _show_changed(desk, [await links.edit(link, edit)], one=True)
    return ExitCode.DONE


async def _extend(desk: Desk) -> ExitCode:
    service = desk.services.links
    links = [found(service.resolve, link_id) for link_id in desk.arguments.id]
    changed: list[Link] = []

    def longer(link: Link) -> LinkEdit:
        if desk.arguments.by:
            return service.extension(link, desk.arguments.by)
        end = expiry(desk.arguments.until, now=service.now(link.account), current=link.expires_at)
        return LinkEdit(expires_at=end)

    async def extend(link: Link) -> None:
        changed.append(await service.edit(link, longer(link)))

    if desk.arguments.dry_run:
        rehearsal = desk.services.rehearsal
        return await _rehearse(
            links, lambda link: rehearsal.edit(link, longer(link)), as_json=desk.arguments.json
        )

    code = await each(links, extend)
    _show_changed(desk, changed, one=False)
    return code


def _edit_of(desk: Desk, link: Link) -> LinkEdit:
    arguments = desk.arguments
    password: str | Keep | None = read_password(arguments) or KEEP
    pairs = dict(arguments.tag) | dict.fromkeys(arguments.untag)
    end: datetime | Keep | None = KEEP
    expire_now = arguments.expires == "now"
    if arguments.expires and not expire_now:
        now = desk.services.links.now(link.account)
        end = expiry(arguments.expires, now=now, current=link.expires_at)
    return LinkEdit(
        expires_at=end,
        expire_now=expire_now,
        name=arguments.name,
        kind=LinkKind(arguments.kind) if arguments.kind else KEEP,
        slug=arguments.slug,
        password=None if arguments.no_password else password,
        download_limit=arguments.limit,
        metadata=pairs or KEEP,
        options=dict(arguments.option) or KEEP,
        files=_files_of(desk, link),
    )


def _files_of(desk: Desk, link: Link) -> tuple[LinkedFile, ...] | Keep:
    """Return the files that a link is to hold, each with the caption given, or else the one it has."""
    wanted, captions = desk.arguments.file, desk.arguments.caption or []
    if wanted is None and not captions:
        return KEEP
    before = {file.id: file for file in link.files}
    ids = list(before) if wanted is None else [found(desk.services.files.resolve, one).id for one in wanted]
    if len(captions) > len(ids):
        raise InvalidInput(
            "caption", f"was given {len(captions)} times for {len(ids)} file{'s' if len(ids) > 1 else ''}"
        )
    files = [before.get(one, LinkedFile(one, "")) for one in ids]
    return tuple(
        replace(file, caption=caption) if caption is not None else file
        for file, caption in zip_longest(files, captions)
    )


async def _rehearse(
    links: Sequence[Link],
    act: Callable[[Link], Awaitable[Sequence[Rehearsed]]],
    *,
    as_json: bool = False,
) -> ExitCode:
    requests: list[Rehearsed] = []

    async def one(link: Link) -> None:
        requests.extend(await act(link))

    code = await each(links, one)
    show_requests(requests, as_json=as_json)
    return code


def _show_changed(desk: Desk, links: list[Link], *, one: bool) -> None:
    for link in links:
        say(f"“{link.name}” ends {moment_text(link.expires_at)}.")
    if desk.arguments.json:
        records = [link_record(link, desk.services.links.now(link.account)) for link in links]
        write_json(records[0] if one else records)


def _limit(text: str) -> int | Keep | None:
    # argparse converts a default too when it is a text, and KEEP is one.
    if text == KEEP:
        return KEEP
    return None if text == "none" else int(text)


async def _expire(desk: Desk, link: Link) -> None:
    await desk.services.links.expire(link)
    can_revive = desk.services.accounts.get(link.account).limits.can(Ability.REVIVE)
    after = f"; `linktui links extend {link.id} --by 7d` revives it." if can_revive else " for good."
    say(f"“{link.name}” has ended{after}")


async def _revoke(desk: Desk, link: Link) -> None:
    await desk.services.links.revoke(link)
    say(f"“{link.name}” is revoked.")


async def _delete(desk: Desk, link: Link) -> None:
    await desk.services.links.delete(link)
    say(f"“{link.name}” is deleted; its files are kept.")


_ENDINGS: dict[str, tuple[str, _LinkAct]] = {
    "expire": ("End {} now?", _expire),
    "revoke": ("Revoke {} for good?", _revoke),
    "delete": ("Delete {} for good?", _delete),
}

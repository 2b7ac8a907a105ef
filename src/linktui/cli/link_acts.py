"""The commands that make and end links, or let them end later: create, extend, expire, revoke and delete."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from itertools import zip_longest

from linktui.cli.bulk import add_bulk, carry_out, change_each
from linktui.cli.chosen import add_chosen, chosen, one_chosen
from linktui.cli.desk import Desk, at_desk, confirm
from linktui.cli.exit_codes import ExitCode
from linktui.cli.options import add_link_options, confirm_irrevocable, expiry, link_spec
from linktui.cli.output import say, write, write_json
from linktui.cli.records import end_told, link_record
from linktui.cli.rehearse import show_requests
from linktui.cli.several import found
from linktui.model.capability import Ability
from linktui.model.change import Intent, Verb
from linktui.model.errors import InvalidInput
from linktui.model.file import File
from linktui.model.link import Link, LinkEdit, LinkSpec
from linktui.model.phrases import moment_text
from linktui.model.plan_words import counted
from linktui.services.planning import Planner

_LinkAct = Callable[[Desk, Link], Awaitable[Link]]
"""Ends one link and returns it as it is left."""


def add_create(parser: ArgumentParser) -> None:
    """Describe `links create`."""
    parser.add_argument(
        "--file", nargs="+", action="extend", default=[], metavar="ID", help="stored files, in their order"
    )
    parser.add_argument("--each", action="store_true", help="a link to each of the files, by a plan")
    parser.add_argument(
        "--caption", action="append", default=[], help="a caption for each file, in the same order"
    )
    parser.add_argument("--account", metavar="NAME")
    add_link_options(parser)
    add_bulk(parser)
    parser.set_defaults(act=at_desk(_create, daemon=True))


def add_extend(parser: ArgumentParser) -> None:
    """Describe `links extend`."""
    add_chosen(parser, example="extend --filter 'expires<24h' --by 7d")
    end = parser.add_mutually_exclusive_group(required=True)
    end.add_argument("--by", metavar="7d", help="so much later than its end, or than now if that is over")
    end.add_argument("--until", metavar="WHEN", help="until then")
    add_bulk(parser)
    parser.set_defaults(act=at_desk(_extend))


def add_ending(parser: ArgumentParser, verb: str) -> None:
    """Describe `links expire`, `links revoke` or `links delete`."""
    question, title, act = _ENDINGS[verb]
    add_chosen(parser, example=f"{verb} --filter 'tag.order=42'")
    add_bulk(parser)

    def ended(planner: Planner, link: Link) -> Intent:
        return planner.expired(link) if verb == Verb.EXPIRE else planner.ended(link, Verb(verb))

    async def work(desk: Desk) -> ExitCode:
        link = one_chosen(desk)
        if link is None or desk.arguments.plan:
            return await change_each(desk, chosen(desk), title, ended)
        if desk.arguments.dry_run:
            await desk.ensure_running()
            requests = await getattr(desk.services.rehearsal, verb)(link)
            return show_requests(requests, as_json=desk.arguments.json)
        confirm(question.format(f"“{link.name}”"), yes=desk.arguments.yes)
        await desk.ensure_running()
        left = await act(desk, link)
        if desk.arguments.json:
            write_json(link_record(left, desk.services.links.now(left.account)))
        return ExitCode.DONE

    parser.set_defaults(act=at_desk(work))


async def _create(desk: Desk) -> ExitCode:
    arguments, services = desk.arguments, desk.services
    files = [found(services.files.resolve, file_id) for file_id in arguments.file]
    account = arguments.account or (files[0].account if files else services.accounts.default.name)
    if any(file.account != account for file in files):
        raise InvalidInput("files", f"have to be the account “{account}”'s own")
    spec = link_spec(arguments, services, account=account, captions=arguments.caption)
    if arguments.each or arguments.plan:
        return await carry_out(desk, f"make {counted(len(files), 'link')}", _each(desk, account, files, spec))
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


def _each(desk: Desk, account: str, files: Sequence[File], spec: LinkSpec) -> list[Intent]:
    planner = desk.services.plans.planner()
    if not desk.arguments.each:
        return [planner.created(account, tuple(file.id for file in files), spec)]
    if spec.slug:
        raise InvalidInput("slug", "is the address of one link; leave it out with --each")
    captions = [(caption,) if caption else () for caption in spec.captions[: len(files)]]
    return [
        planner.created(account, (file.id,), replace(spec, captions=caption))
        for file, caption in zip_longest(files, captions, fillvalue=())
        if isinstance(file, File)
    ]


async def _extend(desk: Desk) -> ExitCode:
    arguments, service = desk.arguments, desk.services.links
    link = one_chosen(desk)
    if link is None or arguments.plan:
        title = f"extend {{}} by {arguments.by}" if arguments.by else f"have {{}} end {arguments.until}"
        return await change_each(desk, chosen(desk), title, _longer(arguments.by, arguments.until))
    await desk.ensure_running()
    edit = _extension(desk, link)
    if arguments.dry_run:
        return show_requests(await desk.services.rehearsal.edit(link, edit), as_json=arguments.json)
    changed = await service.edit(link, edit)
    say(end_told(changed, before=link))
    if arguments.json:
        write_json([link_record(changed, service.now(changed.account))])
    return ExitCode.DONE


def _longer(by: str | None, until: str) -> Callable[[Planner, Link], Intent]:
    if by is not None:
        return lambda planner, link: planner.extended(link, by)
    return lambda planner, link: planner.ending(link, until)


def _extension(desk: Desk, link: Link) -> LinkEdit:
    arguments, service = desk.arguments, desk.services.links
    if arguments.by:
        return service.extension(link, arguments.by)
    end = expiry(arguments.until, now=service.now(link.account), current=link.expires_at)
    return LinkEdit(expires_at=end)


async def _expire(desk: Desk, link: Link) -> Link:
    left = await desk.services.links.expire(link)
    can_revive = desk.services.accounts.get(link.account).limits.can(Ability.REVIVE)
    after = f"; `linktui links extend {link.id} --by 7d` revives it." if can_revive else " for good."
    say(f"“{link.name}” has ended{after}")
    return left


async def _revoke(desk: Desk, link: Link) -> Link:
    left = await desk.services.links.revoke(link)
    say(f"“{link.name}” is revoked.")
    return left


async def _delete(desk: Desk, link: Link) -> Link:
    await desk.services.links.delete(link)
    say(f"“{link.name}” is deleted; its files are kept.")
    return link


_ENDINGS: dict[str, tuple[str, str, _LinkAct]] = {
    "expire": ("End {} now?", "expire {} now", _expire),
    "revoke": ("Revoke {} for good?", "revoke {}", _revoke),
    "delete": ("Delete {} for good?", "delete {}", _delete),
}

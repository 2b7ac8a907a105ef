"""The commands that make and change links: create, edit, extend, expire, revoke and delete."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from itertools import zip_longest

from linktui.cli.applying import add_applying
from linktui.cli.bulk import add_choosing, chosen, is_single, plan_all, plan_each
from linktui.cli.desk import Desk, at_desk, confirm
from linktui.cli.exit_codes import ExitCode
from linktui.cli.options import (
    add_link_options,
    add_options,
    add_password,
    confirm_irrevocable,
    expiry,
    link_spec,
    read_password,
    tag,
)
from linktui.cli.output import say, write, write_json
from linktui.cli.records import link_record
from linktui.cli.rehearse import show_requests
from linktui.cli.several import found
from linktui.model.capability import Ability
from linktui.model.change import Intent, Verb
from linktui.model.errors import InvalidInput
from linktui.model.link import KEEP, Keep, Link, LinkedFile, LinkEdit, LinkKind, LinkSpec
from linktui.model.phrases import moment_text
from linktui.services.planning import Planner

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
    parser.add_argument("--each", action="store_true", help="a link for each file, instead of one for all")
    add_link_options(parser)
    add_applying(parser)
    parser.add_argument("--plan", action="store_true", help="with --each: only make the plan")
    parser.set_defaults(act=at_desk(_create))


def add_edit(parser: ArgumentParser) -> None:
    """Describe `links edit`."""
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
    add_choosing(parser)
    parser.set_defaults(act=at_desk(_edit))


def add_extend(parser: ArgumentParser) -> None:
    """Describe `links extend`."""
    end = parser.add_mutually_exclusive_group(required=True)
    end.add_argument("--by", metavar="7d", help="so much later than its end, or than now if that is over")
    end.add_argument("--until", metavar="WHEN", help="until then")
    add_choosing(parser)
    parser.set_defaults(act=at_desk(_extend))


def add_ending(parser: ArgumentParser, verb: str) -> None:
    """Describe `links expire`, `links revoke` or `links delete`."""
    question, act = _ENDINGS[verb]
    add_choosing(parser)

    async def work(desk: Desk) -> ExitCode:
        links = chosen(desk)
        if not is_single(desk, links):
            return await plan_each(
                desk,
                f"{verb} {{}}",
                links,
                lambda planner, link: (
                    planner.expired(link) if verb == Verb.EXPIRE else planner.ended(link, Verb(verb))
                ),
            )
        [link] = links
        if desk.arguments.dry_run:
            await desk.ensure_running()
            requests = await getattr(desk.services.rehearsal, verb)(link)
            return show_requests(requests, as_json=desk.arguments.json)
        confirm(question.format(f"“{link.name}”"), yes=desk.arguments.yes)
        await desk.ensure_running()
        await act(desk, link)
        return ExitCode.DONE

    parser.set_defaults(act=at_desk(work))


def add_move(parser: ArgumentParser) -> None:
    """Describe `links move`."""
    parser.add_argument("--to", required=True, metavar="ACCOUNT", help="where their files and links go")
    parser.add_argument("--expires", default="", metavar="WHEN", help="when the new ones end")
    parser.add_argument("--end-old", action="store_true", help="then end the old links")
    add_choosing(parser)
    parser.set_defaults(act=at_desk(_move))


async def _create(desk: Desk) -> ExitCode:
    arguments, services = desk.arguments, desk.services
    files = [found(services.files.resolve, file_id) for file_id in arguments.file]
    account = arguments.account or (files[0].account if files else services.accounts.default.name)
    if any(file.account != account for file in files):
        raise InvalidInput("files", f"have to be the account “{account}”'s own")
    spec = link_spec(arguments, services, account=account, captions=arguments.caption)
    if arguments.each:
        planner, captions = services.plans.planner(), [*arguments.caption, *[""] * len(files)]
        intents = [
            planner.created(account, (file.id,), replace(spec, captions=(caption,) if caption else ()))
            for file, caption in zip(files, captions, strict=False)
        ]
        return await plan_all(desk, f"a link for each of {len(files)} files", intents)
    await desk.ensure_running()
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
    links = chosen(desk)
    if not any(_edit_of(desk, link) != LinkEdit() for link in links[:1]) and links:
        from linktui.cli.editing import edit_as_text

        return await edit_as_text(desk, links)
    if len(links) > 1 and (desk.arguments.slug is not KEEP or desk.arguments.file or desk.arguments.caption):
        raise InvalidInput("edit", "gives an address, files or captions, which only one link can have")
    if not is_single(desk, links):
        edits = {(link.account, link.id): _edit_of(desk, link) for link in links}
        return await plan_each(
            desk, "edit {}", links, lambda planner, link: planner.edited(link, edits[link.account, link.id])
        )
    [link] = links
    await desk.ensure_running()
    edit = _edit_of(desk, link)
    if desk.arguments.dry_run:
        return show_requests(await desk.services.rehearsal.edit(link, edit), as_json=desk.arguments.json)
    changed = await desk.services.links.edit(link, edit)
    say(f"“{changed.name}” ends {moment_text(changed.expires_at)}.")
    if desk.arguments.json:
        write_json(link_record(changed, desk.services.links.now(changed.account)))
    return ExitCode.DONE


async def _extend(desk: Desk) -> ExitCode:
    arguments, service = desk.arguments, desk.services.links
    links = chosen(desk)
    if not is_single(desk, links):
        phrase = f"+{arguments.by.removeprefix('+')}" if arguments.by else arguments.until
        words = f"extend {{}} by {arguments.by}" if arguments.by else f"have {{}} end {arguments.until}"
        return await plan_each(desk, words, links, lambda planner, link: planner.ending(link, phrase))
    [link] = links
    await desk.ensure_running()
    if arguments.by:
        edit = service.extension(link, arguments.by)
    else:
        end = expiry(arguments.until, now=service.now(link.account), current=link.expires_at)
        edit = LinkEdit(expires_at=end)
    if arguments.dry_run:
        return show_requests(await desk.services.rehearsal.edit(link, edit), as_json=arguments.json)
    changed = await service.edit(link, edit)
    say(f"“{changed.name}” ends {moment_text(changed.expires_at)}.")
    if arguments.json:
        write_json([link_record(changed, service.now(changed.account))])
    return ExitCode.DONE


async def _move(desk: Desk) -> ExitCode:
    arguments, services = desk.arguments, desk.services
    account = services.accounts.get(arguments.to).name

    def moved(planner: Planner, link: Link) -> Intent:
        ends = link.expires_at
        if arguments.expires:
            ends = expiry(arguments.expires, now=planner.now(account), current=link.expires_at)
        can_name = services.accounts.get(account).limits.can(Ability.RENAME)
        spec = LinkSpec(kind=link.kind, name=link.name if can_name else "", expires_at=ends)
        return planner.moved(link, account, spec, end_old=arguments.end_old)

    return await plan_each(desk, f"move {{}} to {account}", chosen(desk), moved)


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

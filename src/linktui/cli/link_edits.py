"""The commands that change links field by field: edit and tag."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from dataclasses import replace
from datetime import datetime
from itertools import zip_longest

from linktui.cli.bulk import add_bulk, change_each
from linktui.cli.chosen import add_chosen, chosen, one_chosen
from linktui.cli.desk import Desk, at_desk
from linktui.cli.exit_codes import ExitCode
from linktui.cli.options import add_options, add_password, expiry, read_password, tag
from linktui.cli.output import say, write_json
from linktui.cli.records import end_told, link_record
from linktui.cli.rehearse import show_requests
from linktui.cli.several import found
from linktui.model.errors import InvalidInput
from linktui.model.link import KEEP, Keep, Link, LinkedFile, LinkEdit, LinkKind
from linktui.model.phrases import tags_text


def add_edit(parser: ArgumentParser) -> None:
    """Describe `links edit`."""
    add_chosen(parser, example="edit --filter name:draft --limit 5 --expires +7d")
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
    add_bulk(parser)
    parser.set_defaults(act=at_desk(_edit))


def add_tag(parser: ArgumentParser) -> None:
    """Describe `links tag`."""
    add_chosen(parser, example="tag --filter 'created<24h' --set stage=new")
    parser.add_argument(
        "--set", type=tag, action="append", default=[], metavar="KEY=VALUE", help="may be repeated"
    )
    parser.add_argument("--remove", action="append", default=[], metavar="KEY", help="may be repeated")
    add_bulk(parser)
    parser.set_defaults(act=at_desk(_tag))


async def _edit(desk: Desk) -> ExitCode:
    link, arguments = one_chosen(desk), desk.arguments
    password: str | Keep | None = None if arguments.no_password else read_password(arguments) or KEEP
    if link is not None and not arguments.plan and not _is_for_the_editor(desk, link, password):
        return await _edit_one(desk, link, _edit_of(desk, link, password))
    links = chosen(desk)
    if links and _edit_of(desk, links[0], password) == LinkEdit():
        from linktui.cli.link_sheets import edit_as_text

        return await edit_as_text(desk, links)
    if arguments.slug is not KEEP and len(links) > 1:
        raise InvalidInput("slug", "is the address of one link; leave it out for several")
    return await change_each(
        desk, links, "edit {}", lambda planner, link: planner.edited(link, _edit_of(desk, link, password))
    )


def _is_for_the_editor(desk: Desk, link: Link, password: str | Keep | None) -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty() and _edit_of(desk, link, password) == LinkEdit()


async def _tag(desk: Desk) -> ExitCode:
    arguments = desk.arguments
    tags: dict[str, str | None] = dict(arguments.set) | dict.fromkeys(arguments.remove)
    if not tags:
        raise InvalidInput("tags", "are to be named: --set KEY=VALUE, or --remove KEY")
    edit, link = LinkEdit(metadata=tags), one_chosen(desk)
    if link is not None and not arguments.plan:
        return await _edit_one(desk, link, edit)
    title = "tag {}: " + tags_text(tags).replace("{", "{{").replace("}", "}}")
    return await change_each(desk, chosen(desk), title, lambda planner, link: planner.tagged(link, tags))


async def _edit_one(desk: Desk, link: Link, edit: LinkEdit) -> ExitCode:
    if edit == LinkEdit():
        raise InvalidInput("edit", "names nothing to change; see `linktui links edit --help`")
    await desk.ensure_running()
    if desk.arguments.dry_run:
        return show_requests(await desk.services.rehearsal.edit(link, edit), as_json=desk.arguments.json)
    changed = await desk.services.links.edit(link, edit)
    say(end_told(changed, before=link))
    if desk.arguments.json:
        write_json(link_record(changed, desk.services.links.now(changed.account)))
    return ExitCode.DONE


def _edit_of(desk: Desk, link: Link, password: str | Keep | None) -> LinkEdit:
    arguments = desk.arguments
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
        password=password,
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

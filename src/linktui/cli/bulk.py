"""Change many links by a plan: made, shown, asked about, applied and waited for."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable, Sequence

from linktui.cli.applying import add_applying, look_and_apply
from linktui.cli.desk import Desk
from linktui.cli.exit_codes import ExitCode
from linktui.cli.output import say, write, write_json
from linktui.cli.plan_view import plan_lines
from linktui.cli.plans import record_of
from linktui.cli.rehearse import rehearse_intents
from linktui.model.change import Intent
from linktui.model.link import Link
from linktui.model.plan_words import counted
from linktui.model.text import clean
from linktui.services.planning import Planner

LONGEST_TITLE = 60


def add_bulk(parser: ArgumentParser) -> None:
    """Add what a command that may change many links can be told."""
    parser.add_argument("--plan", action="store_true", help="only make a plan of it and print its number")
    add_applying(parser)


async def change_each(
    desk: Desk, links: Sequence[Link], title: str, make: Callable[[Planner, Link], Intent]
) -> ExitCode:
    """Have something become of each link; `title` has `{}` where the links are counted."""
    if not links:
        say("No link matches; nothing was done.")
        if desk.arguments.json:
            write_json([])
        return ExitCode.DONE
    planner = desk.services.plans.planner()
    intents = [make(planner, link) for link in links]
    return await carry_out(desk, title.format(counted(len(links), "link")), intents)


async def carry_out(desk: Desk, title: str, intents: Sequence[Intent], *, keep: bool = False) -> ExitCode:
    """Rehearse changes, keep them as a plan, or show, ask and make them, as the command line says.

    `keep` keeps the plan of a person who says no: what was written by hand is not thrown away.
    """
    if desk.arguments.dry_run:
        await desk.ensure_running()
        return await rehearse_intents(desk, intents)
    plan = await desk.services.plans.make(clean(title, limit=LONGEST_TITLE), intents)
    if not desk.arguments.plan:
        return await look_and_apply(desk, plan, keep=keep)
    for line in plan_lines(plan, desk.services.plans.outline(plan.id), desk.services.clock()):
        say(line)
    say(f"`linktui plan show {plan.id}` shows it all, `linktui plan apply {plan.id}` makes it so.")
    if desk.arguments.json:
        write_json(record_of(desk, plan))
    else:
        write(str(plan.id))
    return ExitCode.DONE

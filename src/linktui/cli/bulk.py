"""Acts on several links: chosen by ids or by a filter, made into a plan, shown, asked about and applied."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable, Sequence

from linktui.cli.applying import add_applying, ask_and_apply
from linktui.cli.desk import Desk
from linktui.cli.exit_codes import ExitCode
from linktui.cli.options import add_filter, filter_of
from linktui.cli.output import say, write
from linktui.cli.plan_lines import FEW, say_plan
from linktui.cli.several import found
from linktui.model.change import Intent
from linktui.model.errors import InvalidInput
from linktui.model.link import Link
from linktui.model.plan import PlanState
from linktui.model.plan_words import counted
from linktui.model.query import LinkQuery
from linktui.services.planning import Planner


def add_choosing(parser: ArgumentParser) -> None:
    """Add the two ways to say which links, and what a plan of several is asked."""
    parser.add_argument("id", nargs="*", metavar="ID")
    add_filter(parser)
    parser.add_argument("--account", default="", metavar="NAME", help="with --filter: only there")
    parser.add_argument("--ended", action="store_true", help="with --filter: also those that are over")
    add_applying(parser)
    parser.add_argument("--plan", action="store_true", help="make the plan only, and print its number")


def chosen(desk: Desk) -> list[Link]:
    """Return the links that ids or a filter name; raises InvalidInput, and Stop for an unknown id."""
    arguments, links = desk.arguments, desk.services.links
    if arguments.id and arguments.filter:
        raise InvalidInput("links", "are chosen by their ids or by --filter, not by both")
    if arguments.id:
        return [found(links.resolve, link_id) for link_id in dict.fromkeys(arguments.id)]
    if not arguments.filter:
        raise InvalidInput("links", "are not named; give their ids, or --filter")
    account = desk.services.accounts.get(arguments.account).name if arguments.account else None
    query = LinkQuery(filter=filter_of(arguments), ended=arguments.ended, account=account)
    return links.get_many(links.keys(query))


def is_single(desk: Desk, links: Sequence[Link]) -> bool:
    """Tell whether one link was named, which is changed at once; whatever a filter finds is a plan."""
    return len(links) == 1 and bool(desk.arguments.id) and not desk.arguments.plan


async def plan_each(
    desk: Desk, title: str, links: Sequence[Link], intent: Callable[[Planner, Link], Intent]
) -> ExitCode:
    """Make the plan that does one thing to each link; `title` has a place for what they are called."""
    if not links:
        return _none()
    planner = desk.services.plans.planner()
    named = f"“{links[0].name}”" if len(links) == 1 else counted(len(links), "link")
    return await plan_all(
        desk, title.format(named) if links else title, [intent(planner, link) for link in links]
    )


async def plan_all(desk: Desk, title: str, intents: Sequence[Intent]) -> ExitCode:
    """Make a plan and do with it what was asked for."""
    if not intents:
        return _none()
    plans = desk.services.plans
    plan = await plans.make(title, intents)
    if desk.arguments.plan and not desk.arguments.dry_run:
        say_plan(plan, plans.outline(plan.id), plans.changes(plan.id, limit=FEW), desk.services.clock())
        write(str(plan.id))
        return ExitCode.DONE
    try:
        return await ask_and_apply(desk, plan)
    finally:
        if plans.get(plan.id).state is PlanState.DRAFT:
            await plans.discard(plan.id)


def _none() -> ExitCode:
    say("No link is meant; nothing was done.")
    return ExitCode.DONE

"""The commands about hooks: list them, try one out, and see how they went."""

from __future__ import annotations

from argparse import ArgumentParser

from linktui.cli.desk import Desk, at_desk, looking
from linktui.cli.exit_codes import ExitCode, Stop
from linktui.cli.options import add_output
from linktui.cli.output import say, write_csv, write_json, write_table
from linktui.cli.table import Column
from linktui.config.extensions import HookSettings
from linktui.model.errors import InvalidInput
from linktui.model.happening import Errand, ErrandState, Event
from linktui.model.phrases import day_text
from linktui.model.records import Record, iso, link_record, plan_head, upload_record
from linktui.services.errand_samples import sample_link, sample_plan, sample_upload
from linktui.services.hooks import run_hook

NONE = 'There is no hook yet: write [hooks.NAME] with on = ["link.expiring"] and run = "…" into {}.'


def add_list(parser: ArgumentParser) -> None:
    """Describe `hooks list`."""
    add_output(parser)
    parser.set_defaults(act=looking(_list))


def add_test(parser: ArgumentParser) -> None:
    """Describe `hooks test`."""
    parser.add_argument("name", metavar="NAME", help="of [hooks.NAME]")
    parser.add_argument(
        "event",
        nargs="?",
        metavar="EVENT",
        choices=[event.value for event in Event],
        help="one that it is for; the first of them by default",
    )
    parser.set_defaults(act=at_desk(_test))


def add_log(parser: ArgumentParser) -> None:
    """Describe `hooks log`."""
    parser.add_argument("name", nargs="?", metavar="NAME", help="only of this hook")
    parser.add_argument("--failed", action="store_true", help="only what failed or was lost")
    parser.add_argument("--limit", type=int, default=100, metavar="N", help="look through the latest N")
    add_output(parser)
    parser.set_defaults(act=looking(_log))


def _list(desk: Desk) -> ExitCode:
    records = [_record(desk, name, hook) for name, hook in desk.house.settings.hooks.items()]
    if desk.arguments.json:
        write_json(records)
    elif desk.arguments.csv:
        write_csv(records, of="hooks")
    elif records:
        columns = (Column("NAME", fixed=True), Column("ON"), Column("LATEST"), Column("RUN"))
        write_table(columns, [_row(record) for record in records])
    else:
        say(NONE.format(desk.house.locations.settings_file))
    return ExitCode.DONE


def _record(desk: Desk, name: str, hook: HookSettings) -> Record:
    latest = next(iter(desk.services.errands.log(hook=name, limit=1)), None)
    return {
        "name": name,
        "on": list(hook.on),
        "before": list(hook.before) if Event.LINK_EXPIRING in hook.on else [],
        "run": hook.run,
        "timeout": hook.timeout,
        "latest": latest and latest.state.value,
    }


def _row(record: Record) -> tuple[str, ...]:
    on, before = record["on"], record["before"]
    assert isinstance(on, list)
    assert isinstance(before, list)
    ahead = f" ({', '.join(before)} before)" if before else ""
    return str(record["name"]), ", ".join(on) + ahead, str(record["latest"] or "-"), str(record["run"])


async def _test(desk: Desk) -> ExitCode:
    name = desk.arguments.name
    hook = desk.house.settings.hooks.get(name)
    if hook is None:
        raise InvalidInput("hook", f"“{name}” is not in [hooks] of {desk.house.locations.settings_file}")
    event = Event(desk.arguments.event or hook.on[0])
    trouble = await run_hook(*_made_up(desk, name, hook, event))
    if trouble:
        raise Stop(f"“{name}” on {event.value}: {trouble}.", ExitCode.FAULT)
    say(f"“{name}” took {event.value} about something made up.")
    return ExitCode.DONE


def _made_up(desk: Desk, name: str, hook: HookSettings, event: Event) -> tuple[Errand, HookSettings, Record]:
    """Return an event about something that does not exist, and what the hook is given."""
    now = desk.services.clock()
    detail = hook.before[0] if event is Event.LINK_EXPIRING else "1"
    told: Record = {"event": event.value, "at": iso(now)}
    match event.of:
        case "link":
            told["link"] = link_record(sample_link(now, over=event is Event.LINK_EXPIRED), now)
        case "upload":
            told["upload"] = upload_record(sample_upload(now, failed=event is Event.UPLOAD_FAILED))
        case _:
            told["plan"] = plan_head(sample_plan(now))
    errand = Errand(id=0, at=now, hook=name, event=event, account="local", subject="", detail=detail)
    return errand, hook, told | errand.more


def _log(desk: Desk) -> ExitCode:
    arguments = desk.arguments
    rows = desk.services.errands.log(hook=arguments.name, limit=max(0, arguments.limit))
    if arguments.failed:
        rows = [row for row in rows if row.state in {ErrandState.FAILED, ErrandState.LOST}]
    records = [_log_record(row) for row in rows]
    if arguments.json:
        write_json(records)
    elif arguments.csv:
        write_csv(records, of="errands")
    elif rows:
        columns = (Column("AT", fixed=True), Column("HOOK"), Column("EVENT", fixed=True), Column("ABOUT"),
                   Column("STATE", fixed=True), Column("WHY"))  # fmt: skip
        write_table(
            columns,
            [(day_text(row.at), row.hook, row.event.value, row.subject, row.state.value, row.trouble)
             for row in rows],
        )  # fmt: skip
    else:
        say("No hook was run yet.")
    return ExitCode.DONE


def _log_record(row: Errand) -> Record:
    return {
        "at": iso(row.at),
        "hook": row.hook,
        "event": row.event.value,
        "account": row.account or None,
        "subject": row.subject,
        "state": row.state.value,
        "ended_at": iso(row.ended_at),
        "trouble": row.trouble,
    }

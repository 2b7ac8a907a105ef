"""`links check`: whether links are as their services say, and a plan of what would mend the others."""

from __future__ import annotations

import asyncio
import sys
from argparse import ArgumentParser
from collections.abc import Sequence

from linktui.cli.chosen import add_chosen, chosen
from linktui.cli.desk import Desk, at_desk
from linktui.cli.exit_codes import ExitCode
from linktui.cli.options import add_output
from linktui.cli.output import say, terminal_width, write, write_csv, write_json, write_table
from linktui.cli.table import Column
from linktui.model.finding import Finding, Ill, Report, remedies_of
from linktui.model.finding_words import remedy_words, summary_words
from linktui.model.plan_words import counted

LOOK = 0.2
"""Seconds between two words on how far it is."""
_COLUMNS = (
    Column("FOUND", fixed=True),
    Column("ID", fixed=True),
    Column("NAME"),
    Column("ACCOUNT"),
    Column("DETAIL"),
    Column("CHANGE"),
)


def add_check(parser: ArgumentParser) -> None:
    """Describe `links check`."""
    add_chosen(parser, example="check --filter account:acme --ended")
    kinds = "\n".join(f"  {ill.value:<10} {ill.words}" for ill in Ill)
    parser.epilog = f"what is found:\n{kinds}\n\n{parser.epilog}"
    parser.add_argument(
        "--only", nargs="+", choices=[ill.value for ill in Ill], metavar="FOUND", help="only such findings"
    )
    parser.add_argument(
        "--plan",
        action="store_true",
        help="make a plan of what would mend them, and print its number;"
        " what is a matter of taste (unending, duplicate) is in it with --only",
    )
    add_output(parser)
    parser.set_defaults(act=at_desk(_check, daemon=True))


async def _check(desk: Desk) -> ExitCode:
    arguments, report = desk.arguments, Report()
    links = chosen(desk, all_if_none=True)
    checking = asyncio.create_task(desk.services.checkup.run(links, report))
    while not checking.done():
        await asyncio.wait({checking}, timeout=LOOK)
        _meter(report)
    _meter(None)
    await checking
    wanted = set(arguments.only or [ill.value for ill in Ill])
    findings = [finding for finding in report.in_order if finding.ill.value in wanted]
    plan = await _plan(desk, findings) if arguments.plan else None
    if arguments.json:
        write_json([_record(finding) for finding in findings])
    elif arguments.csv:
        write_csv([_record(finding) for finding in findings], of="findings")
    elif plan is not None:
        write(str(plan))
    elif findings:
        rows = [_row(desk, finding) for finding in findings]
        write_table(_COLUMNS, rows)
    for sentence in summary_words(report):
        say(sentence)
    return _code_of(report, findings, every=bool(arguments.only))


async def _plan(desk: Desk, findings: Sequence[Finding]) -> int | None:
    """Make a plan of what mends the findings; of all kinds where some were asked for by name."""
    every = bool(desk.arguments.only)
    intents = remedies_of([one for one in findings if one.is_advised or (every and one.can_be_mended)])
    if not intents:
        say("There is nothing that a plan would mend.")
        return None
    plan = await desk.services.plans.make(f"mend {counted(len(intents), 'link')}", intents)
    say(f"`linktui plan show {plan.id}` shows it, `linktui plan apply {plan.id}` makes it so.")
    return plan.id


def _meter(report: Report | None) -> None:
    """Say on a terminal how far it is, on a line that goes away."""
    if sys.stderr.isatty():
        words = "" if report is None else f"{report.checked:,} of {report.total:,} links checked"
        sys.stderr.write(f"\r\x1b[K{words[: terminal_width(sys.stderr)]}")
        sys.stderr.flush()


def _code_of(report: Report, findings: Sequence[Finding], *, every: bool) -> ExitCode:
    """Return whether anything is wrong; what is a matter of taste counts where it was asked for by name."""
    if any(one.ill.is_wrong or (every and one.ill is not Ill.UNSURE) for one in findings):
        return ExitCode.FOUND
    unsure = any(one.ill is Ill.UNSURE for one in findings)
    return ExitCode.PARTIAL if report.troubles or unsure else ExitCode.DONE


def _row(desk: Desk, finding: Finding) -> tuple[str, ...]:
    link = finding.link
    words = remedy_words(finding, desk.services.clock())
    return (finding.ill.words, link.id, link.name, link.account, finding.detail, words)


def _record(finding: Finding) -> dict[str, object]:
    link, remedy = finding.link, finding.remedy
    return {
        "found": finding.ill.value,
        "link": link.id,
        "account": link.account,
        "name": link.name,
        "detail": finding.detail,
        "change": None if remedy is None else remedy.verb.value,
        "reason": "" if remedy is None else remedy.reason,
        "advised": finding.is_advised,
    }

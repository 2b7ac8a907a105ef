"""The command `doctor`: look at everything linktui stands on and say what to do about it."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from linktui.cli.desk import Surroundings
from linktui.cli.exit_codes import ExitCode
from linktui.cli.options import add_json
from linktui.cli.output import write, write_json

if TYPE_CHECKING:
    from linktui.cli.checks import Finding


def add(parser: ArgumentParser) -> None:
    """Describe `doctor`."""
    add_json(parser)
    parser.set_defaults(act=_doctor)


def _doctor(arguments: Namespace, surroundings: Surroundings) -> ExitCode:
    from linktui.cli.checks import Verdict, check_all

    findings = list(check_all(surroundings.locations, os.environ))
    if arguments.json:
        write_json([_record(finding) for finding in findings])
    else:
        for finding in findings:
            write(f"{finding.verdict:<4}  {finding.subject}: {finding.sentence}")
    failed = any(finding.verdict is Verdict.FAIL for finding in findings)
    return ExitCode.FAULT if failed else ExitCode.DONE


def _record(finding: Finding) -> dict[str, object]:
    return {"subject": finding.subject, "verdict": finding.verdict.value, "sentence": finding.sentence}

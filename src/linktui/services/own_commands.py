"""Run the commands that a person wrote into [commands]: on links, files or uploads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from linktui.config.extensions import CommandSettings
from linktui.model.expiry import parse_duration
from linktui.model.records import Record
from linktui.model.text import clean
from linktui.services.shell import (
    Heard,
    as_json,
    environment_of,
    environment_of_several,
    run_shell,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One start of a command: what it is given."""

    stdin: str
    environment: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What became of all runs of a command."""

    runs: int
    failed: int
    trouble: str
    """Why the first that failed did; empty if none did."""

    def told(self, title: str) -> str:
        """Return the sentence for a person."""
        if not self.failed:
            return f"“{title}” is done." if self.runs == 1 else f"“{title}” is done, {self.runs:,} times."
        among = "" if self.runs == 1 else f" in {self.failed:,} of {self.runs:,} runs"
        return f"“{title}” {self.trouble}{among}."


def title_of(name: str, command: CommandSettings) -> str:
    """Return what a command is called on screens."""
    return clean(command.title or name, limit=40)


def runs_of(name: str, command: CommandSettings, records: Sequence[Record]) -> list[Run]:
    """Return what each start is given: one object a run with `each`, else an array of all."""
    if command.each:
        return [
            Run(stdin=as_json(record), environment=environment_of(record, count="1", command=name))
            for record in records
        ]
    environment = environment_of_several(records, command=name)
    return [Run(stdin=as_json(records), environment=environment)]


async def run_command(
    name: str, command: CommandSettings, records: Sequence[Record], *, heard: Heard | None = None
) -> Ended:
    """Run a command, one start after the other, whether or not one before failed; raises InvalidInput."""
    seconds = parse_duration(command.timeout).total_seconds()
    outcomes = [
        await run_shell(
            command.run, stdin=run.stdin, environment=run.environment, seconds=seconds, heard=heard
        )
        for run in runs_of(name, command, records)
    ]
    troubles = [outcome.trouble for outcome in outcomes if outcome.trouble]
    return Ended(runs=len(outcomes), failed=len(troubles), trouble=troubles[0] if troubles else "")

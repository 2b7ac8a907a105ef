"""Run a line of the user's own in a shell: things as JSON on its stdin, fields of one in its environment.

Nothing from outside is ever part of the line, so no name of a file or a link can become a command.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from linktui.model.errors import InvalidInput
from linktui.model.records import Record
from linktui.model.text import clean

SHELL = "/bin/sh"
KEPT = 256_000
"""Bytes of what a command says that are kept; the rest is read and forgotten."""
PATIENCE = 1.0
"""Seconds that a command gets to end when told to, and its own children to let go of its output."""
LONGEST_REASON = 120
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE)
_PIECE = 65_536

Heard = Callable[[str], None]
"""Is told what a command says, as it says it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a command ended."""

    code: int
    """Its exit code; less than 0 for a signal."""
    out: str = ""
    err: str = ""
    timed_out: bool = False

    @property
    def trouble(self) -> str:
        """Why it does not count as done, with the last line it said; empty when it does.

        Without any address in it, as a link's address is a secret.
        """
        if self.timed_out:
            return "took too long and was stopped"
        if not self.code:
            return ""
        how = (
            f"was stopped by {_signal_name(-self.code)}" if self.code < 0 else f"ended with code {self.code}"
        )
        said = [line for line in self.err.splitlines() if line.strip()]
        last = clean(_ADDRESS.sub("(address)", said[-1].strip()), limit=LONGEST_REASON) if said else ""
        return f"{how}: {last}" if last else how


class _Ends(asyncio.subprocess.SubprocessStreamProtocol):
    """Knows when the process has ended; `Process.wait` may wait for its children's hold on the pipes too."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(limit=_PIECE, loop=loop)
        self.ended = asyncio.Event()

    def process_exited(self) -> None:
        """Note it."""
        super().process_exited()
        self.ended.set()


def environment_of(record: Record, **more: str) -> dict[str, str]:
    """Return this process's environment with each single value of a record, such as LINKTUI_ID.

    A moment is called without its `_at` (LINKTUI_EXPIRES); what is not there is an empty text.
    """
    fields = {
        f"LINKTUI_{key.removesuffix('_at').upper()}": _text(value)
        for key, value in record.items()
        if not isinstance(value, (dict, list))
    }
    return dict(os.environ) | fields | {f"LINKTUI_{key.upper()}": value for key, value in more.items()}


def environment_of_several(records: Sequence[Record], **more: str) -> dict[str, str]:
    """Return the environment for several records at once: the fields of one only where it is alone."""
    count = str(len(records))
    return environment_of(records[0] if len(records) == 1 else {}, count=count, **more)


def own_fields(environment: Mapping[str, str]) -> dict[str, str]:
    """Return what of an environment was added to this process's own."""
    return {name: value for name, value in environment.items() if os.environ.get(name) != value}


def as_json(value: Record | Sequence[Record]) -> str:
    """Return what a command is given on its stdin: one line of JSON."""
    return json.dumps(value) + "\n"


async def run_shell(
    line: str,
    *,
    stdin: str,
    environment: Mapping[str, str],
    seconds: float,
    directory: Path | None = None,
    heard: Heard | None = None,
) -> Outcome:
    """Run a line and return how it ended, killed with all it started after so many seconds or when cancelled.

    Raises InvalidInput where it cannot even be started.
    """
    loop = asyncio.get_running_loop()
    try:
        transport, protocol = await loop.subprocess_exec(
            lambda: _Ends(loop),
            SHELL,
            "-c",
            line,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=dict(environment),
            cwd=directory,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:  # ValueError for a line with a NUL in it
        raise InvalidInput(
            "command", f"cannot be started: {getattr(error, 'strerror', '') or error}"
        ) from error
    process = asyncio.subprocess.Process(transport, protocol, loop)
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    out, err = bytearray(), bytearray()
    talk = asyncio.gather(
        _feed(process.stdin, stdin.encode()),
        _hear(process.stdout, out, heard),
        _hear(process.stderr, err, heard),
    )
    timed_out = False
    try:
        async with asyncio.timeout(seconds):
            await protocol.ended.wait()
    except TimeoutError:
        timed_out = True
    finally:
        await _end(process.pid, protocol.ended)
        with suppress(TimeoutError):
            await asyncio.wait_for(talk, PATIENCE)
        transport.close()  # a child of its own may hold a pipe open
    return Outcome(code=process.returncode or 0, out=_decoded(out), err=_decoded(err), timed_out=timed_out)


async def _feed(pipe: asyncio.StreamWriter, data: bytes) -> None:
    """Write all, unless nobody reads it."""
    with suppress(BrokenPipeError, ConnectionResetError):
        pipe.write(data)
        await pipe.drain()
    pipe.close()
    with suppress(BrokenPipeError, ConnectionResetError):
        await pipe.wait_closed()


async def _hear(pipe: asyncio.StreamReader, kept: bytearray, heard: Heard | None) -> None:
    while piece := await pipe.read(_PIECE):
        room = KEPT - len(kept)
        kept += piece[: max(0, room)]
        if heard is not None and room > 0:
            heard(piece[:room].decode(errors="replace"))


async def _end(pid: int, ended: asyncio.Event) -> None:
    """Have a command end with all it started: asked first, then killed."""
    if ended.is_set():
        return
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGTERM)
    with suppress(TimeoutError):
        await asyncio.wait_for(ended.wait(), PATIENCE)
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
    await ended.wait()


def _decoded(data: bytearray) -> str:
    return data.decode(errors="replace")


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case _:
            return str(value).replace("\0", "\N{REPLACEMENT CHARACTER}")  # which no environment can hold

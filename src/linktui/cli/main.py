"""Run one command line: parse it, do it, and turn whatever happens into an exit code."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from linktui.cli.desk import Act, Surroundings
from linktui.cli.exit_codes import ExitCode, Stop, exit_code_of
from linktui.cli.output import say
from linktui.cli.plain import have_plain
from linktui.cli.start import only_options
from linktui.config.locations import Locations
from linktui.model.errors import FilterError, LinktuiError
from linktui.model.wording import explain, pointed_at

if TYPE_CHECKING:
    from argparse import Namespace


def main(argv: Sequence[str], *, surroundings: Surroundings | None = None) -> int:
    """Run a command line and return the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        arguments = only_options(argv) or _parsed(argv)
    except SystemExit as end:
        return _flushed(end.code if isinstance(end.code, int) else ExitCode.USAGE)
    surroundings = surroundings or Surroundings(locations=Locations.from_environment())
    act: Act = arguments.act
    have_plain(getattr(arguments, "plain", False))
    try:
        code = act(arguments, surroundings)
        sys.stdout.flush()
    except Stop as stop:
        say(stop.sentence)
        return stop.code
    except LinktuiError as error:
        say(explain(error))
        for line in pointed_at(error) if isinstance(error, FilterError) else ():
            say(line)
        return exit_code_of(error)
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        _forget_stdout()
        return ExitCode.DONE
    except Exception as error:  # noqa: BLE001 - the last handler: a fault is said, not shown as a traceback
        from linktui.storage.damage import storage_error  # here, because hardly any run needs it

        known = storage_error(error, surroundings.locations.database)
        say(explain(known) if known else _note_fault(error, surroundings.locations))
        return exit_code_of(known) if known else ExitCode.FAULT
    return code


def _parsed(argv: Sequence[str]) -> Namespace:
    from linktui.cli.parser import build_parser

    return build_parser(argv).parse_args(_with_filter(argv))


def _flushed(code: int) -> int:
    """Return an exit code once what was printed is out, or nobody is left to read it."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _forget_stdout()
    return code


def _forget_stdout() -> None:
    """Keep what is left in the buffer from failing at exit: whoever read stdout has enough."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _with_filter(argv: Sequence[str]) -> list[str]:
    """Return the arguments with `--filter -kind:view` in one, as argparse takes the second for an option."""
    joined: list[str] = []
    for word in argv:
        if joined and joined[-1] == "--filter" and word.startswith("-") and not word.startswith("--"):
            joined[-1] = f"--filter={word}"
        else:
            joined.append(word)
    return joined


def _note_fault(error: Exception, locations: Locations) -> str:
    """Write where a fault happened to a file and return the sentence for the user.

    Only places and the kind are written: a message or a local variable may hold a share URL or a password.
    """
    kind = type(error).__name__
    path = locations.state / "fault.log"
    try:
        locations.state.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(_places(error) + kind + "\n", encoding="utf-8")
    except OSError:
        return f"linktui failed on a fault of its own ({kind}), and could not write down where."
    return f"linktui failed on a fault of its own ({kind}); {path} says where. Please report it."


def _places(error: BaseException) -> str:
    """Return where an error, and each one that a group of errors holds, was raised."""
    import traceback  # here, because hardly any run needs it

    frames = traceback.extract_tb(error.__traceback__)
    places = "".join(f"{frame.filename}:{frame.lineno} in {frame.name}\n" for frame in frames)
    within = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
    return places + "".join(f"{type(one).__name__} within:\n{_places(one)}" for one in within)

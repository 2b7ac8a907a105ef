"""What `doctor` looks at, each look giving one finding or several."""

from __future__ import annotations

import os
import shutil
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from pathlib import Path

from linktui.config.loading import load_settings
from linktui.config.locations import Locations
from linktui.config.settings import SenderSettings
from linktui.daemon.control import DaemonStatus, status
from linktui.model.errors import InvalidInput, LinktuiError
from linktui.model.phrases import ago_text, moment_text, size_text
from linktui.model.wording import explain
from linktui.storage.database import check

LITTLE_SPACE = 1_000_000_000
QUIET = 60.0
"""Seconds without a heartbeat after which a daemon is called stuck."""
SKEW = 2.0
"""Seconds by which two clocks may differ."""
EARLIEST = datetime(2025, 1, 1, tzinfo=UTC)


class Verdict(StrEnum):
    """How it stands."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one look found."""

    subject: str
    verdict: Verdict
    sentence: str


OK, WARN, FAIL = Verdict.OK, Verdict.WARN, Verdict.FAIL


def check_all(locations: Locations, environment: Mapping[str, str]) -> Iterator[Finding]:
    """Yield every finding, in the order that it should be read."""
    from linktui.cli.account_checks import check_accounts  # here, as it has these findings too

    yield from check_terminal(environment)
    yield from check_directories(locations)
    yield check_settings(locations)
    yield from check_own_commands(locations)
    yield from check_keys(locations)
    yield from check_accounts(locations, environment)
    yield from check_databases(locations)
    yield from check_daemon(locations)


def check_terminal(environment: Mapping[str, str]) -> Iterator[Finding]:
    """Look at what the screens need of the terminal."""
    term = environment.get("TERM", "")
    if not sys.stdout.isatty():
        yield Finding("terminal", WARN, "stdout is none; the screens need one, the commands do not.")
    elif term in {"", "dumb"}:
        yield Finding("terminal", FAIL, f"TERM is “{term}”; set it to what yours is, such as xterm-256color.")
    else:
        size = shutil.get_terminal_size()
        small = size.columns < 80 or size.lines < 24
        advice = "; make it 80 x 24 or larger to be comfortable" if small else ""
        shown = f"{term}, {size.columns} x {size.lines}{advice}."
        yield Finding("terminal", WARN if small else OK, shown)
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    utf8 = encoding == "utf8"
    yield Finding("encoding", OK if utf8 else WARN, "UTF-8." if utf8 else "not UTF-8; set LANG=C.UTF-8.")
    yield Finding("colours", OK, _colours(environment, term))
    yield Finding("clipboard", OK, _clipboard(environment))


def check_directories(locations: Locations) -> Iterator[Finding]:
    """Look at whether each directory is there, writable and private, and at the free space."""
    for name in ("config", "data", "state", "cache"):
        directory: Path = getattr(locations, name)
        yield _directory(f"{name} directory", directory)
    exposed = [path for path in _secrets(locations) if path.stat().st_mode & 0o077]
    if exposed:
        yield Finding("files", FAIL, f"others can read {exposed[0]}; chmod 600 it.")
    if locations.data.is_dir():
        free = shutil.disk_usage(locations.data).free
        little = free < LITTLE_SPACE
        advice = "; uploads need as much as they are large" if little else ""
        yield Finding("free space", WARN if little else OK, f"{size_text(free)}{advice}.")


def check_settings(locations: Locations) -> Finding:
    """Look at whether the configuration file is understood."""
    try:
        settings = load_settings(locations.settings_file)
    except InvalidInput as error:
        return Finding("configuration", FAIL, f"{error.field} {error.reason}.")
    except LinktuiError as error:
        return Finding("configuration", FAIL, explain(error))
    if trouble := _sender_trouble(settings.sender, locations.settings_file.parent):
        return Finding("configuration", WARN, f"[sender] {trouble} Pages are shown without it.")
    there = locations.settings_file.exists()
    return Finding("configuration", OK, f"{locations.settings_file} is fine." if there else "none; defaults.")


def check_own_commands(locations: Locations) -> Iterator[Finding]:
    """Look at whether each command of the user's own has its keys; without any there is no finding."""
    try:
        settings = load_settings(locations.settings_file)
    except LinktuiError:
        return  # which is a finding already
    commands = settings.commands
    if not commands:
        return
    from linktui.ui.own_commands import troubles  # here, because it imports the screens

    found = list(troubles(commands, settings.keys))
    for sentence in found:
        yield Finding("own commands", WARN, sentence)
    if not found:
        yield Finding("own commands", OK, f"{', '.join(commands)}.")


def _sender_trouble(sender: SenderSettings, base: Path) -> str:
    """Return why the pages cannot show the sender's logo; an empty text where they can."""
    if not sender.logo:
        return ""
    from linktui.linkserver.sender import open_sender  # here, as hardly anybody has a logo

    try:
        open_sender(sender, base=base)
    except InvalidInput as error:
        return explain(error)
    return ""


def check_keys(locations: Locations) -> Iterator[Finding]:
    """Look at whether the keys of one's own are commands and keys, each key one command's."""
    try:
        wanted = load_settings(locations.settings_file).keys
    except LinktuiError:
        return  # said already
    if not wanted:
        return
    from linktui.ui.key_check import troubles  # it imports every screen

    found = troubles(wanted)
    yield from (Finding("keys", WARN, sentence) for sentence in found)
    if not found:
        count = f"{len(wanted)} of your own" if len(wanted) > 1 else "one of your own"
        yield Finding("keys", OK, f"{count}.")


def check_databases(locations: Locations) -> Iterator[Finding]:
    """Have SQLite look through the local database and the link server's catalogue."""
    for name, path in (("database", locations.database), *_catalogues(locations)):
        if not path.exists():
            yield Finding(name, OK, "not there yet; the first start makes it.")
            continue
        verdict = check(path)
        if verdict == "ok":
            yield Finding(name, OK, f"sound, {size_text(path.stat().st_size)}.")
        else:
            yield Finding(name, FAIL, f"{path}: {verdict}; move it away, or put a backup in its place.")


def check_daemon(locations: Locations) -> Iterator[Finding]:
    """Look at whether the daemon lives, and ask its link server for an answer and the time."""
    now = datetime.now(UTC)
    sane = now > EARLIEST
    yield Finding("clock", OK if sane else FAIL, moment_text(now) + ("." if sane else "; set the clock."))
    try:
        running = status(locations) if locations.database.exists() else None
    except LinktuiError as error:
        yield Finding("daemon", FAIL, explain(error))
        return
    if running is None:
        yield Finding("daemon", WARN, "not running; links do not answer. `linktui daemon start` starts it.")
        return
    silent = (now - running.heartbeat).total_seconds() > QUIET
    advice = "; `linktui daemon restart` may help" if silent else ""
    beat = f"process {running.pid}, heartbeat {ago_text(running.heartbeat, now)}{advice}."
    yield Finding("daemon", WARN if silent else OK, beat)
    yield from _link_server(running)


def _link_server(running: DaemonStatus) -> Iterator[Finding]:
    began = datetime.now(UTC)
    try:
        # The address is the daemon's own word, always http on the loopback interface.
        with urllib.request.urlopen(f"{running.address}/api/health", timeout=3) as answer:  # noqa: S310
            date = answer.headers.get("Date")
    except (urllib.error.URLError, OSError) as error:
        yield Finding("link server", FAIL, f"{running.address} does not answer ({error}); see `daemon logs`.")
        return
    yield Finding("link server", OK, f"{running.address} answers.")
    if date:
        # Date has whole seconds, so a second of difference means nothing.
        skew = abs((parsedate_to_datetime(date) - began).total_seconds())
        off = skew > SKEW
        yield Finding("server clock", WARN if off else OK, f"{skew:.0f} s off." if off else "the same.")


def _directory(subject: str, path: Path) -> Finding:
    if not path.exists():
        return Finding(subject, OK, f"{path} is not there yet; the first start makes it.")
    if not path.is_dir():
        return Finding(subject, FAIL, f"{path} is no directory; move it away.")
    if not os.access(path, os.W_OK | os.X_OK):
        return Finding(subject, FAIL, f"{path} is not writable; check its owner and permissions.")
    mode = path.stat().st_mode & 0o777
    if mode & 0o077:
        return Finding(subject, WARN, f"{path} is open to others ({mode:o}); chmod 700 it.")
    return Finding(subject, OK, f"{path} is yours alone.")


def _secrets(locations: Locations) -> list[Path]:
    found = [locations.database, locations.log, locations.server / "token"]
    return [path for path in found if path.is_file()]


def _catalogues(locations: Locations) -> list[tuple[str, Path]]:
    return [("catalogue", path) for path in sorted(locations.server.glob("*.db"))]


def _colours(environment: Mapping[str, str], term: str) -> str:
    if environment.get("NO_COLOR"):
        return "none, as NO_COLOR is set."
    if environment.get("COLORTERM") in {"truecolor", "24bit"}:
        return "16 million."
    if "256" in term or "kitty" in term:
        return "256."
    return "16, so the theme is “terminal”; COLORTERM=truecolor has the others, where the terminal can."


def _clipboard(environment: Mapping[str, str]) -> str:
    over = " over SSH" if environment.get("SSH_CONNECTION") else ""
    if environment.get("TMUX"):
        return f"the terminal's (OSC 52), through tmux{over}; tmux needs `set -g set-clipboard on`."
    if environment.get("STY"):
        return f"the terminal's (OSC 52), through screen{over}."
    return f"the terminal's (OSC 52){over}."

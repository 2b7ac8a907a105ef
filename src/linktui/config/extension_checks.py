"""Check what a person adds to the program; each check raises InvalidInput naming the key."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta

from linktui.config.extensions import CommandSettings, HookSettings, NotifySettings
from linktui.model.errors import InvalidInput
from linktui.model.expiry import parse_duration
from linktui.model.happening import LONGEST_BEFORE_DAYS, Event

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
SCREENS = ("links", "detail", "files", "uploads")
SHOWS = ("nothing", "output", "terminal")
CHOICES = ("auto", "on", "off")


def check_command(name: str, command: CommandSettings) -> None:
    """Check one table [commands.NAME]."""
    _check_name(name)
    _check_line(command.run)
    _check_words("on", command.on, SCREENS)
    _check_word("show", command.show, SHOWS)
    _check_length("timeout", command.timeout)


def check_hook(name: str, hook: HookSettings) -> None:
    """Check one table [hooks.NAME]."""
    _check_name(name)
    _check_line(hook.run)
    _check_words("on", hook.on, [event.value for event in Event])
    _check_before(hook.before)
    if not hook.before and Event.LINK_EXPIRING in hook.on:
        raise InvalidInput("before", 'is empty; write how long before the end, such as ["24h"]')
    _check_length("timeout", hook.timeout)


def check_notify(notify: NotifySettings) -> None:
    """Check the table [notify]."""
    _check_before(notify.before)
    if notify.uploads != "never":
        _check_length("uploads", notify.uploads, besides=", or never")
    _check_word("desktop", notify.desktop, CHOICES)
    _check_word("terminal", notify.terminal, CHOICES)


def _check_name(name: str) -> None:
    if not NAME.fullmatch(name):
        raise InvalidInput("", f"“{name}” cannot be a name: use letters, digits, _ and - (at most 40)")


def _check_line(line: str) -> None:
    if not line.strip():
        raise InvalidInput("run", "is empty; write what the shell is to run")


def _check_words(key: str, words: Iterable[str], allowed: Iterable[str]) -> None:
    if not words:
        raise InvalidInput(key, f"is empty; allowed are {', '.join(allowed)}")
    for word in words:
        _check_word(key, word, allowed)


def _check_word(key: str, word: str, allowed: Iterable[str]) -> None:
    if word not in allowed:
        raise InvalidInput(key, f"has no “{word}”; allowed are {', '.join(allowed)}")


def _check_before(lengths: Iterable[str]) -> None:
    for length in lengths:
        _check_length("before", length)
        if parse_duration(length) > timedelta(days=LONGEST_BEFORE_DAYS):
            raise InvalidInput("before", f"{length} is too long; allowed are up to {LONGEST_BEFORE_DAYS}d")


def _check_length(key: str, length: str, *, besides: str = "") -> None:
    try:
        parse_duration(length)
    except InvalidInput as error:
        raise InvalidInput(key, f"{error.reason}{besides}") from error

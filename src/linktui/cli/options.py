"""Options that several commands share, and how their words become values."""

from __future__ import annotations

import re
import sys
from argparse import (
    ArgumentParser,
    ArgumentTypeError,
    Namespace,
    RawDescriptionHelpFormatter,
    _MutuallyExclusiveGroup,
)
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from linktui.cli.exit_codes import ExitCode, Stop
from linktui.model.errors import InvalidInput
from linktui.model.expiry import parse_duration, parse_expiry
from linktui.model.filter import Filter, parse_filter
from linktui.model.link import LinkKind, LinkSpec
from linktui.model.phrases import moment_text

if TYPE_CHECKING:
    from argparse import _MutuallyExclusiveGroup

    from linktui.services.house import Services

FILTER_HELP = """\
filters:
  report acme            words of the name, files, id, account and tags; letters may be left out
  "q3 report"            exactly so
  state:active|expiring  also expired, exhausted, revoked, gone, alive, ended; shows ended links too
  expires<24h            within 24 hours; expires>=2026-12-01, expires:today, expires:never
  final<24h              can be saved for less than 24 hours more; final:never, final<now
  created>7d             older than 7 days; created<24h, created:yesterday, updated<1h
  kind:view account:acme service:stripe name:report file:a.pdf id:l_1
  tag.order=42 tag:order option.purpose=identity_document has:password has:limit
  downloads=0 limit>3 size>10MB
  -kind:view             not so; a OR b; (a OR b) c; quotes make anything a plain word
"""
_RATE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmgt]?)(i?)b?(?:/s)?", re.IGNORECASE)


def add_json(parser: ArgumentParser | _MutuallyExclusiveGroup) -> None:
    """Add --json."""
    parser.add_argument("--json", action="store_true", help="print JSON (see `linktui schema`)")
    add_plain(parser)


def add_plain(parser: ArgumentParser | _MutuallyExclusiveGroup) -> None:
    """Add --plain."""
    parser.add_argument(
        "--plain",
        action="store_true",
        help="print sentences without signs and columns, as for a screen reader",
    )


def add_output(parser: ArgumentParser) -> _MutuallyExclusiveGroup:
    """Add the choice of how a list is printed, and return it to be added to."""
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="print one JSON array (see `linktui schema`)")
    shape.add_argument("--csv", action="store_true", help="print CSV with a line of names")
    add_plain(shape)
    return shape


def add_as(shape: _MutuallyExclusiveGroup) -> None:
    """Add --as, beside the other ways to print links."""
    shape.add_argument(
        "--as",
        dest="way",
        metavar="NAME",
        help="print as url, markdown, csv, curl, named, message, mailto, or as a template of [templates]",
    )


def add_filter(parser: ArgumentParser) -> None:
    """Add --filter, and what can be written there below the help."""
    parser.add_argument(
        "--filter",
        default="",
        metavar="FILTER",
        help="only links that it matches, such as “expires<24h -kind:view”",
    )
    add_filter_help(parser)


def add_filter_help(parser: ArgumentParser) -> None:
    """Say below a command's help how a filter is written."""
    parser.epilog = FILTER_HELP
    parser.formatter_class = RawDescriptionHelpFormatter


def filter_of(arguments: Namespace) -> Filter:
    """Return the filter of --filter; raises FilterError."""
    return parse_filter(arguments.filter)


def add_now(parser: ArgumentParser) -> None:
    """Add --now."""
    parser.add_argument("--now", action="store_true", help="ask the service how it stands now")


def add_yes(parser: ArgumentParser) -> None:
    """Add --yes."""
    parser.add_argument("--yes", "-y", action="store_true", help="do not ask")


def add_link_options(parser: ArgumentParser) -> None:
    """Add what a new link can be given."""
    parser.add_argument("--expires", metavar="WHEN", help="7d, 36h, “fri 17:00”, 2026-12-01 or never")
    parser.add_argument("--kind", choices=[kind.value for kind in LinkKind], help="what the link is for")
    parser.add_argument("--limit", type=int, metavar="N", help="end after N completed downloads")
    parser.add_argument("--slug", default="", help="the link's address, if you want to choose it")
    parser.add_argument("--name", default="", help="the link's name; for stdin the file's name too")
    parser.add_argument(
        "--tag", type=tag, action="append", default=[], metavar="KEY=VALUE", help="metadata; may be repeated"
    )
    add_options(parser)
    add_password(parser)


def add_options(parser: ArgumentParser) -> None:
    """Add the options that only some services have."""
    parser.add_argument(
        "--option",
        "-o",
        type=tag,
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="what only this service has (`linktui accounts options` lists them); may be repeated",
    )


def add_password(parser: ArgumentParser) -> None:
    """Add the two ways to give a password that neither the shell's history nor `ps` shows."""
    password = parser.add_mutually_exclusive_group()
    password.add_argument("--password-prompt", action="store_true", help="ask for a password")
    password.add_argument(
        "--password-file", metavar="FILE", help="take the first line of a file (- is stdin) as the password"
    )


def tag(text: str) -> tuple[str, str]:
    """Return the key and value of `key=value`."""
    key, sign, value = text.partition("=")
    if not sign or not key:
        raise ArgumentTypeError(f"write it as key=value, not {text!r}")
    return key, value


def moment(text: str) -> datetime:
    """Return the moment of `2026-12-01` or `2026-12-01T14:30`; without a zone it is this machine's."""
    try:
        return datetime.fromisoformat(text).astimezone()
    except ValueError as error:
        raise ArgumentTypeError(f"write it as 2026-12-01 or 2026-12-01T14:30+01:00, not {text!r}") from error


def rate(text: str) -> int:
    """Return bytes a second for `2MB`, `500k`, `1MiB/s`; 0 for `none`."""
    if text.lower() in {"none", "0"}:
        return 0
    match = _RATE.fullmatch(text.strip())
    if match is None:
        raise ArgumentTypeError(f"write it as 2MB, 500k, 1MiB or none, not {text!r}")
    step = 1024 if match[3] else 1000
    power = " kmgt".index(match[2].lower() or " ")
    return round(float(match[1]) * float(step**power))


def length(text: str) -> timedelta:
    """Return the length of time of `10s`; none for `0s` or `none`."""
    if text.lower() in {"none", "0", "0s"}:
        return timedelta(0)
    try:
        return parse_duration(text)
    except InvalidInput as error:
        raise ArgumentTypeError(f"{error.reason}: {text!r}") from error


def read_password(arguments: Namespace) -> str | None:
    """Return the password that was asked for, or None; raises Stop or InvalidInput."""
    if arguments.password_prompt:
        if not sys.stdin.isatty():
            raise Stop("--password-prompt needs a terminal; use --password-file.", ExitCode.REFUSED)
        from getpass import getpass

        first = getpass("Password: ")
        if getpass("Again: ") != first:
            raise InvalidInput("password", "was not the same twice")
        return first
    if arguments.password_file is None:
        return None
    try:
        text = (
            sys.stdin.readline()
            if arguments.password_file == "-"  # noqa: S105 - the usual sign for stdin
            else Path(arguments.password_file).read_text(encoding="utf-8")
        )
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise InvalidInput("password file", f"cannot be read: {reason}") from error
    return text.partition("\n")[0].removesuffix("\r")


def link_spec(
    arguments: Namespace,
    services: Services,
    *,
    account: str,
    captions: Sequence[str] = (),
    options: Mapping[str, str] | None = None,
) -> LinkSpec:
    """Return the link that the options and the configured defaults ask for.

    `options` are those of the service that are about the link; all that were given when None.
    """
    defaults, policy = services.defaults, services.accounts.get(account).policy
    expires = arguments.expires or policy.default_expires or defaults.expires
    return LinkSpec(
        kind=LinkKind(arguments.kind or defaults.kind),
        name=arguments.name,
        expires_at=expiry(expires, now=services.links.now(account)),
        password=read_password(arguments),
        download_limit=arguments.limit,
        slug=arguments.slug,
        metadata=metadata(arguments.tag),
        options=dict(arguments.option) if options is None else options,
        captions=tuple(captions),
    )


def confirm_irrevocable(services: Services, account: str, spec: LinkSpec, *, yes: bool) -> None:
    """Ask before a long link is made that nothing takes back; raises Stop unless the answer is yes."""
    from linktui.cli.desk import confirm
    from linktui.services.rules import irrevocable

    limits, now = services.accounts.get(account).limits, services.links.now(account)
    if irrevocable(limits, spec, now=now):
        until = moment_text(spec.expires_at)
        confirm(f"Nothing takes such a link back before it ends {until}. Make it?", yes=yes)


def expiry(text: str, *, now: datetime, current: datetime | None = None) -> datetime | None:
    """Return the moment that a phrase means; raises InvalidInput."""
    return parse_expiry(text, now=now, current=current)


def metadata(tags: Sequence[tuple[str, str]]) -> Mapping[str, str]:
    """Return the pairs of every --tag."""
    return dict(tags)

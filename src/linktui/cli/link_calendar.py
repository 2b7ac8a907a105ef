"""`links calendar`: the ends of links for a program of appointments."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from datetime import timedelta
from pathlib import Path

from linktui.cli.chosen import add_chosen, chosen
from linktui.cli.desk import Desk, looking
from linktui.cli.exit_codes import ExitCode
from linktui.cli.options import length
from linktui.cli.output import say
from linktui.config.private_file import write_private
from linktui.model.plan_words import counted

AHEAD = timedelta(hours=1)


def add_calendar(parser: ArgumentParser) -> None:
    """Describe `links calendar`."""
    add_chosen(parser, example="calendar --filter 'tag:customer' -o links.ics")
    parser.add_argument("-o", "--output", metavar="FILE", help="write it there instead of to stdout")
    parser.add_argument(
        "--alarm", type=length, default=AHEAD, metavar="1h", help="how long before; 1h unless said, or none"
    )
    parser.add_argument(
        "--with-urls", action="store_true", help="put the links' URLs in: whoever sees them can use them"
    )
    parser.set_defaults(act=looking(_calendar))


def _calendar(desk: Desk) -> ExitCode:
    from linktui.services.calendar import calendar_of

    arguments, saving = desk.arguments, desk.services.expiring.saving
    links = [link for link in chosen(desk, all_if_none=True) if link.expires_at is not None]
    text = calendar_of(
        ((link, saving(link.account)) for link in links),
        now=desk.services.clock(),
        ahead=arguments.alarm,
        with_urls=arguments.with_urls,
    )
    if arguments.output is None:
        sys.stdout.write(text)  # its line ends are the format's own
        return ExitCode.DONE
    write_private(Path(arguments.output).expanduser(), text)
    say(f"{counted(len(links), 'end')} of links in {arguments.output}.")
    return ExitCode.DONE

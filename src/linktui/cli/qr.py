"""The command `links qr`: a link as a QR code in the terminal, or as a picture."""

from __future__ import annotations

import os
import shutil
import sys
from argparse import ArgumentParser
from pathlib import Path

from linktui.cli.desk import Desk, looking
from linktui.cli.exit_codes import ExitCode
from linktui.cli.output import say, write_script
from linktui.cli.several import found
from linktui.model.errors import InvalidInput
from linktui.model.qr import PICTURES, qr_lines, qr_picture
from linktui.model.text import clean

ROOM = 400
"""Columns and rows where there is no terminal whose room counts."""
_BLACK_AND_WHITE = "\x1b[38;5;231;48;5;16m{}\x1b[0m"


def add(parser: ArgumentParser) -> None:
    """Describe `links qr`."""
    parser.add_argument("id", metavar="ID")
    parser.add_argument(
        "--output", "-o", type=Path, metavar="FILE", help="make a picture, FILE.svg or FILE.png, instead"
    )
    parser.set_defaults(act=looking(_qr))


def _qr(desk: Desk) -> ExitCode:
    link = found(desk.services.links.resolve, desk.arguments.id)
    path: Path | None = desk.arguments.output
    if path is None:
        _print(link.url)
    else:
        kind = path.suffix.removeprefix(".").lower()
        if kind not in PICTURES:
            raise InvalidInput("output", "is a picture: give it a name that ends in .svg or .png")
        _write_new(path, qr_picture(link.url, kind))
        say(f"{path} leads to “{link.name}”; whoever has the picture has the link.")
    return ExitCode.DONE


def _print(url: str) -> None:
    if not sys.stdout.isatty():
        write_script("\n".join(qr_lines(url, columns=ROOM, rows=ROOM)))
        return
    here = shutil.get_terminal_size()
    # A camera reads black on white: not what the terminal's theme makes of it.
    for line in qr_lines(url, columns=here.columns, rows=here.lines - 1):
        write_script(_BLACK_AND_WHITE.format(line))


def _write_new(path: Path, picture: bytes) -> None:
    """Write a file that only its owner reads, as the link in it is a key; raises InvalidInput."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(picture)
    except FileExistsError as error:
        raise InvalidInput("output", f"“{clean(path.name)}” is there already; name another file") from error
    except OSError as error:
        raise InvalidInput("output", f"cannot be written: {error.strerror}") from error

"""The commands about themes: list, use, new, check."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from linktui.cli.desk import Surroundings
from linktui.cli.exit_codes import ExitCode, Stop
from linktui.cli.options import add_output
from linktui.cli.output import Record, say, write, write_csv, write_json, write_table
from linktui.cli.table import Column
from linktui.model.errors import InvalidInput, LinktuiError
from linktui.model.wording import explain

AUTO = "auto"


def add_list(parser: ArgumentParser) -> None:
    """Describe `theme list`."""
    add_output(parser)
    parser.set_defaults(act=_list)


def add_use(parser: ArgumentParser) -> None:
    """Describe `theme use`."""
    parser.add_argument("name", metavar="NAME", help="a theme, or auto: light or dark as the terminal is")
    parser.set_defaults(act=_use)


def add_new(parser: ArgumentParser) -> None:
    """Describe `theme new`."""
    parser.add_argument("name", metavar="NAME")
    parser.add_argument(
        "--from", dest="model", default="linktui", metavar="THEME", help="which one it is a copy of"
    )
    parser.set_defaults(act=_new)


def add_check(parser: ArgumentParser) -> None:
    """Describe `theme check`."""
    parser.add_argument("file", metavar="FILE", type=Path, help="a theme's file, or its name")
    parser.set_defaults(act=_check)


def _list(arguments: Namespace, surroundings: Surroundings) -> ExitCode:
    from linktui.ui.themes import theme_files

    user = surroundings.locations.themes
    used = _used(surroundings)
    whole = arguments.json or arguments.csv
    records = [
        _record(name, path, used, user, whole=whole) for name, path in sorted(theme_files(user).items())
    ]
    if arguments.json:
        write_json(records)
    elif arguments.csv:
        write_csv(records, of="themes")
    else:
        rows = [[str(record[key]) for key in ("name", "background", "origin", "used")] for record in records]
        write_table([Column("NAME", fixed=True), Column("BACKGROUND"), Column("FROM"), Column("USED")], rows)
    return ExitCode.DONE


def _use(arguments: Namespace, surroundings: Surroundings) -> ExitCode:
    from linktui.config.screen import write_screen
    from linktui.ui.themes import load_theme

    if arguments.name != AUTO:
        load_theme(_file_of(arguments.name, surroundings))
    write_screen(surroundings.locations.settings_file, "theme", arguments.name)
    say(f"The theme is {arguments.name} now; screens that are open take it at once.")
    return ExitCode.DONE


def _new(arguments: Namespace, surroundings: Surroundings) -> ExitCode:
    from linktui.ui.theme_template import template
    from linktui.ui.themes import check_theme_name, load_theme

    check_theme_name(arguments.name)
    theme = load_theme(_file_of(arguments.model, surroundings))
    path = surroundings.locations.themes / f"{arguments.name}.toml"
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(template(arguments.name, theme, path))
    except FileExistsError:
        raise Stop(f"{path} is there already; choose another name.", ExitCode.CONFLICT) from None
    except OSError as error:
        raise Stop(f"{path} cannot be written: {error.strerror}.", ExitCode.STORAGE) from error
    write(str(path))
    say(f"Change it as you like; `linktui theme use {arguments.name}` has the screens look so.")
    return ExitCode.DONE


def _check(arguments: Namespace, surroundings: Surroundings) -> ExitCode:
    from linktui.ui.contrast import READABLE, faults
    from linktui.ui.themes import load_theme

    named = str(arguments.file)
    path = arguments.file if arguments.file.suffix or "/" in named else _file_of(named, surroundings)
    theme = load_theme(path)
    hard = list(faults(theme))
    for pair in hard:
        write(f"hard to read: {pair}")
    end = f"; {len(hard)} pairs of colours are below {READABLE} to 1" if hard else ""
    say(f"{path} is a theme{end}.")
    return ExitCode.DONE


def _file_of(name: str, surroundings: Surroundings) -> Path:
    from linktui.ui.themes import theme_file

    path = theme_file(name, surroundings.locations.themes)
    if path is None:
        raise InvalidInput("theme", f"“{name}” is none; `linktui theme list` lists them all")
    return path


def _used(surroundings: Surroundings) -> dict[str, str]:
    """Return which themes the screens take, and when."""
    from linktui.config.loading import load_settings

    screen = load_settings(surroundings.locations.settings_file).screen
    if screen.theme in {"", AUTO}:
        return {screen.theme_light: "on a light terminal", screen.theme_dark: "on a dark terminal"}
    return {screen.theme: "always"}


def _record(name: str, path: Path, used: dict[str, str], user: Path, *, whole: bool) -> Record:
    from linktui.ui.themes import load_theme

    try:
        theme = load_theme(path)
        what = "the terminal's own colours" if theme.ansi else "dark" if theme.dark else "light"
    except LinktuiError as error:
        what = f"none: {explain(error)}" if whole else "none; `theme check` says why"
    yours = path.parent == user
    return {
        "name": name,
        "background": what,
        "origin": "you" if yours else "linktui",
        "used": used.get(name, ""),
        "path": str(path),
    }

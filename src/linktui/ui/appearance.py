"""How the program looks: its theme, whichever way that was come by, its borders, and how much air it has.

The settings say it, and the terminal: whether it is light or dark, and how many colours it has.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from rich.color import ColorSystem
from textual.app import App
from textual.theme import Theme

from linktui.config.loading import load_settings
from linktui.config.settings import ScreenSettings
from linktui.model.errors import InvalidInput, LinktuiError
from linktui.model.text import clean
from linktui.model.wording import explain
from linktui.ui.terminal import background
from linktui.ui.terminal.ascii_lines import is_wanted
from linktui.ui.themes import DARK, LIGHT, SIXTEEN, load_theme, theme_file, theme_files

AUTO = "auto"
Stamp = tuple[int, int] | None
"""When a file was changed and how long it is; None where there is none."""


class Appearance:
    """What an app looks like; `take` what holds at its start, `look` for what changed since."""

    def __init__(
        self, settings: ScreenSettings, *, themes: Path | None = None, file: Path | None = None
    ) -> None:
        """`themes` is where the user's are, `file` is the one that the settings come from."""
        self._settings = settings
        self._themes = themes
        self._file = file
        self._dark = background.guess(os.environ)
        self._few_colours = False
        self._stamps: dict[Path, Stamp] = {}

    @property
    def settings(self) -> ScreenSettings:
        """What the file says now."""
        return self._settings

    @property
    def follows(self) -> bool:
        """Whether the theme is to be light or dark as the terminal is."""
        return self._settings.theme in {"", AUTO} and not self._few_colours

    @property
    def ascii(self) -> bool:
        """Whether nothing but ASCII is drawn."""
        borders = self._settings.borders
        return is_wanted(os.environ) if borders == "auto" else borders == "ascii"

    @property
    def pictures(self) -> bool:
        """Whether there are the colours for images, and they are wanted."""
        wanted = self._settings.pictures
        return wanted == "on" or (wanted == "auto" and not self._few_colours)

    @property
    def chosen(self) -> str:
        """The name of the theme that settings and background ask for."""
        if self._settings.theme not in {"", AUTO}:
            return self._settings.theme
        return self._settings.theme_light if self._dark is False else self._settings.theme_dark

    def tell_colours(self, colours: ColorSystem, *, none: bool) -> None:
        """Take note of how many colours there are."""
        self._few_colours = none or colours <= ColorSystem.STANDARD

    def tell_background(self, *, dark: bool) -> bool:
        """Take note of what the terminal is like; return whether the theme may be another one now."""
        changed = self._dark is not dark
        self._dark = dark
        return changed and self.follows

    def theme(self, app: App[None]) -> Theme:
        """Return the theme to take; raises LinktuiError if it is none or is not there."""
        found = self.named(self.chosen, app)
        # What has millions of colours is not to be read in sixteen.
        return self.named(SIXTEEN, app) if self._few_colours and not found.ansi else found

    def usual_theme(self) -> Theme:
        """Return linktui's own theme, for where the chosen one cannot be taken."""
        usual = SIXTEEN if self._few_colours else LIGHT if self._dark is False else DARK
        path = theme_file(usual, None)  # not the user's of that name, which may be what is wrong
        assert path is not None, "the program's own themes are in its package"
        return load_theme(path)

    def named(self, name: str, app: App[None]) -> Theme:
        """Return a theme: linktui's, the user's or one of Textual's own; raises LinktuiError."""
        path = theme_file(name, self._themes)
        if path is not None:
            self._stamps[path] = _stamp(path)
            return load_theme(path)
        if name in app.available_themes:
            return app.available_themes[name]
        raise InvalidInput("theme", f"“{clean(name, limit=40)}” is none; `linktui theme list` lists them all")

    @property
    def limit(self) -> str:
        """Why a theme may not be seen as it is; empty where it is."""
        return "Few colours here: all look alike" if self._few_colours else ""

    def names(self) -> list[str]:
        """Return what may be chosen."""
        return [AUTO, *sorted(theme_files(self._themes))]

    def keep(self, name: str) -> None:
        """Write a theme into the settings; raises StorageUnusable."""
        from linktui.config.screen import write_screen

        if self._file is not None:
            write_screen(self._file, "theme", name)

    def choose(self, name: str) -> None:
        """Have a theme from now on."""
        self._settings = replace(self._settings, theme=name)

    def begin_looking(self) -> None:
        """Take note of how the files are now."""
        for path in self._watched():
            self._stamps[path] = _stamp(path)

    def look(self, say: Callable[[str], None]) -> bool:
        """Return whether something changed since the last look; what is wrong in a file is said once.

        A file that is not there for a moment is one that an editor is just replacing.
        """
        stamps = {path: stamp for path in self._watched() if (stamp := _stamp(path)) is not None}
        changed = {path for path, stamp in stamps.items() if self._stamps.get(path) != stamp}
        self._stamps |= stamps
        if self._file in changed:
            self._read_settings(self._file, say)
        return bool(changed)

    def _watched(self) -> list[Path]:
        theme = theme_file(self.chosen, self._themes)
        return [path for path in (self._file, theme) if path is not None]

    def _read_settings(self, file: Path, say: Callable[[str], None]) -> None:
        try:
            self._settings = load_settings(file).screen
        except LinktuiError as error:
            say(explain(error))


def _stamp(path: Path) -> Stamp:
    try:
        facts = path.stat()
    except OSError:
        return None
    return facts.st_mtime_ns, facts.st_size

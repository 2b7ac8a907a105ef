"""An app that looks as settings, theme file and terminal say, and goes on to when they say otherwise."""

from __future__ import annotations

from pathlib import Path

from textual.filter import ANSIToTruecolor, LineFilter, Monochrome
from textual.widget import Widget

from linktui.config.settings import ScreenSettings
from linktui.model.errors import LinktuiError
from linktui.model.wording import explain
from linktui.ui.air import CSS as DENSITY_CSS
from linktui.ui.air import DENSITIES
from linktui.ui.appearance import AUTO, Appearance
from linktui.ui.stylesheet import KnownStylesheet
from linktui.ui.terminal.ascii_lines import AsciiLines
from linktui.ui.terminal.driver import LineDriver
from linktui.ui.terminal.few_colours import FewColours
from linktui.ui.terminal.lean import LeanApp
from linktui.ui.terminal.line import Line, Mode
from linktui.ui.terminal.line_filter import CleanLines
from linktui.ui.themes import defaults_of

LOOK = 1.0
"""Seconds between two looks at whether a file was changed that the look comes from."""


class StyledApp(LeanApp):
    """An app with an `appearance`; `restyle` has it seen."""

    CSS = """
    Toast { max-width: 72; }
    ToastRack { margin-bottom: 2; }
    ModalScreen > ToastRack {
        dock: top;
        align: right top;
        margin-bottom: 0;
        & Toast { margin-top: 0; padding: 0 1; }
    }
    FinderScreen > ToastRack { dock: bottom; }
    Pane:ansi:focus-within { border: heavy $primary; }
    Rows > .rows--cursor {
        background: $cursor-background;
        color: $cursor-foreground;
        text-style: $cursor-style;
    }
    Rows > .rows--cursor-blurred {
        background: $cursor-blurred-background;
        text-style: $cursor-blurred-style;
    }
    """

    def __init__(self, settings: ScreenSettings, *, themes: Path | None, settings_file: Path | None) -> None:
        super().__init__(Line(Mode(settings.slow)))
        self.appearance = Appearance(settings, themes=themes, file=settings_file)
        self.appearance.tell_colours(self._colours(), none=self.no_color)
        # Without colours nothing is to be coloured, not even in greys, as Textual has it.
        self._filters = [one for one in self._filters if not isinstance(one, Monochrome)]
        self._theme_trouble = self._take_theme()
        self._first_variables = self.get_css_variables()
        self._restyled = False
        self.stylesheet = KnownStylesheet(variables=self._first_variables)
        self._take_density()

    def refresh_css(self, animate: bool = True) -> None:
        """Style all anew, but not where the theme has been the same from the start on."""
        self._restyled |= self.get_css_variables() != self._first_variables
        if self._restyled:
            super().refresh_css(animate)
        else:
            self.screen._css_update_count = self._css_update_count

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Have a cursor in lists even where the theme says nothing of it."""
        return defaults_of(self.current_theme)

    def get_line_filters(self) -> list[LineFilter]:
        """Have every line cleaned last, and put into ASCII where there is no more."""
        filters = [*super().get_line_filters(), CleanLines()]
        if self.no_color or self.current_theme.ansi:
            filters.append(FewColours(colours=not self.no_color))
        return [*filters, AsciiLines()] if self._ascii else filters

    @property
    def follows_background(self) -> bool:
        """Whether it matters if the terminal is light or dark."""
        return self.appearance.follows

    @property
    def draws_ascii(self) -> bool:
        """Whether nothing but ASCII is drawn."""
        return self._ascii

    @property
    def shows_pictures(self) -> bool:
        """Whether an image is shown as one here."""
        return self.appearance.pictures and not self._ascii and not self.line.slow

    def background_told(self, dark: bool) -> None:
        """Be light or dark as the terminal is."""
        if self.appearance.tell_background(dark=dark):
            self.restyle()

    def follow_files(self) -> None:
        """Follow from now on what somebody writes into the settings or the theme's file."""
        if self._theme_trouble:
            self.notify(self._theme_trouble, severity="warning", timeout=10, markup=False)
        self.appearance.begin_looking()
        self.set_interval(LOOK, self._look)

    def choose_theme(self, name: str) -> None:
        """Take a theme, empty for one as the terminal is; it is not written anywhere."""
        self.appearance.choose(name)
        self.restyle()

    def ask_for_theme(self) -> None:
        """Let a theme be chosen by its look, and write the one that is kept into the settings."""
        from linktui.ui.dialogs.theme import ThemeDialog

        def keep(name: str | None) -> None:
            if name is not None:
                self.appearance.keep(name)

        names, current = self.appearance.names(), self.appearance.settings.theme or AUTO
        hint = self.appearance.limit
        self.push_screen(ThemeDialog(names, current, preview=self.choose_theme, hint=hint), keep)

    def restyle(self) -> None:
        """Look as the appearance has it now; what is wrong with a theme is said, and the old one stays."""
        if isinstance(self._driver, LineDriver) and self.follows_background:
            self._driver.follow_background()
        try:
            theme = self.appearance.theme(self)
        except LinktuiError as error:
            self.say_look_stays(explain(error))
            theme = self.current_theme
        self._ascii = self.appearance.ascii
        self._restyled = True
        self.register_theme(theme)
        if theme.name == self.theme:
            self.mutate_reactive(StyledApp.theme)
        else:
            self.theme = theme.name
        for node in self._registry:  # those of screens below, too: they keep the lines that they drew
            if isinstance(node, Widget):
                node.notify_style_update()
                node.refresh()
        if self._take_density():
            self.line_changed()

    def say_look_stays(self, sentence: str) -> None:
        """Say what is wrong with a file that was just written."""
        self.notify(f"{sentence} The look stays as it was.", severity="error", timeout=12, markup=False)

    def _look(self) -> None:
        if self.appearance.look(self.say_look_stays):
            self.restyle()
            self.files_changed()

    def files_changed(self) -> None:
        """Take what else the settings say."""

    def _take_theme(self) -> str:
        """Take the theme before any CSS is parsed for another one; return what is to be said of it."""
        self._ascii = self.appearance.ascii
        trouble = ""
        try:
            theme = self.appearance.theme(self)
        except LinktuiError as error:
            trouble = explain(error)
            theme = self.appearance.usual_theme()
        self.register_theme(theme)
        self.set_reactive(StyledApp.theme, theme.name)
        for one in self._filters:
            if isinstance(one, ANSIToTruecolor):
                one.enabled = not theme.ansi
        return trouble

    def _take_density(self) -> bool:
        """Have as much air as is set; return whether that is another than before."""
        density = self.appearance.settings.density
        changed = not self.has_class(f"-{density}")
        for one in DENSITIES:
            self.set_class(one == density, f"-{one}", update=False)
        if density in DENSITY_CSS:
            self.stylesheet.add_source(DENSITY_CSS[density], read_from=("density", density))
        return changed

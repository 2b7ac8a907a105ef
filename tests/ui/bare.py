"""An app of Textual's own that parses no CSS twice, however many of them a run of the tests has."""

from __future__ import annotations

from textual.app import App

from linktui.ui.stylesheet import KnownStylesheet


class BareApp(App[None]):
    """What a screen is shown in where the program itself is not wanted."""

    AUTO_FOCUS = None  # as in the program: a screen sees to its own focus

    def __init__(self) -> None:
        super().__init__()
        self.stylesheet = KnownStylesheet(variables=self.get_css_variables())

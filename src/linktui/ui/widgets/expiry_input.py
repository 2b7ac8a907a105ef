"""A field for the end of a link that says, while one types, which moment is meant."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.suggester import SuggestFromList
from textual.widgets import Input, Static

from linktui.model.capability import Limits
from linktui.model.errors import InvalidInput, Unsupported
from linktui.model.expiry import parse_duration, parse_expiry
from linktui.model.phrases import left_text, length_text, moment_text
from linktui.model.wording import explain
from linktui.services.rules import check_expiry
from linktui.ui.commands import command

PRESETS = ("1h", "1d", "7d", "30d", "never")
PRESETS_OF_EACH = ("+1d", "+7d", "+30d", "7d", "never")
_SUGGESTIONS = (
    "tomorrow 17:00",
    "today 17:00",
    "end of month",
    "fri 17:00",
    "mon 9am",
    "noon",
    "never",
    "now",
)


@dataclass(frozen=True, slots=True)
class ExpiryChoice:
    """When a link should end (None is never), and the words it was said with."""

    expires_at: datetime | None
    phrase: str


def ticking(start: datetime) -> Callable[[], datetime]:
    """Return a clock that stood at `start` when this was called and goes on from there.

    A form may stay open for minutes: "in 30s" counts from when it is said, by the service's clock.
    """
    began = time.monotonic()
    return lambda: start + timedelta(seconds=time.monotonic() - began)


class ExpiryInput(Vertical):
    """A phrase such as `7d` or `fri 17:00`, below it the moment it means; up and down give presets."""

    BINDINGS: ClassVar[list[BindingType]] = [
        command("down", "preset(1)", "Next preset", "Write the next usual end.", id="next-preset"),
        command("up", "preset(-1)", "Preset before", "Write the usual end before.", id="previous-preset"),
    ]

    DEFAULT_CSS = """
    ExpiryInput {
        height: auto;
        & > .expiry--echo { height: auto; color: $text-success; }
        & > .expiry--echo.-wrong { color: $text-error; }
        & > .expiry--presets { height: 1; color: $text-muted; }
    }
    """

    class Changed(Message):
        """The phrase was edited."""

        def __init__(self, control: ExpiryInput) -> None:
            super().__init__()
            self._control = control

        @property
        def control(self) -> ExpiryInput:
            """The field that changed."""
            return self._control

    def __init__(
        self,
        phrase: str = "",
        *,
        now: Callable[[], datetime],
        limits: Limits,
        current: datetime | None = None,
        when_empty: str = "",
        each: bool = False,
    ) -> None:
        """With `each` the phrase is for links with an end of their own each, from which `+7d` counts."""
        super().__init__()
        self._each = each
        self._phrase = phrase
        self._now = now
        self._limits = limits
        self._current = current
        self._when_empty = when_empty

    def compose(self) -> ComposeResult:
        """Lay out the field, the moment it means and the presets."""
        suggester = SuggestFromList(_SUGGESTIONS, case_sensitive=False)
        examples = f"{'+' if self._each else ''}7d, fri 17:00, 2026-12-01"
        yield Input(self._phrase, placeholder=examples, suggester=suggester, compact=True)
        yield Static("", classes="expiry--echo", markup=False)
        yield Static(self._preset_line(), classes="expiry--presets")

    def on_mount(self) -> None:
        """Say what the first phrase means."""
        self._echo()

    @property
    def phrase(self) -> str:
        """What is written in the field."""
        return self.query_one(Input).value.strip() if self.is_mounted else self._phrase

    @property
    def limits(self) -> Limits:
        """What the service allows."""
        return self._limits

    @limits.setter
    def limits(self, limits: Limits) -> None:
        self._limits = limits
        self._echo()

    def read(self) -> ExpiryChoice:
        """Return what is chosen; raises InvalidInput with `field` "expiry" for what cannot be used."""
        now = self._now()
        expires_at = parse_expiry(self.phrase, now=now, current=self._current)
        try:
            check_expiry(self._limits, expires_at, now=now)
        except Unsupported as error:
            raise InvalidInput("expiry", f"cannot be never here: {error.reason}") from error
        return ExpiryChoice(expires_at, self.phrase)

    def read_phrase(self) -> str:
        """Return the words, to be read for each link; raises InvalidInput for what no link can get."""
        if self.phrase.startswith("+"):
            parse_duration(self.phrase)
        else:
            self.read()
        return self.phrase

    def choose(self, phrase: str) -> None:
        """Write a phrase into the field."""
        field = self.query_one(Input)
        field.value = phrase
        field.cursor_position = len(phrase)

    def show_fault(self, sentence: str) -> None:
        """Say what is wrong in the place of the moment; an empty sentence says the moment again."""
        if sentence:
            self._say(sentence, wrong=True)
        else:
            self._echo()

    @on(Input.Changed)
    def _follow(self, event: Input.Changed) -> None:
        event.stop()
        self._echo()
        self.post_message(self.Changed(self))

    def action_preset(self, step: int) -> None:
        """Write the next or previous preset into the field."""
        presets = self._presets
        at = presets.index(self.phrase) + step if self.phrase in presets else (0 if step > 0 else -1)
        self.choose(presets[at % len(presets)])

    def action_choose(self, phrase: str) -> None:
        """Write the preset that was clicked into the field."""
        if not self.disabled:
            self.choose(phrase)

    def _echo(self) -> None:
        try:
            said = self._meaning() if self.phrase else self._when_empty
        except InvalidInput as error:
            self.show_fault(explain(error))
        else:
            self._say(said, wrong=False)

    def _meaning(self) -> str:
        if self._each and self.read_phrase().startswith("+"):
            later = length_text(parse_duration(self.phrase))
            return f"→ each {later} later, counted from now if its end is over"
        return meaning(self.read().expires_at, self._now())

    def _say(self, sentence: str, *, wrong: bool) -> None:
        echo = self.query_one(".expiry--echo", Static)
        echo.set_class(wrong, "-wrong")
        echo.update(sentence)

    @property
    def _presets(self) -> tuple[str, ...]:
        return PRESETS_OF_EACH if self._each else PRESETS

    def _preset_line(self) -> Content:
        parts = [Content("↑↓ ")]
        for phrase in self._presets:
            parts += [Content(phrase).stylize(f"@click=choose('{phrase}')"), Content("  ")]
        return Content("").join(parts)


def meaning(expires_at: datetime | None, now: datetime) -> str:
    """Return `→ Fri 2026-12-04 17:00:00 (CET, UTC+01:00), in 13d 5h`, or that there is no end."""
    if expires_at is None:
        return "→ never ends by itself"
    now = now.replace(microsecond=0)  # as `expires_at` is, so that 7d reads as seven days left
    if expires_at <= now:
        return f"→ {moment_text(expires_at)}, at once"
    return f"→ {moment_text(expires_at)}, in {left_text(expires_at, now)}"

"""The palette: any command by its id or its words, with what it is to do written after it.

`expire 2d` is the id of a command and its argument. What fits is offered with what it means; Enter does it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content

from linktui.model.text import clean
from linktui.ui.offered import Offer, Offered, Offers
from linktui.ui.screens.finder import FinderInput, FinderScreen, Found
from linktui.ui.screens.help import keys_of

ID_WIDTH = 20
KEYS_WIDTH = 10


@dataclass(frozen=True, slots=True)
class Run:
    """A command to be run, and its argument, if it gets one."""

    offered: Offered
    argument: str | None = None


class PaletteScreen(FinderScreen[Run, Run]):
    """The commands of the screen below and of the program."""

    heading = "Commands"
    hint = "↑↓ Enter runs it · Tab writes it out · Esc close"
    placeholder = "a command, such as: expire 2d"

    def __init__(self, offered: Sequence[Offered]) -> None:
        super().__init__()
        self._offered = offered

    def found(self, typed: str) -> Sequence[Found[Run]]:
        """Return what can be given to the command that is written, else the commands that match."""
        name, space, argument = typed.lstrip().partition(" ")
        one = next((one for one in self._offered if one.id == name.lower() and one.takes), None)
        if one is not None and space:
            return _arguments(one, argument.strip())
        matching = matches(self._offered, typed)
        return [Found(self._line(one), Run(one)) for one in matching] or [
            Found(Content.styled("No command here has these words.", "$text-muted"))
        ]

    def _line(self, one: Offered) -> Content:
        keys = keys_of(one) if one.keys else ""
        takes = "…" if one.takes else ""
        left = Content.assemble(
            (f"{one.id + takes:<{ID_WIDTH}} ", "bold $text-accent"), (f"{keys:<{KEYS_WIDTH}} ", "$text-muted")
        )
        return self.beside(left, one.binding.tooltip)

    def picked(self, value: Run) -> None:
        """Close and run the command, unless it needs an argument and has none yet."""
        if value.argument is None and value.offered.takes and not value.offered.keys:
            self.action_complete()
        else:
            self.dismiss(value)

    def completion(self, value: Run) -> str:
        """Return the command's id, and the argument."""
        if value.argument is not None:
            return f"{value.offered.id} {value.argument}"
        return f"{value.offered.id} " if value.offered.takes else value.offered.id

    def on_input_changed(self) -> None:
        """Say on the border what the command that is written takes."""
        name, space, _ = self.query_one(FinderInput).value.lstrip().partition(" ")
        one = next((one for one in self._offered if one.id == name.lower() and one.takes), None)
        box = self.query_one("#finder")
        box.border_subtitle = Content(f"{name}: {one.takes}" if one is not None and space else self.hint)


def matches(every: Sequence[Offered], typed: str) -> list[Offered]:
    """Return the commands with all words that are typed, those whose id begins so first."""
    words = typed.casefold().split()
    begun = words[0] if words else ""
    fitting = [
        one
        for one in every
        if all(
            word in f"{one.id} {one.binding.description} {one.binding.tooltip}".casefold() for word in words
        )
    ]

    def rank(one: Offered) -> int:
        title = one.binding.description.casefold()
        return (
            0 if one.id == begun else 1 if one.id.startswith(begun) else 2 if title.startswith(begun) else 3
        )

    return sorted(fitting, key=rank) if begun else fitting


def _arguments(one: Offered, typed: str) -> list[Found[Run]]:
    offers = one.node.offers(one.id, typed) if isinstance(one.node, Offers) else None
    if offers is None:
        offers = [Offer(typed, one.takes)] if typed else []
    lines = [_offer_line(one, offer) for offer in offers]
    return lines or [Found(Content.styled(f"{one.binding.tooltip} Write {one.takes}.", "$text-muted"))]


def _offer_line(one: Offered, offer: Offer) -> Found[Run]:
    value, later = clean(offer.value), offer.later
    if offer.wrong:
        wrong = (f"{one.id} {value}  ", "$text-muted"), (clean(offer.words), "$text-error")
        return Found(Content.assemble(*wrong))

    def line(words: str) -> Content:
        means = "  ", (clean(words), "$text-muted")
        return Content.assemble((f"{one.id} ", "$text-muted"), (value, "bold $text-accent"), *means)

    async def line_later() -> Content:
        assert later is not None
        return line(await later())

    return Found(line(offer.words), Run(one, offer.value), line_later if later else None)

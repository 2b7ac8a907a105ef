"""Fields for options that only some services have, made from their descriptions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Input, TextArea

from linktui.model.option import NO, YES, Option, OptionKind, check_options
from linktui.model.text import clean
from linktui.ui.widgets.choice import Choice
from linktui.ui.widgets.field import Field

UNSET = "as the service has it"
LONGEST_PLACEHOLDER = 48
"""Characters that a field shows of what can be written into it, in 80 columns."""


class OptionFields(Vertical):
    """One field for each option; the answer is by their keys."""

    DEFAULT_CSS = """
    OptionFields {
        height: auto;
        & TextArea { height: 3; padding: 0; }
    }
    """

    def __init__(
        self,
        options: Sequence[Option] = (),
        values: Mapping[str, str] | None = None,
        *,
        unset: str = UNSET,
    ) -> None:
        """`unset` says what becomes of an option for which nothing is chosen."""
        super().__init__()
        self._unset = unset
        self._take(options, values or {})

    def compose(self) -> ComposeResult:
        """Lay out the fields."""
        yield from self._fields()

    async def set_options(self, options: Sequence[Option]) -> None:
        """Ask for other options; what was typed into those that stay is kept."""
        if tuple(options) != self._options:
            kept = self._values()
            await self.remove_children()
            self._take(options, kept)
            await self.mount(*self._fields())

    def read(self) -> dict[str, str]:
        """Return what is set, for something new; raises InvalidInput."""
        values = {key: value for key, value in self._values().items() if value}
        check_options(self._options, values)
        return values

    def changes(self) -> dict[str, str]:
        """Return only what is not as it was; raises InvalidInput."""
        values = {key: value for key, value in self._values().items() if value != self._before.get(key, "")}
        check_options(self._options, values, all_of_them=False)
        return values

    def _take(self, options: Sequence[Option], values: Mapping[str, str]) -> None:
        self._options = tuple(options)
        self._before = dict(values)
        self._controls = {
            option.key: _control(option, values.get(option.key), self._unset) for option in options
        }

    def _fields(self) -> Iterable[Widget]:
        for option in self._options:
            yield Field(
                option.title,
                self._controls[option.key],
                key=option.key,
                reason=option.missing,
                hint=option.help if _is_long(option) else "",
            )

    def _values(self) -> dict[str, str]:
        return {key: _value(control) for key, control in self._controls.items()}


def _control(option: Option, value: str | None, unset: str) -> Widget:
    text = clean(option.default if value is None else value)
    match option.kind:
        case OptionKind.CHOICE | OptionKind.TOGGLE:
            return Choice(_choices(option, text, unset), value=text)
        case OptionKind.LONG_TEXT:
            return TextArea(value or "", placeholder=option.help, compact=True, highlight_cursor_line=False)
        case _:
            return Input(text, placeholder="" if _is_long(option) else option.help, compact=True)


def _is_long(option: Option) -> bool:
    """Tell whether an option's help would be cut off in a line of its field."""
    return option.kind in {OptionKind.TEXT, OptionKind.NAMES} and len(option.help) > LONGEST_PLACEHOLDER


def _choices(option: Option, value: str, unset: str) -> list[tuple[str, str]]:
    known = (YES, NO) if option.kind is OptionKind.TOGGLE else option.choices
    words = [(one, one) for one in known]
    if value and value not in known:
        words.insert(0, (value, value))
    # Nothing chosen leaves it to the service, where it may be left.
    return words if option.required else [("", unset), *words]


def _value(control: Widget) -> str:
    match control:
        case Choice():
            return str(control.value)
        case TextArea():
            return control.text.strip()
        case Input():
            return control.value.strip()
        case _:
            return ""

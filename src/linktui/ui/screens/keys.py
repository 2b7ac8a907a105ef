"""Every command with its keys, by screen; Enter on one waits for a key and gives it to the command."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import on, work
from textual.content import Content

from linktui.model.errors import StorageError
from linktui.model.wording import explain
from linktui.services.own_keys import OwnKeys
from linktui.ui.dialogs.press_key import PressKeyDialog
from linktui.ui.key_check import holder
from linktui.ui.key_giving import take_away, written
from linktui.ui.key_names import keys_text
from linktui.ui.key_scopes import Entry, entries
from linktui.ui.screens.finder import FinderInput, FinderScreen, Found

KEYS_WIDTH = 18
ID_WIDTH = 18


class KeysScreen(FinderScreen[Entry, None]):
    """All commands of all screens; a key that is given holds at once, and is kept in linktui.toml."""

    heading = "Keys of every screen"
    hint = "type to find · Enter gives another key · Del the first one back · Esc close"

    def __init__(self, own: OwnKeys, *, changed: Callable[[], None]) -> None:
        """`changed` has the program take the keys as they are now."""
        super().__init__()
        self._own = own
        self._entries = entries(own.all())
        self._changed = changed

    def found(self, typed: str) -> Sequence[Found[Entry]]:
        """Return the commands that hold all words that are typed, below their screens."""
        words, lines, title = typed.casefold().split(), list[Found[Entry]](), ""
        for entry in self._entries:
            if not _has(words, entry):
                continue
            if entry.scope.title != title:
                title = entry.scope.title
                lines += [Found(Content("")), Found(Content.styled(title, "bold $text-primary"))]
            lines.append(Found(self._line(entry), entry))
        return lines[1:] or [Found(Content.styled("No command has these words or this key.", "$text-muted"))]

    def picked(self, value: Entry) -> None:
        """Wait for a key, and give it to the command."""
        self._give(value)

    @work(exclusive=True, group="give-key")
    async def _give(self, entry: Entry) -> None:
        def held_by(key: str) -> Entry | None:
            return holder(entry.name, key, self._own.all())

        key = await self.app.push_screen_wait(PressKeyDialog(entry, held_by))
        if key is None:
            return
        try:
            other = held_by(key)
            if other is not None:
                take_away(self._own, other, key)
            self._own.save(entry.name, written(key))
        except StorageError as error:
            self.notify(explain(error), severity="error", markup=False)
        self._show()

    @on(FinderInput.NothingToDelete)
    def _restore(self, event: FinderInput.NothingToDelete) -> None:
        event.stop()
        entry = self.current
        if entry is None:
            return
        if not entry.own:
            self.notify("It has the keys that it has by itself.", markup=False)
            return
        try:
            self._own.remove(entry.name)
            self._own.remove(str(entry.command.id))
        except StorageError as error:
            self.notify(explain(error), severity="error", markup=False)
        self._show()

    def _line(self, entry: Entry) -> Content:
        keys = keys_text(entry.keys) or "—"
        left = Content.assemble(
            (f"  {keys:<{KEYS_WIDTH}} ", "bold $text-warning" if entry.own else "bold $text-accent"),
            (f"{entry.command.id or '':<{ID_WIDTH}} ", "$text-muted"),
        )
        return self.beside(left, entry.command.tooltip + (" (yours)" if entry.own else ""))

    def _show(self) -> None:
        self._entries = entries(self._own.all())
        self._changed()
        self.find(keep=True)


def _has(words: Sequence[str], entry: Entry) -> bool:
    """Tell whether an entry holds words; a key is one only where it is written alone."""
    keys = keys_text(entry.keys)
    whole = f"{entry.name} {entry.command.description} {entry.command.tooltip} {entry.scope.title}".casefold()
    return all((len(word) > 1 and word in whole) or word in keys.casefold().split() for word in words)

"""Saved filters as tabs above a list of links: gone to, saved, renamed and removed."""

from __future__ import annotations

from textual import on, work

from linktui.model.filter import ALL
from linktui.model.text import clean
from linktui.ui.screens.link_screen import LinkScreen
from linktui.ui.widgets.filter_tabs import FilterTabs
from linktui.ui.widgets.link_list import LinkList


class SavedTabs(LinkScreen):
    """A screen with a list of links, and a tab above it for each saved filter."""

    @property
    def list(self) -> LinkList:
        """The list itself."""
        return self.query_one(LinkList)

    @property
    def tabs(self) -> FilterTabs:
        """The saved filters."""
        return self.query_one(FilterTabs)

    def show_tab(self, name: str) -> None:
        """Show what a saved filter lets through, or everything for an empty name."""
        saved = self.services.filters.all()
        self.tabs.set_names(list(saved), current=name)
        self.list.show_saved(saved.get(name, ALL))

    @on(FilterTabs.Chosen)
    def _choose_tab(self, event: FilterTabs.Chosen) -> None:
        event.stop()
        self.show_tab(event.name)

    def action_next_tab(self, steps: int) -> None:
        """Go to another saved filter."""
        self.show_tab(self.tabs.neighbour(steps))

    def action_save_filter(self) -> None:
        """Save what is typed, on top of the tab it narrows; or change or remove the tab."""
        if self.list.typed.text:
            self._save_filter("", self.list.query.filter.text)
        elif self.tabs.current:
            self._change_tab(self.tabs.current)
        else:
            self.notify("Type a filter first (/); S then makes it a tab.", markup=False)

    @work(exclusive=True, group="change-tab")
    async def _change_tab(self, name: str) -> None:
        from linktui.ui.dialogs.save_filter import SavedFilterDialog

        match await self.app.push_screen_wait(SavedFilterDialog(name, self.list.saved.text)):
            case "change":
                self._save_filter(name, self.list.saved.text)
            case "remove":
                self.services.filters.remove(name)
                self.show_tab("")
                self.notify(f"“{clean(name)}” is removed.", markup=False)

    def _save_filter(self, name: str, text: str) -> None:
        from linktui.ui.dialogs.save_filter import NamedFilter, SaveFilterDialog

        async def save(saved: NamedFilter) -> None:
            self.services.filters.save(saved.name, saved.text, instead_of=name)
            self.list.drop_filter()
            self.show_tab(saved.name)

        taken = self.services.filters.all().keys()
        self.app.push_screen(SaveFilterDialog(name, text, taken=taken, act=save))

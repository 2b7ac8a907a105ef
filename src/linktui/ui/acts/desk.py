"""What every act on links works with: the links, the screen they were chosen on, and the ways to change them.

A change of one link that can be taken back is made at once. What cannot be taken back becomes a plan of one,
which waits, and whatever is about several links becomes a plan that is looked at first.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import cached_property
from typing import Any, TypeVar

from textual.screen import Screen

from linktui.model.capability import Limits
from linktui.model.change import Intent
from linktui.model.link import Link, LinkEdit
from linktui.model.phrases import length_text
from linktui.model.text import clean
from linktui.services.house import Services
from linktui.services.planning import Planner
from linktui.ui.acts.held import Held
from linktui.ui.acts.limits import in_common, limits_of, of_any
from linktui.ui.dialogs.form import FormDialog
from linktui.ui.last_act import RemembersActs
from linktui.ui.messages import OpenPlan

A = TypeVar("A")
Make = Callable[[Planner, Link], Intent]

BREATH = 100
"""Links after which the screen gets a chance to draw while a plan is made."""
MANY = 1000
"""Links of which it is said that their plan is being made."""
LONGEST_TITLE = 60


class Desk:
    """Some links, and what can be done about them."""

    def __init__(
        self,
        screen: Screen[None],
        services: Services,
        *,
        number: int,
        sample: Sequence[Link],
        read: Callable[[], tuple[Link, ...]],
        held: Held,
        acted: Callable[[], None],
    ) -> None:
        """`sample` are the first of `number` links, all of which `read` returns.

        `acted` shows the links as they are after a change, `held` follows what waits.
        """
        self.screen = screen
        self.services = services
        self.number = number
        self.sample = tuple(sample)
        self.acted = acted
        self._read = read
        self._held = held

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """The links, all of them: thousands take a while to read, so a dialog does without."""
        return self.sample if self.number == 1 else self._read()

    @property
    def one(self) -> Link | None:
        """The link, if it is one alone."""
        return self.sample[0] if self.number == 1 else None

    @property
    def named(self) -> str:
        """What the links are called in a question."""
        return named(self.sample, number=self.number)

    @property
    def limits(self) -> Limits:
        """What can be done to each of the links, as far as the first of them tell."""
        return in_common(limits_of(self.services.accounts, self.sample))

    @property
    def limits_of_any(self) -> Limits:
        """What can be done to one of the links at least."""
        accounts = self.services.accounts
        found = of_any(limits_of(accounts, self.sample))
        unsure = self.number > len(self.sample) and any(ability.is_of_links for ability in found.missing)
        return of_any(limits_of(accounts, self.links)) if unsure else found

    @property
    def is_live(self) -> bool:
        """Whether real people may use one of the links."""
        accounts = self.services.accounts
        return any(accounts.is_live(name) for name in {link.account for link in self.sample})

    def open(self, form: FormDialog[Any], *, at_once: bool = False) -> None:
        """Show a form, which acts by itself before it closes.

        `at_once` does what it begins with, and shows it only if there is something to ask or to say.
        """
        if at_once:
            self.begin(self._do_or_ask(form))
        else:
            self.screen.app.push_screen(form)

    async def _do_or_ask(self, form: FormDialog[Any]) -> None:
        if not await form.done_unseen():
            self.screen.app.push_screen(form)

    def answered(self, command_id: str, answer: str) -> None:
        """Remember what an act was given, so that it can be done again to another link."""
        if isinstance(self.screen.app, RemembersActs):
            self.screen.app.last_act.answered(command_id, answer)

    def ask(self, dialog: Screen[A] | Screen[A | None], then: Callable[[A], Awaitable[None]]) -> None:
        """Show a question, and do what follows from its answer."""

        def take(answer: A | None) -> None:
            if answer is not None:
                self.begin(then(answer))

        self.screen.app.push_screen(dialog, take)

    def begin(self, act: Awaitable[None], *, instead: bool = False) -> None:
        """Do something while the screen stays at hand, perhaps `instead` of what was begun so before."""
        group = "open-plan" if instead else "act-on-links"
        self.screen.run_worker(act, group=group, exclusive=instead)

    def say(self, words: str) -> None:
        """Tell something."""
        self.screen.notify(words, markup=False)

    async def change(self, link: Link, edit: LinkEdit) -> bool:
        """Change one link, and tell whether that is done: what nothing takes back waits first."""
        intent = self.services.plans.planner().edited(link, edit)
        if intent.final:
            await self.hold(f"change {named([link])}", intent, "is changed")
            return False
        try:
            await self.services.links.edit(link, edit)
        finally:  # a failure is in the link's history
            self.acted()
        return True

    async def hold(self, title: str, intent: Intent, becomes: str) -> None:
        """Have one change made that nothing takes back; it waits, and can be stopped meanwhile."""
        if intent.reason:
            self.screen.notify(intent.reason, severity="warning", markup=False)
            return
        plans = self.services.plans
        plan = await plans.make(short(title), [intent])
        await plans.apply(plan.id)
        when = f"in {length_text(plans.hold)}; u stops it" if plans.hold else "at once"
        self.say(f"“{clean(intent.name, limit=40)}” {becomes} {when}.")
        self._held.add(plan.id)

    async def plan(self, title: str, make: Make) -> None:
        """Make a plan of what is to become of each link, and show it."""
        if self.number >= MANY:
            self.say(f"A plan of {self.number:,} changes is made …")
            await asyncio.sleep(0)  # that is drawn before they are read
        planner = self.services.plans.planner()
        intents: list[Intent] = []
        for at, link in enumerate(self.links):
            if at % BREATH == 0:
                await asyncio.sleep(0)
            intents.append(make(planner, link))
        await self.show_plan(title, intents)

    async def show_plan(self, title: str, intents: Sequence[Intent]) -> None:
        """Make a plan and show it; a form that began it has closed by then."""
        plan = await self.services.plans.make(short(title), intents)
        self.screen.post_message(OpenPlan(plan.id))


def named(links: Sequence[Link], *, number: int | None = None) -> str:
    """Return what links, or the first of `number` links, are called: a name, and how many more."""
    first = f"“{clean(links[0].name, limit=40)}”"
    more = (len(links) if number is None else number) - 1
    return f"{first} and {more:,} more" if more else first


def short(title: str) -> str:
    """Return a plan's title on one short line."""
    return clean(title, limit=LONGEST_TITLE)

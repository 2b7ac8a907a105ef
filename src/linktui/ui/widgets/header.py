"""One line: the program, its screens, and how the account stands."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.widgets import Static

from linktui.model.capability import Account
from linktui.model.phrases import as_of_text, size_text
from linktui.model.plan_words import plan_state_words, progress_words
from linktui.model.text import clean
from linktui.services.house import Services
from linktui.ui.current import CurrentAccount
from linktui.ui.terminal.line import Line, line_of

ROOMY = 100
"""Cells from which on there is room for the program's name."""
AGES = 30.0
"""Seconds between two looks at how old the links are; nothing is written while that reads the same."""
TABS = (
    ("links", "Links"),
    ("files", "Files"),
    ("uploads", "Uploads"),
    ("accounts", "Accounts"),
    ("timeline", "Timeline"),
)


class Header(Static):
    """The top line; `show` writes it anew."""

    DEFAULT_CSS = """
    Header {
        dock: top;
        height: 1;
        padding: 0 1;
        background: $panel;
        color: $text-muted;
        link-style: none;
        link-style-hover: underline;
        & #account { dock: right; width: auto; }
    }
    """

    def __init__(
        self, services: Services, *, mode: str, current: CurrentAccount, plan_id: int | None = None
    ) -> None:
        """`plan_id` is the plan that the screen itself shows."""
        super().__init__(markup=False)
        self._plan_id = plan_id
        self._services = services
        self._current = current
        self._mode = mode
        self._line = Content("")

    def on_mount(self) -> None:
        """Write the line, and again as what is shown grows older."""
        self.show()
        self.set_interval(AGES, self.show)

    def show(self) -> None:
        """Write the tabs, the uploads and the plan that run, and the account with its trouble, if any."""
        right, (plan, click) = self._account(), self._plan()
        room = self.size.width
        for between, names in ((" ", True), ("", True), ("", False)):
            left = self._tabs(between, names=names)
            space = room - left.cell_length - right.cell_length - 1
            if len(plan[0]) <= space:
                break
        words = next((words for words in plan if len(words) <= space), "")
        left = Content.assemble(left, Content.styled(words, "$text-accent").stylize(click))
        gap = room - left.cell_length - right.cell_length
        line = Content.assemble(left, " " * max(1, gap), right)
        if not line.is_same(self._line):
            self._line = line
            self.update(line, layout=False)

    def on_resize(self) -> None:
        """Keep the account at the right."""
        self.show()

    def _tabs(self, between: str, *, names: bool) -> Content:
        """Return the screens by number and name; without `names` only the one that is shown has its name."""
        parts = [Content.styled("linktui  ", "bold $text-primary")] if self.size.width >= ROOMY else []
        for number, (mode, name) in enumerate(TABS, 1):
            here = mode == self._mode
            words = f"{number} {name}" if names or here else f"{number}"
            tab = Content.styled(f" {words}{self._count(mode)} ", "bold $text reverse" if here else "$text")
            parts += [tab.stylize(f"@click=app.switch_to('{mode}')"), Content(between)]
        return Content("").join(parts)

    def _count(self, mode: str) -> str:
        if mode != "uploads":
            return ""
        running = sum(one.state.active for one in self._services.transfers.snapshot())
        return f" ▸{running}" if running else ""

    def _plan(self) -> tuple[Sequence[str], str]:
        """Return how far a plan came that is under way or paused, in ever fewer words, and what opens it."""
        plans = [plan for plan in self._services.plans.unfinished() if plan.id != self._plan_id]
        if not plans:
            return ("",), ""
        [first, *others] = sorted(plans, key=lambda plan: not plan.state.running)
        sign = plan_state_words(first, self._services.clock())[0]
        short = f"{sign} {progress_words(first)}"
        more = f" +{len(others)}" if others else ""
        return (f"plan {first.id} {short}{more}", short, sign), f"@click=app.open_plan({first.id})"

    def _account(self) -> Content:
        accounts = self._current.shown(self._services.accounts)
        parts = [Content.styled(words, style) for words, style in warnings_of(accounts)]
        if getattr(self.app, "lacks_daemon", False):
            parts.append(Content.styled("✕ no daemon", "$text-error"))
        if words := traffic_words(line_of(self.app)):
            parts.append(Content.styled(words, "$text-accent"))
        parts.append(self._standing(accounts))
        return Content(" ").join(parts)

    def _standing(self, accounts: Sequence[Account]) -> Content:
        """Return which accounts are shown and how fresh the oldest of what is shown is."""
        links, roomy = self._services.links, self.size.width >= ROOMY
        silent = [account.name for account in accounts if links.trouble(account.name)]
        if silent:
            more = f" and {len(silent) - 1} more" if len(silent) > 1 else ""
            old = links.as_of(silent[0]) if roomy else None
            age = f" · as of {as_of_text(old, self._services.clock())}" if old else ""
            return Content.styled(f"✕ {clean(silent[0])}{more} cannot be reached{age}", "$text-error")
        name = clean(accounts[0].name) if len(accounts) == 1 else f"{len(accounts)} accounts"
        return Content.styled(self._first_look(accounts) or f"{name} · {self._age(accounts)}", "$text-muted")

    def _first_look(self, accounts: Sequence[Account]) -> str:
        """Return how far the first look at an account has come; an empty text where none is under way."""
        for account in accounts:
            told = self._services.links.told_so_far(account.name)
            if told:
                words = (
                    f"first look: {told:,} links so far" if self.size.width >= ROOMY else f"{told:,} so far"
                )
                return f"{clean(account.name)} · {words}"
        return ""

    def _age(self, accounts: Sequence[Account]) -> str:
        roomy = self.size.width >= ROOMY
        known = [self._services.links.as_of(account.name) for account in accounts]
        oldest = min((moment for moment in known if moment is not None), default=None)
        if oldest is None or None in known:
            return "not looked at yet" if roomy else "new"
        return f"{'as of ' if roomy else ''}{as_of_text(oldest, self._services.clock())}"


def traffic_words(line: Line | None) -> str:
    """Return what there is to say of the line to the terminal: that it is slow, and what goes over it."""
    if line is None:
        return ""
    words = ["slow line"] if line.slow else []
    if line.shown:
        words.append(f"▸ {size_text(round(line.rate))}/s {size_text(line.total)}")
    return " ".join(words)


def warnings_of(accounts: Sequence[Account]) -> list[tuple[str, str]]:
    """Return what has to stand on every screen, with its style: how careful one has to be."""
    unchecked = [account for account in accounts if not account.connection.verify]
    told = [(" LIVE ", "bold $text-error reverse")] if any(account.live for account in accounts) else []
    if unchecked:
        told.append((f" {clean(unchecked[0].name)}: certificates NOT checked ", "bold $text-error reverse"))
    if accounts and all(account.read_only for account in accounts):
        told.append(("read-only", "bold $text-warning"))
    if accounts and all(account.test for account in accounts):
        told.append(("test", "bold $text-success"))
    return told

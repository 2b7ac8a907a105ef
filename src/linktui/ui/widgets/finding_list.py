"""What a check of links found, each with the change that would mend it and whether that is wanted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from linktui.model.finding import Finding, Ill, Report
from linktui.model.finding_words import remedy_words
from linktui.model.text import clean
from linktui.ui.widgets.pane import Pane
from linktui.ui.widgets.rows import Cell, Column

WRONG, TASTE, UNSURE = "✕", "!", "?"
"""What is wrong in itself, what is a matter of taste, and what could not be looked at."""
_ROLES = {WRONG: "bad", TASTE: "wait", UNSURE: "muted"}
Key = tuple[str, str, Ill]


class FindingList(Pane[Finding]):
    """One row a finding; those whose change is wanted are marked, at first those that are advised."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._known: set[Key] = set()
        self._wanted: set[Key] = set()
        self._text = ""
        self._report = Report()
        columns = (
            Column[Finding](title="Found", cell=_found, width=27),
            Column[Finding](title="Link", cell=lambda finding: Cell(clean(finding.link.name)), share=3),
            Column[Finding](title="Seen", cell=_seen, share=4, from_width=120),
            Column[Finding](title="Account", cell=_account, width=16, from_width=100),
            Column[Finding](title="Change", cell=self._change, share=4),
        )
        super().__init__(columns, key=key_of, is_marked=self._is_wanted, id="findings")

    @property
    def wanted(self) -> list[Finding]:
        """The findings whose change is wanted."""
        return [finding for finding in self._report.findings if self._is_wanted(finding)]

    def forget(self) -> None:
        """Begin anew, with nothing wanted."""
        self._known.clear()
        self._wanted.clear()

    def show_report(self, report: Report, *, empty: str) -> None:
        """Show what is found by now; what is advised is wanted unless it is left out."""
        self._report = report
        for finding in report.findings:
            key = key_of(finding)
            if key not in self._known:
                self._known.add(key)
                if finding.is_advised:
                    self._wanted.add(key)
        words = self._text.casefold().split()
        rows = [one for one in report.in_order if all(word in _words(one) for word in words)]
        self.show(rows, empty="No finding has these words. Esc takes the filter away." if words else empty)
        self._write()

    def set_filter(self, text: str) -> None:
        """Show only findings with these words."""
        if text != self._text:
            self._text = text
            self.show_report(self._report, empty="")

    def turn(self) -> str:
        """Want the change of the row under the cursor, or do not; return why it cannot be, if so."""
        finding = self.current
        if finding is None:
            return ""
        if not finding.can_be_mended:
            reason = finding.remedy.reason if finding.remedy is not None else ""
            return reason or "No change of the link would mend that."
        self._wanted ^= {key_of(finding)}
        self.table.action_move(1)
        self._marked()
        return ""

    def turn_all(self) -> None:
        """Want every change that is in the list and can be made, or none when all are wanted."""
        able = {key_of(finding) for finding in self.table.rows if finding.can_be_mended}
        self._wanted = self._wanted - able if able <= self._wanted else self._wanted | able
        self._marked()

    def _marked(self) -> None:
        self.table.refresh_rows()
        self._write()

    def _write(self) -> None:
        found = f" · /{clean(self._text)}" if self._text else ""
        self.set_titles(f"Findings{found}", f"{len(self.table.rows):,} · {len(self.wanted):,} ◆ to be mended")

    def _is_wanted(self, finding: Finding) -> bool:
        return key_of(finding) in self._wanted

    def _change(self, finding: Finding) -> Cell:
        words = remedy_words(finding, self._clock())
        return Cell(clean(words), "" if finding.can_be_mended else "muted")


def key_of(finding: Finding) -> Key:
    """Return what a finding is known by."""
    return finding.link.account, finding.link.id, finding.ill


def _found(finding: Finding) -> Cell:
    sign = UNSURE if finding.ill is Ill.UNSURE else WRONG if finding.ill.is_wrong else TASTE
    return Cell(f"{sign} {finding.ill.words}", _ROLES[sign])


def _seen(finding: Finding) -> Cell:
    return Cell(clean(finding.detail), "muted")


def _account(finding: Finding) -> Cell:
    return Cell(clean(finding.link.account), "muted")


def _words(finding: Finding) -> str:
    return f"{finding.ill.words} {finding.link.name} {finding.link.account} {finding.detail}".casefold()

"""What a check found, in words: the same on the screen and in a terminal."""

from __future__ import annotations

from datetime import datetime

from linktui.model.finding import Finding, Report
from linktui.model.plan_words import counted, what_words
from linktui.model.text import clean


def remedy_words(finding: Finding, now: datetime) -> str:
    """Return what would mend a finding, or why it cannot be; nothing where no change would."""
    if finding.remedy is None:
        return ""
    if finding.remedy.reason:
        return f"cannot: {finding.remedy.reason}"
    return what_words(finding.remedy, now, weekday=False)


def summary_words(report: Report) -> list[str]:
    """Return how far a check came and what it found, in a sentence each."""
    ill = len({(one.link.account, one.link.id) for one in report.findings})
    found = f"{counted(ill, 'link')} with something to look at" if ill else "nothing found"
    spared = (
        ""
        if not report.spared
        else (f" {report.spared:,} not asked for a byte: that may spend a download, or needs a password.")
    )
    return [
        f"{report.checked:,} of {counted(report.total, 'link')} checked, {found}.{spared}",
        *(f"{clean(name)}: {sentence}" for name, sentence in report.troubles.items()),
    ]

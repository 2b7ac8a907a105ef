"""What is known of a stored file, with its links to go on to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from linktui.model.file import File
from linktui.model.link import Link
from linktui.model.phrases import STATE_SIGNS, left_text, moment_text, size_text
from linktui.model.text import clean
from linktui.ui.dialogs.menu import Answer, MenuDialog

MOST = 9


class FileFactsDialog(MenuDialog[Link, Link]):
    """The file's facts, and a menu of its newest links; the answer is the link to open."""

    def __init__(self, file: File, links: Sequence[Link], *, now: datetime) -> None:
        answers = [
            Answer(str(number), link, _words(link, now)) for number, link in enumerate(links[:MOST], 1)
        ]
        super().__init__(clean(file.name, limit=60), _facts(file, len(links)), answers)

    def result(self, value: Link) -> Link:
        """Return the picked link."""
        return value


def _facts(file: File, links: int) -> str:
    facts = [f"{size_text(file.size)} ({file.size:,} bytes)", clean(file.media_type)]
    lines = [
        " · ".join(fact for fact in facts if fact),
        f"Stored {moment_text(file.created_at)} at {clean(file.account)}",
        f"SHA-256 {clean(file.sha256)}" if file.sha256 else "",
        "Handed in through an upload link" if file.from_link else "",
        _links_words(links),
    ]
    return "\n".join(line for line in lines if line)


def _links_words(links: int) -> str:
    if not links:
        return "No links yet: Esc, then n makes one."
    return f"{links} link{'s' if links > 1 else ''}" + (f", the newest {MOST}:" if links > MOST else ":")


def _words(link: Link, now: datetime) -> str:
    state = link.state(now)
    left = f", {left_text(link.expires_at, now)} left" if state.alive and link.expires_at else ""
    return f"{STATE_SIGNS[state]} {state.value}{left} · {link.kind.value} · {clean(link.name, limit=30)}"

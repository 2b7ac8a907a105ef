"""What is wrong with a link: where what its service says, what it gives and what its owner wants differ."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from linktui.model.change import Intent
from linktui.model.link import Link


class Served(StrEnum):
    """What an address gave when it was asked for its first byte."""

    GIVES = "gives"
    NOTHING = "nothing"
    """It says that there is nothing, or not any more."""
    REFUSED = "refused"
    """It says that nobody may have it, or nobody who asks so."""
    UNSURE = "unsure"
    """No answer, or one that tells neither."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of asking an address."""

    served: Served
    words: str
    """The status or the trouble, for people: “404”, “no connection”."""


class Ill(StrEnum):
    """What can be wrong, the worst first."""

    SERVED = "served"
    UNKNOWN = "unknown"
    DEAD = "dead"
    FILE_GONE = "file_gone"
    TOO_LONG = "too_long"
    UNENDING = "unending"
    DUPLICATE = "duplicate"
    UNSURE = "unsure"

    @property
    def words(self) -> str:
        """What it is, in a few words."""
        return _WORDS[self]

    @property
    def is_wrong(self) -> bool:
        """Whether it is wrong in itself: not a matter of taste, and not only unknown."""
        return self in {Ill.SERVED, Ill.UNKNOWN, Ill.DEAD, Ill.FILE_GONE, Ill.TOO_LONG}


_WORDS = {
    Ill.SERVED: "over, but still served",
    Ill.UNKNOWN: "not known at its service",
    Ill.DEAD: "alive, but not served",
    Ill.FILE_GONE: "its file is gone",
    Ill.TOO_LONG: "ends later than allowed",
    Ill.UNENDING: "never ends",
    Ill.DUPLICATE: "another link has its file",
    Ill.UNSURE: "could not be looked at",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with one link, and the change that would mend it."""

    link: Link
    ill: Ill
    detail: str = ""
    """What was seen, in words."""
    remedy: Intent | None = None
    """The suggested change; its `reason` says why it cannot be. None where no change would help."""

    @property
    def can_be_mended(self) -> bool:
        """Whether the suggested change can be made."""
        return self.remedy is not None and not self.remedy.reason

    @property
    def is_advised(self) -> bool:
        """Whether the change is one that nearly everybody wants."""
        return self.can_be_mended and self.ill.is_wrong


@dataclass(slots=True)
class Report:
    """What a check found; it grows while the check goes on."""

    total: int = 0
    checked: int = 0
    probed: int = 0
    """Links whose address was asked for a byte."""
    spared: int = 0
    """Links that were not, as that could spend a download or needs a password."""
    findings: list[Finding] = field(default_factory=list)
    troubles: dict[str, str] = field(default_factory=dict)
    """Why an account could not be asked, in a sentence each."""

    @property
    def in_order(self) -> list[Finding]:
        """The findings, the worst first, and those of one kind by account and name."""
        worst = {ill: at for at, ill in enumerate(Ill)}
        return sorted(
            self.findings, key=lambda one: (worst[one.ill], one.link.account, one.link.name.casefold())
        )


def remedies_of(findings: list[Finding]) -> list[Intent]:
    """Return one change for each link: of several that would mend it, that of its worst finding."""
    order = {ill: at for at, ill in enumerate(Ill)}
    chosen: dict[tuple[str, str], Intent] = {}
    for finding in sorted(findings, key=lambda one: order[one.ill]):
        if finding.remedy is not None:
            chosen.setdefault((finding.link.account, finding.link.id), finding.remedy)
    return list(chosen.values())

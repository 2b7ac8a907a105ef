"""What happened, said by the services in the past tense."""

from __future__ import annotations

from dataclasses import dataclass

from linktui.model.transfer import Transfer


@dataclass(frozen=True, slots=True)
class LinksChanged:
    """Links in the local database are not what they were."""


@dataclass(frozen=True, slots=True)
class FilesChanged:
    """Stored files in the local database are not what they were."""


@dataclass(frozen=True, slots=True)
class TransfersChanged:
    """A snapshot of the whole queue; a newer one replaces an older one."""

    transfers: tuple[Transfer, ...]


@dataclass(frozen=True, slots=True)
class PlansChanged:
    """A plan, or how far one came, is not what it was."""


@dataclass(frozen=True, slots=True)
class NoticesWaiting:
    """There is something that the person before the screen is to be told."""


Event = LinksChanged | FilesChanged | TransfersChanged | PlansChanged

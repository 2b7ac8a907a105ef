"""What the relay tells the screens, and what a screen asks of the app."""

from __future__ import annotations

from textual.message import Message

from linktui.model.transfer import Transfer


class LinksChanged(Message):
    """Links in the local database are not what they were."""


class FilesChanged(Message):
    """Stored files in the local database are not what they were."""


class PlansChanged(Message):
    """A plan, or how far one came, is not what it was."""

    def can_replace(self, message: Message) -> bool:
        """Let this one stand in for an older one that nobody has looked at."""
        return isinstance(message, PlansChanged)


class TransfersChanged(Message):
    """A snapshot of the whole queue; a newer one replaces an older one."""

    def __init__(self, transfers: tuple[Transfer, ...]) -> None:
        super().__init__()
        self.transfers = transfers

    def can_replace(self, message: Message) -> bool:
        """Let this snapshot stand in for an older one that nobody has looked at."""
        return isinstance(message, TransfersChanged)


class OpenPlan(Message):
    """Show one plan."""

    def __init__(self, plan_id: int) -> None:
        super().__init__()
        self.plan_id = plan_id


class ShowLinks(Message):
    """Show the links that a filter lets through, those that end first on top."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class OpenLink(Message):
    """Show one link's detail."""

    def __init__(self, account: str, link_id: str) -> None:
        super().__init__()
        self.account = account
        self.link_id = link_id

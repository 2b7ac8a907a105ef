"""Pass what the services say on to the screen that is up."""

from __future__ import annotations

from textual.message import Message

from linktui.model.events import Event, FilesChanged, LinksChanged, PlansChanged, TransfersChanged
from linktui.ui import messages


def message_of(event: Event) -> Message:
    """Return a service's event as the message that screens know."""
    match event:
        case TransfersChanged(transfers=transfers):
            return messages.TransfersChanged(transfers)
        case LinksChanged():
            return messages.LinksChanged()
        case FilesChanged():
            return messages.FilesChanged()
        case PlansChanged():
            return messages.PlansChanged()

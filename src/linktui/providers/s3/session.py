"""An upload as it is written down, so that it goes on after a crash; no I/O."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from linktui.model.errors import SessionLost


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What an upload needs to go on, after a crash too."""

    key: str
    object: str
    """The id of the file that it becomes."""
    size: int
    piece: int
    """Bytes of every part but the last."""
    upload: str = ""
    """What the store calls it; empty for a file that is sent whole."""
    summed: bool = False
    """Whether the store compares the CRC-32 of each part and keeps that of the whole."""

    @property
    def parts(self) -> int:
        """How many requests the file takes."""
        return max(1, -(-self.size // self.piece))

    def text(self) -> str:
        """Return it as it is kept."""
        return json.dumps(asdict(self))

    def part_at(self, offset: int, length: int) -> int:
        """Return the number of a part, from 1; raises SessionLost where none begins or ends there."""
        if offset % self.piece or length != min(self.piece, self.size - offset):
            raise SessionLost
        return offset // self.piece + 1


def read_session(text: str) -> Session:
    """Return a session as it was kept; raises SessionLost for what is none."""
    try:
        return Session(**json.loads(text))
    except (ValueError, TypeError) as error:
        raise SessionLost from error

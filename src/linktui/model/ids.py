"""Names for new things that nobody can guess or meet twice."""

from __future__ import annotations

import os


def random_id(size: int) -> str:
    """Return `size` random bytes of the system's generator for secrets, as hex."""
    return os.urandom(size).hex()

"""The bounds of everything a client can send."""

from __future__ import annotations

from datetime import timedelta

MAX_JSON = 256 * 1024
MAX_FORM = 8 * 1024
"""Bytes of a form without files."""
MAX_FIELDS = 10
MAX_FILE = 1 << 40
"""Bytes of one file from the owner."""
MAX_RECEIVED = 64 * (1 << 30)
"""Bytes of one file from a stranger."""
DISK_RESERVE = 64 * (1 << 20)
"""Bytes that stay free on the disk."""
MAX_PARCEL = 8 * (1 << 20)
"""Bytes of small files, and of what is said of them, that come in one request."""
MAX_PARCEL_FILES = 256
MAX_PAGE = 1000
DEFAULT_PAGE = 100
MAX_FILES = 100
MAX_PAIRS = 50
MAX_PASSWORD = 1024
"""Bytes of a password; argon2 hashes all of them."""
MAX_AGENT = 200
MAX_RANGES = 16
PIECE = 1 << 20
"""Bytes gathered before they are written to the disk."""
LARGEST_PIECE = 256 * 1024
"""Bytes of a file sent at once, at most; more is hardly faster."""
SMALLEST_PIECE = 8 * 1024
PIECES_ROOM = 4 * (1 << 20)
"""Bytes that all pieces on their way share; beyond it each is of the smallest size."""
CHECKPOINT = 64 * (1 << 20)
"""Bytes of one long request after which what came is made durable and acknowledged to the catalogue."""
AT_ONCE_EACH = 200
"""Requests under way of one address."""
CONNECTIONS_EACH = 300
"""Connections of one address, whether it asks for anything or not."""
BODY_IDLE = 30.0
"""Seconds within which at least `BODY_LEAST` bytes of a body must arrive."""
BODY_LEAST = 1024
SEND_IDLE = 60.0
"""Seconds within which a reader must take one piece."""
DAY_MS = 24 * 3600 * 1000
UPLOAD_LIFE_MS = 7 * DAY_MS
"""An unfinished upload's life after its last byte, and how long a finished one tells its file."""
KEY_LIFE_MS = 30 * DAY_MS
UNLOCK_LIFE = timedelta(hours=12)

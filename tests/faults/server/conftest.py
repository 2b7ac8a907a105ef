"""The link server as its own tests have it, for the faults that it must survive."""

from __future__ import annotations

from tests.server.conftest import clock, free_port, owner, server, share

__all__ = ["clock", "free_port", "owner", "server", "share"]

"""The link server as its own tests have it, for the faults that it must survive."""

from __future__ import annotations

from functools import partial

import pytest
from argon2 import PasswordHasher

from linktui.linkserver import passwords
from tests.server.conftest import clock, free_port, owner, server, share

__all__ = ["clock", "free_port", "owner", "server", "share"]


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash with argon2 as ever, at a hundredth of its cost: what is tried here is who has to pay it."""
    cheap = partial(PasswordHasher, time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "PasswordHasher", cheap)

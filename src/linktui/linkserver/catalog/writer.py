"""One thread that writes; what waits for it becomes durable together.

A disk flushes one write as slowly as sixty.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import apsw

from linktui.storage.damage import DAMAGED, UNUSABLE, storage_error

T = TypeVar("T")
Act = Callable[[apsw.Connection], Any]
MOST = 64
"""Acts in one transaction."""
_DISK = (*UNUSABLE, *DAMAGED)


class Writer:
    """Runs acts in their order, each whole or not at all; close it when done."""

    def __init__(self, connection: apsw.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path
        self._waiting: deque[tuple[Act, Future[Any]]] = deque()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="linktui-catalogue")

    def close(self) -> None:
        """Finish what waits."""
        self._thread.shutdown(wait=True)

    def submit(self, act: Callable[[apsw.Connection], T]) -> Future[T]:
        """Return the future result of `act`, which is there once it is durable.

        Fails with what `act` raises, or with a StorageError when the disk cannot take it.
        """
        future: Future[T] = Future()
        self._waiting.append((act, future))
        self._thread.submit(self._write_waiting)
        return future

    def _write_waiting(self) -> None:
        acts: list[tuple[Act, Future[Any]]] = []
        while self._waiting and len(acts) < MOST:
            act, future = self._waiting.popleft()
            if future.set_running_or_notify_cancel():
                acts.append((act, future))
        if not acts:
            return  # an earlier call took it along
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            results = [self._apart(act) for act, _ in acts]
            self._connection.execute("COMMIT")
        except apsw.Error as error:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            results = [(None, self._named(error)) for _ in acts]
        for (_, future), (result, failed) in zip(acts, results, strict=True):
            if failed is None:
                future.set_result(result)
            else:
                future.set_exception(failed)

    def _apart(self, act: Act) -> tuple[Any, BaseException | None]:
        """Run one act so that its failure takes nothing of the others back."""
        self._connection.execute("SAVEPOINT act")
        try:
            result = act(self._connection)
        except _DISK:
            raise
        except Exception as error:  # noqa: BLE001 - it is the asker's, who gets it by the future
            self._connection.execute("ROLLBACK TO act; RELEASE act")
            return None, error
        self._connection.execute("RELEASE act")
        return result, None

    def _named(self, error: apsw.Error) -> Exception:
        known = storage_error(error, self._path)
        if known is None:
            return error
        known.__cause__ = error
        return known

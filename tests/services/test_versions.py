"""A version is fetched whole, brought back, or deleted for good, and the journal says so."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from linktui.config.locations import Locations
from linktui.model.errors import InvalidInput, Rejected, Unsupported
from linktui.model.file import Version
from linktui.services.house import House
from linktui.storage.changes import Changes
from linktui.wiring import build
from tests.fakes import NOON, Clock
from tests.services.store import FakeStore, as_store


@pytest.fixture
def store(clock: Clock) -> FakeStore:
    store = FakeStore(clock)
    for text in (b"one", b"two two"):
        store.put("a.txt", text)
    return store


@pytest.fixture
async def house(tmp_path: Path, clock: Clock, store: FakeStore) -> AsyncIterator[House]:
    house = build(Locations.below(tmp_path / "home"), clock=clock, connect_provider=lambda account: store)
    yield as_store(house)
    await house.close()


async def test_a_version_is_fetched_whole_under_the_files_name(house: House, tmp_path: Path) -> None:
    service = house.services.versions
    oldest = await service.find("local", "a.txt", "v1")
    path = await service.download("local", "a.txt", oldest, tmp_path)
    assert (path.name, path.read_bytes()) == ("a.txt", b"one")
    with pytest.raises(InvalidInput, match="is none of this file"):
        await service.find("local", "a.txt", "v9")


async def test_a_restored_version_is_the_file_again(house: House, store: FakeStore) -> None:
    service = house.services.versions
    newest, oldest = await service.list("local", "a.txt")
    with pytest.raises(InvalidInput, match="is the newest already"):
        await service.restore("local", "a.txt", newest)
    await service.restore("local", "a.txt", oldest)
    assert store.data["a.txt"] == b"one"
    assert house.services.files.resolve("a.txt").size == 3


async def test_what_was_done_or_failed_is_in_the_journal(house: House, store: FakeStore) -> None:
    service = house.services.versions
    newest, oldest = await service.list("local", "a.txt")
    store.failures["delete_version"] = [Rejected("it is locked")]
    with pytest.raises(Rejected):
        await service.delete("local", "a.txt", newest)
    await service.delete("local", "a.txt", oldest)
    done = Changes(house.database).of("local", "a.txt")
    assert [(one.verb, one.state.value, one.error) for one in done] == [
        ("delete_version", "done", ""),
        ("delete_version", "failed", "it is locked."),
    ]


async def test_a_deletion_has_no_bytes_to_fetch_or_bring_back(house: House, tmp_path: Path) -> None:
    deletion = Version(id="d", created_at=NOON, size=None, is_deletion=True)
    service = house.services.versions
    for act in (
        service.restore("local", "a.txt", deletion),
        service.download("local", "a.txt", deletion, tmp_path),
        service.file("local", "a.txt", deletion),
    ):
        with pytest.raises(InvalidInput, match="is the file's deletion"):
            await act


async def test_a_service_without_versions_says_what_there_is_instead(house: House, store: FakeStore) -> None:
    from linktui.providers.local.limits import LIMITS

    object.__setattr__(house.services.accounts.get("local"), "limits", LIMITS)
    with pytest.raises(Unsupported, match="a file there never changes"):
        await house.services.versions.list("local", "a.txt")
    assert "list_versions" not in store.calls

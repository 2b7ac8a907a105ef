from __future__ import annotations

from collections.abc import Mapping

from linktui.providers.finix.ledger import Ledger


async def test_what_is_made_during_a_look_is_not_forgotten_after_it() -> None:
    ledger = Ledger()

    async def look() -> Mapping[str, str]:
        ledger.begin("b")
        ledger.finish("b", "2")
        return {"a": "1"}

    assert await ledger.find("a", place="here", look=look) == "1"
    assert await ledger.find("b", place="here", look=look) == "2"


async def test_only_a_place_that_is_new_or_a_doubt_asks_for_a_look() -> None:
    ledger = Ledger()
    looks = []

    async def look() -> Mapping[str, str]:
        looks.append(1)
        return {}

    async def find(key: str, place: str = "here") -> int:
        assert await ledger.find(key, place=place, look=look) is None
        return len(looks)

    assert [await find("a"), await find("b"), await find("b", "there")] == [1, 1, 2]
    ledger.begin("b")
    assert [await find("a"), await find("b"), await find("b")] == [2, 3, 4]
    ledger.finish("b", "2")
    assert await ledger.find("b", place="here", look=look) == "2"

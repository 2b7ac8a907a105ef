from __future__ import annotations

import copy
import dataclasses
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from linktui.late_dataclasses import compile_when_called


@pytest.fixture
def late(monkeypatch: pytest.MonkeyPatch) -> None:
    if hasattr(dataclasses, "_create_fn"):
        monkeypatch.setattr(dataclasses, "_create_fn", dataclasses._create_fn)  # put back after the test
    compile_when_called()


def made() -> Any:
    @dataclass(frozen=True, slots=True, kw_only=True, order=True)
    class Box:
        """A box."""

        name: str
        tags: list[str] = field(default_factory=list, compare=False)
        size: int = 3

    return Box


def of(kind: Any) -> list[object]:
    """Everything that can be seen of a dataclass from outside."""
    one, other = kind(name="a"), kind(name="b", tags=["t"], size=4)
    seen: list[object] = [repr(one), repr(other), one == kind(name="a"), one == other, one < other]
    seen += [hash(one) == hash(kind(name="a")), hash(one) == hash(other), one.tags is kind(name="a").tags]
    seen += [replace(one, size=9).size, dataclasses.asdict(other), len(dataclasses.fields(kind))]
    seen += [copy.deepcopy(other) == other, one == "a"]
    for wrong in (kind, lambda: kind("a"), lambda: kind(name="a", more=1)):
        with pytest.raises(TypeError) as caught:
            wrong()
        seen.append(str(caught.value))
    with pytest.raises(dataclasses.FrozenInstanceError) as frozen:
        one.size = 5
    seen.append(str(frozen.value))
    with pytest.raises(dataclasses.FrozenInstanceError):
        del one.size
    return [*seen, kind.__init__.__qualname__, kind.__eq__.__qualname__]


PLAIN = of(made())


def test_a_dataclass_that_is_compiled_late_cannot_be_told_from_another(late: None) -> None:
    kind = made()
    first, second = of(kind), of(kind)
    assert first == second == PLAIN


def test_a_subclass_may_call_what_it_inherits_before_anybody_else_does(late: None) -> None:
    @dataclass
    class Parent:
        size: int = 1

        def __post_init__(self) -> None:
            self.twice = self.size * 2

    class Child(Parent):
        def __init__(self) -> None:
            super().__init__(4)

    assert (Child().twice, Parent().twice, Child() == Child()) == (8, 2, True)
    assert repr(Parent(7)).endswith("Parent(size=7)")

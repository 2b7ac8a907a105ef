"""What fails in several parts at once is ours only if every part of it is."""

from __future__ import annotations

from linktui.model.errors import NotFound, Unavailable
from linktui.ui.crash import known_errors


def test_errors_of_ours_are_found_in_groups_and_a_fault_among_them_is_a_fault() -> None:
    one, other = NotFound("link l_1"), Unavailable("no answer")
    assert known_errors(one) == [one]
    assert known_errors(ExceptionGroup("", [one, ExceptionGroup("", [other])])) == [one, other]
    assert known_errors(ExceptionGroup("", [one, ExceptionGroup("", [KeyError()])])) == []

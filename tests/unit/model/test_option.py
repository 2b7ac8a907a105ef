"""What an option that has to be set says when it is not."""

from __future__ import annotations

import pytest

from linktui.model.errors import InvalidInput
from linktui.model.option import Option


@pytest.mark.parametrize(
    ("key", "title", "words"),
    [("user_name", "User name", "is missing"), ("org", "Firm", "is missing; give firm")],
)
def test_what_is_missing_is_named_once(key: str, title: str, words: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        Option(key=key, title=title, required=True).check("")
    assert caught.value.reason == words

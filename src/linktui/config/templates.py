"""The table [templates]: texts of a person's own that links are written down in, in the order of the file."""

from __future__ import annotations

import re

from linktui.model.errors import InvalidInput

TEMPLATES = "templates"
_NAME = re.compile(r"\w(?:[\w .-]{0,38}\w)?")


def check_named_template(name: str, text: str) -> None:
    """Raise InvalidInput for a name that no template can have, or a template that cannot be filled in."""
    from linktui.model.copying import BUILT_IN  # here, because few files have templates
    from linktui.model.template import check_template

    if not _NAME.fullmatch(name):
        raise InvalidInput("name", "has to be 1 to 40 letters, digits, spaces, dots, - and _")
    if name in {way.name for way in BUILT_IN}:
        raise InvalidInput("name", f"“{name}” is a built-in way of copying; write another one")
    check_template(text)

"""Themes as TOML files: the program's own, the checkout's, and those that a user made.

A file's keys are those of Textual's Theme: https://textual.textualize.io/guide/design/#themes
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

from textual.theme import Theme

from linktui.model.errors import InvalidInput, StorageUnusable

OWN = "linktui"
_PACKAGE = Path(__file__).parent.parent / "themes"
_CHECKOUT = Path(__file__).parents[3] / "themes"


def load_themes(user: Path) -> Iterator[Theme]:
    """Yield every theme; one of the same name in a later place wins.

    The places are the package, the checkout and `user`. Raises InvalidInput naming the file for what is
    no theme, and StorageUnusable for one that cannot be read.
    """
    for directory in (_PACKAGE, _CHECKOUT, user):
        for path in sorted(directory.glob("*.toml")) if directory.is_dir() else ():
            yield load_theme(path)


def load_theme(path: Path) -> Theme:
    """Return the theme in one file; raises InvalidInput or StorageUnusable."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
        return Theme(**({"name": path.stem} | values))
    except OSError as error:
        raise StorageUnusable(path, error.strerror or str(error)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, TypeError) as error:
        raise InvalidInput(str(path), f"is no theme: {error}") from error

"""Read the one configuration file, which need not exist."""

from __future__ import annotations

from pathlib import Path

from linktui.config.settings import Settings
from linktui.model.errors import InvalidInput, StorageUnusable


def load_settings(path: Path) -> Settings:
    """Return the settings in `path`, or the defaults if there is no such file.

    Raises InvalidInput that names file, table and key for what is not allowed there, and
    StorageUnusable for a file that cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError) as error:
        raise StorageUnusable(path, str(getattr(error, "strerror", None) or error)) from error
    import tomllib  # here, as validation is: a home without the file needs neither

    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidInput(str(path), f"is no TOML: {error}") from error
    from linktui.config.validation import validate

    return validate(values, text=text, path=path)

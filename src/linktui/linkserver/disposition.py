"""Content-Disposition for any name (RFC 6266, RFC 8187)."""

from __future__ import annotations

from urllib.parse import quote

from linktui.linkserver.names import clean_name

_ATTR_CHAR = "!#$&+-.^_`|~"
"""What RFC 8187 leaves unquoted besides letters and digits."""


def disposition(name: str, *, inline: bool = False) -> str:
    """Return the header's value: an ASCII name for old clients, and the true one where it differs."""
    name = clean_name(name)
    kind = "inline" if inline else "attachment"
    plain = "".join(char if _plain(char) else "_" for char in name)
    value = f'{kind}; filename="{plain}"'
    if plain != name:
        value += f"; filename*=UTF-8''{quote(name, safe=_ATTR_CHAR)}"
    return value


def _plain(char: str) -> bool:
    # "%" is decoded by some browsers, quotes and backslashes would need escapes that others misread.
    return char.isascii() and char.isprintable() and char not in '"\\%;'

"""Who the pages say that the files are from: a name, a logo, a colour."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from linktui.config.sender import check_sender
from linktui.config.settings import SenderSettings
from linktui.linkserver.accent import stylesheet
from linktui.model.errors import InvalidInput

LARGEST_LOGO = 256 * 1024
LARGEST_SIDE = 4096
_PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A file of the sender's own that the pages show."""

    data: bytes
    media_type: str

    @property
    def version(self) -> str:
        """What changes with the bytes, so that no browser shows older ones."""
        return hashlib.sha256(self.data).hexdigest()[:12]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """What is known of the sender; nobody by default."""

    name: str = ""
    logo: Asset | None = None
    style: Asset | None = None
    """The style sheet of the sender's colour."""


NOBODY = Sender()


def open_sender(settings: SenderSettings, *, base: Path) -> Sender:
    """Return the sender that settings describe; raises InvalidInput for what no page may show.

    `base` is the directory where a logo's path begins unless it is absolute.
    """
    check_sender(settings)
    style = stylesheet(settings.accent).encode() if settings.accent else b""
    return Sender(
        name=settings.name,
        logo=_logo(base / Path(settings.logo).expanduser()) if settings.logo else None,
        style=Asset(data=style, media_type="text/css; charset=utf-8") if style else None,
    )


def _logo(path: Path) -> Asset:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_LOGO + 1)
    except OSError as error:
        raise InvalidInput("logo", f"“{path}” cannot be read: {error.strerror}") from error
    if len(data) > LARGEST_LOGO:
        raise InvalidInput("logo", f"“{path}” is larger than {LARGEST_LOGO // 1024} KiB; make it smaller")
    if data.startswith(_PNG):
        _check_png(data)
        return Asset(data=data, media_type="image/png")
    _check_svg(data)
    return Asset(data=data, media_type="image/svg+xml")


def _check_png(data: bytes) -> None:
    """Check the size that a PNG says it has (its IHDR chunk comes first)."""
    sides = int.from_bytes(data[16:20]), int.from_bytes(data[20:24])
    if data[12:16] != b"IHDR" or not all(1 <= side <= LARGEST_SIDE for side in sides):
        raise InvalidInput("logo", f"has to be a PNG of 1 to {LARGEST_SIDE} pixels each way")


def _check_svg(data: bytes) -> None:
    """Check that it is an SVG picture; nothing in it can run, as it is shown and served as a picture."""
    from xml.etree import ElementTree  # here, as hardly any server has one

    wrong = InvalidInput("logo", "is neither a PNG nor an SVG picture")
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise InvalidInput("logo", "is an SVG with a DOCTYPE; save it as plain SVG, without one")
    try:
        root = ElementTree.fromstring(data)  # noqa: S314 - without a DOCTYPE nothing in it grows
    except (ElementTree.ParseError, ValueError) as error:
        raise wrong from error
    if root.tag != "{http://www.w3.org/2000/svg}svg":
        raise wrong

"""Images as cells: two pixels in each, one above the other, which every terminal with colours can show.

Pillow reads them; it comes with `linktui[images]` and is imported when the first image is looked at.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP")
MOST_PIXELS = 100_000_000
"""Pixels of the largest image that is looked at."""
MOST_DECODED = 20_000_000
"""Pixels that are decoded at most: while they are, each takes about a dozen bytes."""
HALF = "▀"
Pixel = float | tuple[int, ...]
SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp"})


def can_read() -> bool:
    """Tell whether Pillow is installed, without importing it."""
    return find_spec("PIL") is not None


def is_picture(name: str) -> bool:
    """Tell by its name whether a file is an image that can be shown."""
    return Path(name).suffix.lower() in SUFFIXES


@cache
def _reader() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="pictures")


async def picture_of(path: Path, columns: int, rows: int) -> list[Strip]:
    """Return what `read_picture` does, after those asked for before; cancelled, it is not begun any more."""
    return await asyncio.get_running_loop().run_in_executor(_reader(), read_picture, path, columns, rows)


def read_picture(path: Path, columns: int, rows: int) -> list[Strip]:
    """Return an image in at most so many cells, as it is meant to be turned; empty for what cannot be read.

    It takes a while: see `picture_of`. A broken or huge image is no error: it has no picture.
    """
    from PIL import Image, ImageOps

    try:
        with Image.open(path, formats=FORMATS) as image:
            if image.width * image.height > MOST_PIXELS or columns < 1 or rows < 1:
                return []
            if "progressive" not in image.info:  # else all of it is held before any is decoded
                image.draft("RGB", (2 * columns, 4 * rows))  # JPEG decodes no more than it has to
            if image.width * image.height > MOST_DECODED:
                return []
            ImageOps.exif_transpose(image, in_place=True)
            turned = image.convert("RGBA")
            turned.thumbnail((columns, 2 * rows))
            pixels = turned.load()
            size = turned.size
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError, Image.DecompressionBombError):
        return []
    assert pixels is not None
    width, height = size
    return [
        Strip(Segment(HALF, _style(pixels[x, y], pixels[x, min(y + 1, height - 1)])) for x in range(width))
        for y in range(0, height, 2)
    ]


def _style(above: Pixel, below: Pixel) -> Style:
    return Style.from_color(_colour(above), _colour(below))


def _colour(pixel: Pixel) -> Color:
    """Return a pixel's colour before grey, which is what a checkerboard behind an image comes to."""
    assert isinstance(pixel, tuple), "of an RGBA image"
    *parts, alpha = pixel
    return Color.from_rgb(*((part * alpha + 128 * (255 - alpha)) // 255 for part in parts))

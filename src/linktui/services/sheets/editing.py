"""The loop between an editor and what it wrote, until that can be read; nobody's edits are lost."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from linktui.model.change import Intent
from linktui.model.errors import InvalidInput, LinktuiError
from linktui.model.sheet import SheetFaults
from linktui.model.wording import explain
from linktui.services.sheets.faults import annotated

OpenEditor = Callable[[Path], Awaitable[None]]
"""Opens a file in an editor and returns once that is closed."""


async def edited(
    text: str, open_editor: OpenEditor, read: Callable[[str], list[Intent]]
) -> list[Intent] | None:
    """Have a text edited and return what `read` makes of it; None if there is nothing to do.

    Raises InvalidInput with the place of the file when what was written is still in it.
    """
    path = Path(tempfile.mkdtemp(prefix="linktui-")) / "edit.links"  # 0700
    path.touch(mode=0o600)
    given = text
    try:
        while True:
            path.write_bytes(given.encode())
            await open_editor(path)
            written = _text_of(path)
            if not written.strip() or written == text:
                break
            if written == given:
                raise InvalidInput("sheet", "has the same faults as before")
            try:
                intents = read(written)
            except SheetFaults as error:
                given = annotated(written, error.faults)
                continue
            shutil.rmtree(path.parent)
            return intents or None
    except (LinktuiError, OSError) as error:
        if _is_edited(path, text):
            raise InvalidInput("sheet", f"was not used, and is kept in {path} ({_why(error)})") from error
        shutil.rmtree(path.parent, ignore_errors=True)
        raise
    except BaseException:
        if not _is_edited(path, text):
            shutil.rmtree(path.parent, ignore_errors=True)
        raise
    shutil.rmtree(path.parent, ignore_errors=True)
    return None


def _text_of(path: Path) -> str:
    try:
        return path.read_bytes().decode()
    except UnicodeDecodeError as error:
        raise InvalidInput("sheet", "is not UTF-8; save it as such") from error


def _is_edited(path: Path, text: str) -> bool:
    try:
        return path.read_bytes() not in (b"", text.encode())
    except OSError:
        return False


def _why(error: LinktuiError | OSError) -> str:
    said = explain(error) if isinstance(error, LinktuiError) else str(error)
    return said.rstrip(".")

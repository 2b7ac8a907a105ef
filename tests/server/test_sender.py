"""The pages carry the sender's name, logo and colour, and nothing in these can harm their reader."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from linktui.config.settings import SenderSettings
from linktui.linkserver.accent import DAY, NIGHT, READABLE, contrast, mixed, parsed, readable, stylesheet
from linktui.linkserver.app import create_app
from linktui.linkserver.sender import LARGEST_LOGO, open_sender
from linktui.linkserver.store import Store
from linktui.model.errors import InvalidInput
from tests.server.conftest import NOWHERE, PAGE, PUBLIC, TOKEN, Clock

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
PNG = b"\x89PNG\r\n\x1a\n" + bytes.fromhex("0000000d49484452") + bytes.fromhex("0000000100000001")


@pytest.fixture
async def stranger(tmp_path: Path, clock: Clock) -> AsyncIterator[httpx.AsyncClient]:
    (tmp_path / "logo.svg").write_bytes(SVG)
    sender = SenderSettings(name="Ada & <Söhne>", logo="logo.svg", accent="#ffcc00")
    store = Store.open(tmp_path / "server", clock=clock)
    app = create_app(store, token=TOKEN, public_url=PUBLIC, sender=open_sender(sender, base=tmp_path))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url=PUBLIC, trust_env=False) as client:
        yield client
    store.close()


async def test_name_logo_and_colour_are_on_the_pages_and_load_under_their_policy(
    stranger: httpx.AsyncClient,
) -> None:
    page = await stranger.get(f"/l/{NOWHERE}", headers=PAGE)
    assert "Ada &amp; &lt;Söhne&gt;" in page.text
    assert "unsafe" not in page.headers["content-security-policy"]
    [logo] = [part.partition('"')[0] for part in page.text.split('src="')[1:] if "/logo" in part]
    [style] = [part.partition('"')[0] for part in page.text.split('href="')[1:] if "sender.css" in part]
    picture, sheet = await stranger.get(logo), await stranger.get(style)
    assert (picture.headers["content-type"], picture.content) == ("image/svg+xml", SVG)
    assert picture.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert sheet.headers["content-type"].startswith("text/css")
    assert "--accent:" in sheet.text


@pytest.mark.parametrize(
    "accent", ["#ffcc00", "#1f5fbf", "#000000", "#ffffff", "#00ff00", "#777777", "#ff00aa"]
)
def test_any_colour_can_be_read_by_day_and_by_night(accent: str) -> None:
    for ground, quiet in ((DAY, "#5b6675"), (NIGHT, "#9aa5b4")):
        colour = readable(parsed(accent), ground)
        assert contrast(colour, ground.behind) >= READABLE
        assert contrast(colour, ground.card) >= READABLE
        assert contrast(parsed(quiet), mixed(ground.card, colour, ground.soft)) >= READABLE
        on_it = max(contrast((255, 255, 255), colour), contrast((0x0B, 0x15, 0x24), colour))
        assert on_it >= READABLE


def test_a_colour_that_can_be_read_is_left_as_it_is() -> None:
    assert "--accent: #1f5fbf; --accent-text: #ffffff;" in stylesheet("#1f5fbf")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"name": "x" * 61}, "at most 60 characters"),
        ({"name": "a\nb"}, "on one line"),
        ({"accent": "blue"}, "a colour such as #1f5fbf"),
        ({"logo": "logo.svg"}, "needed beside a logo"),
        ({"name": "a", "logo": "logo.gif"}, "ends in .png or .svg"),
        ({"name": "a", "logo": "none.png"}, "cannot be read: No such file"),
        ({"name": "a", "logo": "large.png"}, "larger than 256 KiB"),
        ({"name": "a", "logo": "page.svg"}, "neither a PNG nor an SVG"),
        ({"name": "a", "logo": "bomb.svg"}, "without one"),
        ({"name": "a", "logo": "empty.png"}, "neither a PNG nor an SVG"),
        ({"name": "a", "logo": "huge.png"}, "4096 pixels"),
    ],
)
def test_what_no_page_may_show_is_refused_in_a_sentence(
    tmp_path: Path, settings: dict[str, str], said: str
) -> None:
    (tmp_path / "large.png").write_bytes(PNG + bytes(LARGEST_LOGO))
    (tmp_path / "huge.png").write_bytes(PNG[:-8] + bytes.fromhex("7fffffff00000001"))
    (tmp_path / "page.svg").write_bytes(b"<html><script/></html>")
    (tmp_path / "bomb.svg").write_bytes(b'<!DOCTYPE x [<!ENTITY a "b">]>' + SVG)
    (tmp_path / "empty.png").write_bytes(b"")
    with pytest.raises(InvalidInput, match=said):
        open_sender(SenderSettings(**settings), base=tmp_path)


def test_a_png_is_a_logo(tmp_path: Path) -> None:
    (tmp_path / "a.PNG").write_bytes(PNG)
    logo = open_sender(SenderSettings(name="a", logo="a.PNG"), base=tmp_path).logo
    assert logo is not None
    assert logo.media_type == "image/png"

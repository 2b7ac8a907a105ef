"""A key, a password and a share URL are where they have to be, and nowhere else."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from linktui.daemon.lock import holder
from linktui.ui.crash import write_report
from tests.e2e.conftest import Program, end_first_minute
from tests.faults.client_program import installed, shown
from tests.providers.peer import Visit, playing
from tests.providers.service import SECRET, Service

KEY = "sk_test_canary51KeyThatNobodySees"
PASSWORD = "canary-pass-word"


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    with installed(tmp_path) as program:
        yield program


def holding(home: Path, secret: str) -> set[str]:
    """Return the files below a home that hold a text."""
    found = [path for path in home.rglob("*") if path.is_file() and secret.encode() in path.read_bytes()]
    return {str(path.relative_to(home)).partition("-")[0] for path in found}


async def refusing(visit: Visit) -> None:
    """Refuse every call, and repeat the key while at it, as some services do."""
    body = f'{{"error": {{"message": "Invalid API Key provided: {KEY}"}}}}'.encode()
    while True:
        await visit.request()
        head = f"HTTP/1.1 401 No\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        await visit.say(head.encode() + body)


async def test_fault_39_a_key_is_in_no_file_no_process_list_and_on_no_screen(program: Program) -> None:
    async with playing(refusing) as peer:
        program.configure(
            f'[accounts.acme]\nprovider = "stripe"\nsecret = "env:CANARY"\nbase_url = "{peer.url}"\n'
        )
        program.environment["CANARY"] = KEY
        (program.work / "a.pdf").write_bytes(b"%PDF-1.4")
        seen = await asyncio.to_thread(_go_round, program)
        assert any(KEY.encode() in request for request in peer.asked)
    assert KEY not in seen
    assert holding(program.home, KEY) == set()


def _go_round(program: Program) -> str:
    """Use an account whose key is refused in every way, and return all there was to see."""
    seen = []
    for command, code in (
        (("accounts", "test", "acme"), 3),
        (("accounts", "list"), 0),
        (("accounts", "show", "acme"), 0),
        (("upload", "a.pdf", "--account", "acme", "--link"), 3),
        (("uploads", "list", "--json"), 0),
        (("log", "--json"), 0),
        (("daemon", "logs"), 0),
    ):
        try:
            seen.append(program.run(*command, code=code))
        finally:
            seen.append(getattr(program, "narration", ""))
    with shown(program) as terminal:
        terminal.wait_for("Links")
        for key in ("3", "4", "@", "1"):
            terminal.press(key)
        processes = (terminal.pid, holder(program.locations.lock))
        seen += [Path(f"/proc/{process}/cmdline").read_text() for process in processes]
        terminal.press("q")
        terminal.wait_for_exit()
        seen.append(terminal.written.decode())
    return "\n".join(seen)


def test_fault_39_a_password_and_a_share_url_are_in_no_log(program: Program) -> None:
    (program.work / "notes.txt").write_text("hello")
    url = program.run("upload", "notes.txt", "--link", "--password-file", "-", stdin=f"{PASSWORD}\n")
    slug = url.rpartition("/")[2]
    httpx.post(f"{url}/password", data={"password": PASSWORD}, trust_env=False)
    httpx.get(f"{url}/download?x={PASSWORD}", trust_env=False)
    logged = program.run("log", "--json") + program.run("daemon", "logs") + program.run("history", "--json")
    assert PASSWORD not in logged
    assert slug not in logged
    assert holding(program.home, PASSWORD) <= {"data/linktui.db"}  # until its upload is over
    # The list of links and the catalogue need it; no other file has it.
    assert {Path(name).parts[0] for name in holding(program.home, slug)} == {"data"}
    for path in program.home.rglob("*"):
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path


@pytest.mark.parametrize(
    "to", ["http://service.test/f", "https://other.test/f", "https://service.test:444/f"]
)
async def test_fault_39_no_credential_goes_along_to_another_origin(to: str) -> None:
    service = Service([httpx.Response(302, headers={"Location": to}), httpx.Response(200, text="x")])
    _ = [piece async for piece in service.client().stream("/f")]
    first, second = service.asked
    assert SECRET in first.headers["authorization"]
    assert SECRET not in repr(second.headers.raw)


def failing(values: object) -> None:
    key = KEY  # a local, which no report may show
    raise RuntimeError(f"cannot use {key} of {values}")


def test_fault_39_the_report_of_a_fault_has_no_value_in_it(tmp_path: Path) -> None:
    try:
        failing([PASSWORD])
    except RuntimeError as error:
        said = write_report(error, tmp_path)
    written = (tmp_path / "fault.log").read_text()
    assert "RuntimeError" in said
    assert str(tmp_path / "fault.log") in said
    assert "in failing" in written
    for text in (said, written):
        assert KEY not in text
        assert PASSWORD not in text
    assert (tmp_path / "fault.log").stat().st_mode & 0o777 == 0o600


CRASH = """
import sys
from linktui.ui.screens.uploads import UploadsScreen
def explode(self, *given):
    canary = {canary!r}
    raise RuntimeError("broken by " + canary)
UploadsScreen.on_mount = explode
from linktui.cli.main import main
sys.exit(main([]))
"""


def test_fault_39_a_crash_says_what_happened_and_where_the_log_is_and_shows_nothing(program: Program) -> None:
    script = program.work / "crash.py"
    script.write_text(CRASH.format(canary=KEY))
    from tests.e2e.terminal import Terminal

    end_first_minute(program.locations)
    environment = program.environment | {"PYTHONWARNINGS": "default"}
    with Terminal([sys.executable, str(script)], environment=environment, columns=200) as terminal:
        terminal.wait_for("Links")
        terminal.press("3")
        assert terminal.wait_for_exit() == 1
        written = terminal.written.decode()
    assert "had to close; uploads and links go on" in written
    assert "fault.log says where" in " ".join(written.split())
    assert KEY not in written
    assert "Traceback" not in written
    assert holding(program.home, KEY) == set()


def test_fault_39_unchecked_certificates_are_said_on_every_screen(program: Program) -> None:
    program.configure('[accounts.acme]\nprovider = "stripe"\nsecret = "env:NONE"\nverify = false\n')
    with shown(program, columns=120) as terminal:
        for key in "1234":
            terminal.press(key)
            terminal.wait_for("certificates NOT checked")

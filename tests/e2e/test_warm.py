"""The warm door, through a real terminal: nobody can tell it is there but by the clock."""

from __future__ import annotations

import os
import re
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import AF_UNIX, SOCK_SEQPACKET, socket

import pytest

from linktui.config.locations import Locations
from linktui.daemon.control import ensure_running
from linktui.warm import terms
from tests.daemons import end_daemon
from tests.e2e.conftest import PROGRAM, Program, end_first_minute, keep_port
from tests.e2e.terminal import Terminal
from tests.waiting import until

PATIENT = """
import linktui.warm.terms
linktui.warm.terms.PATIENCE = 20
from linktui.__main__ import main
main()
"""
"""The program, but for a machine that is too busy to answer in time."""
PATIENT_HOST = """
import sys
import linktui.warm.terms
linktui.warm.terms.PATIENCE = 20
from linktui.warm.__main__ import main
sys.exit(main())
"""
"""The warm process, but for callers that are too busy to ask in time."""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the warm door is Linux's")


class Warm:
    """A warm process of a home whose daemon has none of its own, and faces in terminals of their own."""

    def __init__(self, home: Path) -> None:
        self.locations = Locations.below(home)
        keep_port(self.locations)
        end_first_minute(self.locations)
        self.locations.settings_file.write_text("[daemon]\nwarm = false\n")
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "LINKTUI_HOME": str(home),
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
        }
        lifeline, self._ours = os.pipe()
        self.process = subprocess.Popen(
            [sys.executable, "-c", PATIENT_HOST, str(self.locations.data)],
            stdin=lifeline,
            env=self.environment,
            cwd="/",
        )
        os.close(lifeline)
        until(self.socket.exists)
        script = home / "patient.py"
        script.write_text(PATIENT)
        self.program = [sys.executable, str(script)]

    @property
    def socket(self) -> Path:
        return self.locations.data / terms.SOCKET

    def let_go(self) -> None:
        """End as the daemon's end does."""
        if self._ours >= 0:
            os.close(self._ours)
            self._ours = -1

    def faces(self) -> list[int]:
        return children(self.process.pid)

    @contextmanager
    def opened(self, *command: str, warm: bool = True, **more: str) -> Iterator[Terminal]:
        environment = self.environment | more
        program = self.program if warm else PROGRAM
        with Terminal([*(command or program)], environment=environment) as terminal:
            terminal.wait_for("Nothing is shared yet")
            until(lambda: len(self.faces()) == warm)  # one of before may still be on its way out
            yield terminal


def children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def gone(pid: int) -> Callable[[], bool]:
    return lambda: not Path(f"/proc/{pid}").exists()


def ignored(pid: int) -> int:
    """Return the signals that a process ignores, a bit each."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1], 16) for line in lines if line.startswith("SigIgn"))


def clear(terminal: Terminal) -> None:
    """Have the shell clear the screen, once it has the terminal again."""
    terminal.wait_for("Shell>")
    terminal.press("Enter")  # before a prompt the shell says what stopped meanwhile
    terminal.wait_for("Stopped")
    terminal.press("clear", "Enter")
    terminal.wait_until(lambda screen: "Nothing" not in screen and "Shell>" in screen)


def state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


@pytest.fixture(scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warm]:
    warm = Warm(tmp_path_factory.mktemp("warm"))
    ensure_running(warm.locations)
    yield warm
    warm.let_go()
    assert warm.process.wait(20) == 0
    end_daemon(warm.locations)


@pytest.fixture
def lone(tmp_path: Path) -> Iterator[Warm]:
    """One that a test may end."""
    warm = Warm(tmp_path)
    ensure_running(warm.locations)
    yield warm
    warm.let_go()
    warm.process.wait(20)
    end_daemon(warm.locations)


def test_the_screen_and_the_exit_code_are_those_of_the_plain_way(warm: Warm) -> None:
    def without_time(screen: str) -> str:
        """When the account was looked at is the daemon's doing."""
        return re.sub(r" +local · .*", "", screen)

    with warm.opened(*warm.program, "--no-warm", warm=False) as terminal:
        terminal.wait_until(lambda screen: "0/0" in screen and "Palette" in screen)
        terminal.wait_until(lambda screen: "Not looked at yet" not in screen)
        plain = without_time(terminal.text)
        terminal.press("q")
        assert terminal.wait_for_exit() == 0
    with warm.opened(*warm.program) as terminal:
        terminal.wait_until(lambda screen: without_time(screen) == plain)
        terminal.press("q")
        assert terminal.wait_for_exit() == 0


def test_a_face_has_all_of_its_caller(warm: Warm, tmp_path: Path) -> None:
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0] - 7
    some = min(os.sched_getaffinity(0))
    script = (
        "import os, resource, signal, sys; os.umask(0o27); os.nice(3); "
        f"resource.setrlimit(resource.RLIMIT_NOFILE, ({limit},) * 2); os.sched_setaffinity(0, {{{some}}}); "
        "signal.signal(signal.SIGUSR1, signal.SIG_IGN); "
        f"os.chdir({str(tmp_path)!r}); os.execv(sys.executable, {warm.program})"
    )
    with warm.opened(sys.executable, "-c", script) as terminal:
        [face] = warm.faces()
        facts = Path(f"/proc/{face}/status").read_text()
        assert Path(f"/proc/{face}/cwd").readlink() == tmp_path
        assert "Umask:\t0027" in facts
        assert resource.prlimit(face, resource.RLIMIT_NOFILE) == (limit, limit)
        assert os.getpriority(os.PRIO_PROCESS, face) == 3 + os.getpriority(os.PRIO_PROCESS, 0)
        assert os.sched_getaffinity(face) == {some}
        assert ignored(face) == ignored(terminal.pid)
        assert ignored(face) >> (signal.SIGUSR1 - 1) & 1
        handles = {Path(f"/proc/{face}/fd/{n}").readlink() for n in (0, 1, 2)}
        assert handles == {Path(f"/proc/{terminal.pid}/fd/0").readlink()}


def test_the_window_may_change_its_size(warm: Warm) -> None:
    with warm.opened() as terminal:
        terminal.resize(100, 30)
        terminal.wait_until(
            lambda screen: len(screen.splitlines()) == 30 and screen.splitlines()[-1].startswith(" 2 Files")
        )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGHUP, signal.SIGINT])
def test_a_signal_ends_the_face_and_the_stand_in_as_it_ends_the_plain_program(
    warm: Warm, number: signal.Signals
) -> None:
    codes = []
    for arguments in ([], ["--no-warm"]):
        with warm.opened(*warm.program, *arguments, warm=not arguments) as terminal:
            faces = warm.faces()
            os.kill(terminal.pid, number)
            codes.append(terminal.wait_for_exit())
            for face in faces:
                until(gone(face))
    assert codes[0] == codes[1]


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (signal.SIGTERM, 128 + signal.SIGTERM),
        (signal.SIGKILL, -signal.SIGKILL),
        (signal.SIGSEGV, -signal.SIGSEGV),
    ],
)
def test_the_stand_in_ends_as_the_face_does(warm: Warm, number: signal.Signals, code: int) -> None:
    with warm.opened() as terminal:
        os.kill(warm.faces()[0], number)
        assert terminal.wait_for_exit() == code


def test_a_closed_terminal_ends_the_face(warm: Warm) -> None:
    with warm.opened() as terminal:
        [face] = warm.faces()
        terminal.hang_up()
        until(gone(face))


def test_it_stops_and_goes_on_under_a_shell(warm: Warm) -> None:
    with Terminal(["bash", "--norc", "-i"], environment=warm.environment | {"PS1": "Shell> "}) as terminal:
        terminal.wait_for("Shell>")
        terminal.press(f"{' '.join(warm.program)}", "Enter")
        terminal.wait_for("Nothing is shared yet")
        [face] = warm.faces()
        [stand_in] = children(terminal.pid)
        # Textual itself can lock up on a stop that comes while it writes.
        terminal.wait_for_quiet()
        os.kill(stand_in, signal.SIGTSTP)
        clear(terminal)
        assert (state(face), state(stand_in)) == ("T", "T")
        terminal.press("echo a-sh''ell", "Enter")
        terminal.wait_for("a-shell")
        # In the background the terminal is not its own to draw on: it stops again.
        terminal.press("bg", "Enter")
        until(lambda: state(stand_in) == "T" and state(face) == "T")
        clear(terminal)
        terminal.press("fg", "Enter")
        terminal.wait_for("Nothing is shared yet")
        terminal.wait_for_quiet()
        os.kill(face, signal.SIGTSTP)
        clear(terminal)
        terminal.press("fg", "Enter")
        terminal.wait_for("Nothing is shared yet")
        terminal.wait_for_quiet()
        terminal.press("q")
        terminal.wait_for("Shell>")
        until(gone(stand_in))
        terminal.press("echo code-$?", "Enter")
        terminal.wait_for("code-0")


@pytest.mark.parametrize(
    "more",
    [{"PYTHONWARNINGS": "default"}, {"TEXTUAL_FPS": "30"}, {"LC_ALL": "C"}, {"TERM_PROGRAM": "iTerm.app"}],
    ids=str,
)
def test_what_is_read_while_importing_has_a_face_start_the_plain_way(
    warm: Warm, more: dict[str, str]
) -> None:
    with warm.opened(warm=False, **more) as terminal:
        terminal.press("q")
        assert terminal.wait_for_exit() == 0


def test_without_a_terminal_it_is_refused_as_ever(warm: Warm) -> None:
    done = subprocess.run(
        PROGRAM, env=warm.environment, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    assert done.returncode == 64
    assert "need a terminal" in done.stderr


def test_a_command_does_not_go_through_it(warm: Warm) -> None:
    with Terminal([*PROGRAM, "links", "list"], environment=warm.environment, columns=100) as terminal:
        assert terminal.wait_for_exit() == 0
        assert "There are no links yet" in terminal.text


def test_nobody_else_can_reach_it(warm: Warm) -> None:
    assert warm.socket.stat().st_mode & 0o777 == 0o600
    assert warm.locations.data.stat().st_mode & 0o777 == 0o700


def test_a_caller_that_says_nothing_right_or_leaves_does_no_harm(warm: Warm) -> None:
    for message in (b"", b"nonsense", terms.pack(terms.FACE, {})):
        with socket(AF_UNIX, SOCK_SEQPACKET) as caller:
            caller.connect(str(warm.socket))
            if message:
                caller.send(message)
    with warm.opened() as terminal:
        terminal.press("q")
        assert terminal.wait_for_exit() == 0


def test_without_a_warm_process_or_with_a_dead_ones_socket_it_starts_the_plain_way(lone: Warm) -> None:
    lone.process.kill()
    lone.process.wait()
    assert lone.socket.exists()
    for _ in range(2):
        with Terminal(PROGRAM, environment=lone.environment) as terminal:
            terminal.wait_for("Nothing is shared yet")
        lone.socket.unlink(missing_ok=True)


def test_a_warm_process_that_does_not_answer_is_not_waited_for(warm: Warm) -> None:
    os.kill(warm.process.pid, signal.SIGSTOP)
    try:
        with warm.opened(warm=False) as terminal:
            os.kill(warm.process.pid, signal.SIGCONT)
            until(lambda: not warm.faces())  # the one that came too late has left the terminal alone
            terminal.press("q")
            assert terminal.wait_for_exit() == 0
    finally:
        os.kill(warm.process.pid, signal.SIGCONT)


def test_an_open_face_outlives_the_daemon(lone: Warm) -> None:
    with lone.opened() as terminal:
        lone.let_go()
        until(lambda: not lone.socket.exists())
        terminal.press("2")
        terminal.wait_for("This machine")
        terminal.press("q")
        assert terminal.wait_for_exit() == 0
    assert lone.process.wait(20) == 0


def test_the_daemon_starts_it_and_takes_it_along(program: Program) -> None:
    program.locations.settings_file.unlink()
    socket = program.locations.data / terms.SOCKET
    program.run("daemon", "start")
    until(socket.exists)
    program.run("daemon", "stop")
    until(lambda: not socket.exists())


def test_it_knows_the_data_directory_without_importing_what_knows_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name, value in (("LINKTUI_HOME", "~/there"), ("LINKTUI_HOME", ""), ("XDG_DATA_HOME", "/data"),
                        ("XDG_DATA_HOME", " ")):  # fmt: skip
        monkeypatch.setenv(name, value)
        assert terms.data_directory() == str(Locations.from_environment().data)

"""The supervisor leaves no process behind, however a run ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from sightline_core.errors import SightlineError
from sightline_demo import guardian
from sightline_demo.environment import RUN_MARK
from sightline_demo.interrupt import Interrupt, InterruptedStoryError
from sightline_demo.supervisor import Spec, Supervisor, tail

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SLEEPER = "import time; print('up', flush=True); time.sleep(60)"
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
PARENT = (
    "import subprocess, sys, time;"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
    "print(child.pid, flush=True); time.sleep(60)"
)
RUN_AWAY = (
    "import subprocess, sys, time;"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'], start_new_session=True);"
    "print(child.pid, flush=True); time.sleep(60)"
)


def eventually(condition: Callable[[], bool], timeout: float = 10.0) -> bool:
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return condition()


def lives(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.fixture
def supervisor() -> Iterator[Supervisor]:
    with Supervisor(f"test-{os.getpid()}-{time.monotonic_ns()}", Interrupt()) as made:
        yield made


def spec(
    supervisor: Supervisor, folder: Path, code: str, *, healthy: Callable[[], bool] | None = None, name: str = "it"
) -> Spec:
    env = {**os.environ, RUN_MARK: supervisor.run_id}
    return Spec(name, [sys.executable, "-c", code], env, folder / f"{name}.out", healthy, grace_s=0.5)


def printed(path: Path) -> int:
    assert eventually(lambda: tail(path).strip().isdigit())
    return int(tail(path))


def test_a_process_that_ignores_sigterm_is_killed(supervisor: Supervisor, tmp_path: Path) -> None:
    """Asked, then killed: stopping never hangs."""
    running = supervisor.start(spec(supervisor, tmp_path, STUBBORN))
    assert eventually(lambda: "up" in running.tail())
    assert supervisor.stop(running) == -signal.SIGKILL
    assert supervisor.running == ()


def test_children_end_with_their_parent(supervisor: Supervisor, tmp_path: Path) -> None:
    """The whole process group ends, not only its leader."""
    running = supervisor.start(spec(supervisor, tmp_path, PARENT))
    child = printed(running.spec.log)
    supervisor.stop(running)
    assert eventually(lambda: not lives(child))


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="found by /proc")
def test_a_child_with_a_session_of_its_own_ends_too(supervisor: Supervisor, tmp_path: Path) -> None:
    """What left the group (a browser, a daemon) is found by the run's mark."""
    running = supervisor.start(spec(supervisor, tmp_path, RUN_AWAY))
    child = printed(running.spec.log)
    supervisor.stop_all()
    assert eventually(lambda: not lives(child))


def test_the_last_words_of_a_dead_process_are_in_the_error(supervisor: Supervisor, tmp_path: Path) -> None:
    """A process that dies while others are waited for fails the wait at once, with its output."""
    supervisor.start(spec(supervisor, tmp_path, SLEEPER, healthy=lambda: False, name="slow"))
    supervisor.start(spec(supervisor, tmp_path, "raise SystemExit('no such table')", name="broken"))
    started = time.monotonic()
    with pytest.raises(SightlineError, match="broken ended by itself") as caught:
        supervisor.wait_healthy(30)
    assert "no such table" in caught.value.why
    assert time.monotonic() - started < 10


def test_a_process_that_never_turns_healthy_is_named(supervisor: Supervisor, tmp_path: Path) -> None:
    """The error names who is late and shows its output."""
    running = supervisor.start(spec(supervisor, tmp_path, SLEEPER, healthy=lambda: False, name="late"))
    assert eventually(lambda: "up" in running.tail())
    with pytest.raises(SightlineError, match="not healthy after 0 s: late") as caught:
        supervisor.wait_healthy(0.1)
    assert "up" in caught.value.why


def test_health_is_told_once_each_with_its_time(supervisor: Supervisor, tmp_path: Path) -> None:
    """Each process is reported as it turns healthy."""
    told: list[str] = []
    for name in ("one", "two"):
        supervisor.start(spec(supervisor, tmp_path, SLEEPER, healthy=lambda: True, name=name))
    supervisor.wait_healthy(5, told=lambda item: told.append(item.name))
    assert told == ["one", "two"]
    assert all(item.healthy_after_s is not None for item in supervisor.running)


def test_an_interrupt_ends_a_command(supervisor: Supervisor, tmp_path: Path) -> None:
    """Ctrl-C during a long command ends the command as well."""
    threading.Timer(0.3, supervisor.interrupt.set).start()
    with pytest.raises(InterruptedStoryError):
        supervisor.run(
            [sys.executable, "-c", PARENT], {**os.environ, RUN_MARK: supervisor.run_id}, scratch=tmp_path, timeout=30
        )
    child = (tmp_path / "stdout").read_text().strip()
    assert not child or eventually(lambda: not lives(int(child)))


def test_a_command_that_takes_too_long_is_an_error_with_its_words(supervisor: Supervisor, tmp_path: Path) -> None:
    """A hung command does not hang the demo."""
    code = "import sys, time; print('waiting for nothing', file=sys.stderr, flush=True); time.sleep(60)"
    with pytest.raises(SightlineError, match="did not end in time") as caught:
        supervisor.run([sys.executable, "-c", code], dict(os.environ), scratch=tmp_path, timeout=1.0)
    assert "waiting for nothing" in caught.value.why


def test_a_command_gives_its_code_and_both_streams(supervisor: Supervisor, tmp_path: Path) -> None:
    """The result of a command is what it printed and how it ended."""
    code = "import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)"
    done = supervisor.run([sys.executable, "-c", code], dict(os.environ), scratch=tmp_path, timeout=20)
    assert (done.code, done.stdout, done.stderr) == (3, "out\n", "err\n")


def test_what_cannot_be_started_is_an_error(supervisor: Supervisor, tmp_path: Path) -> None:
    """A missing program is named."""
    with pytest.raises(SightlineError, match="cannot be started"):
        supervisor.start(Spec("nobody", [str(tmp_path / "nobody")], {}, tmp_path / "log"))


STORY = """
import os, sys, time
from pathlib import Path
from sightline_demo.interrupt import Interrupt, InterruptedStoryError
from sightline_demo.supervisor import Spec, Supervisor
folder, run_id, code = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
interrupt = Interrupt()
interrupt.install()
try:
    with Supervisor(run_id, interrupt) as supervisor:
        env = {**os.environ, "SIGHTLINE_DEMO_RUN": run_id}
        supervisor.start(Spec("it", [sys.executable, "-c", code], env, folder / "it.out"))
        interrupt.pause(60)
except InterruptedStoryError:
    sys.exit(130)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
@pytest.mark.parametrize("code", [PARENT, RUN_AWAY], ids=["group", "own-session"])
def test_no_process_outlives_a_signalled_demo(tmp_path: Path, number: signal.Signals, code: str) -> None:
    """Ctrl-C, SIGTERM, a closed terminal and even kill -9 of the demo leave nothing behind."""
    run_id = f"test-{os.getpid()}-{time.monotonic_ns()}"
    story = subprocess.Popen([sys.executable, "-c", STORY, str(tmp_path), run_id, code])
    child = printed(tmp_path / "it.out")
    family = [story.pid, child, *(each.pid for each in psutil.Process(story.pid).children(recursive=True))]
    assert len(family) >= 4, "the story, its guardian, its process and that one's child"
    story.send_signal(number)
    assert story.wait(15) == (-signal.SIGKILL if number is signal.SIGKILL else 130)
    assert eventually(lambda: not any(map(lives, family))), [pid for pid in family if lives(pid)]
    assert guardian.marked(run_id) == []

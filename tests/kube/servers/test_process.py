"""A server process comes up, says what went wrong, and never outlives whoever started it. No real server is needed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from typing import TYPE_CHECKING

import pytest

from sightline_core.errors import SightlineError
from sightline_kube.testing.servers import ports, program
from sightline_kube.testing.servers.asking import ask
from sightline_kube.testing.servers.process import Server, open_servers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def alive(pid: int) -> bool:
    """Whether a process runs; one that ended and was not waited for does not."""
    try:
        with open(f"/proc/{pid}/stat") as stat:  # noqa: PTH123 - no file
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def gone(pid: int) -> bool:
    """Wait a little for a process to end."""
    deadline = time.monotonic() + 10
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not alive(pid)


@pytest.fixture
def web(tmp_path: Path) -> Iterator[tuple[Server, str]]:
    """Python's own web server, and its address."""
    (port,) = ports.free(1)
    server = Server("web", [sys.executable, "-m", "http.server", "-b", "127.0.0.1", str(port)], tmp_path / "web")
    yield server, f"http://127.0.0.1:{port}/"
    server.close()


def test_serves_is_killed_and_serves_again_at_its_port(web: tuple[Server, str]) -> None:
    """One object has several lives; the log holds all of them."""
    server, url = web
    for life in range(2):
        server.start()
        assert server in open_servers()
        server.until(lambda: ask("GET", url).ok, 20)
        server.kill()
        assert not server.running
        assert server.code == -signal.SIGKILL
        assert server.log.read_text().count("GET /") >= life + 1
    server.close()
    assert server not in open_servers()


def test_starting_twice_is_refused(web: tuple[Server, str]) -> None:
    """A second process would take the first one's place unseen."""
    server, _ = web
    server.start()
    with pytest.raises(SightlineError, match="running already"):
        server.start()


def test_says_what_a_server_said_that_ended(tmp_path: Path) -> None:
    """Nobody has to look for the log to learn why."""
    server = Server("broken", [sys.executable, "-c", "import sys; sys.exit('no such listener')"], tmp_path)
    server.start()
    with pytest.raises(SightlineError, match="broken ended with 1 before it did become ready") as caught:
        server.until(lambda: False, 20)
    assert "no such listener" in caught.value.why
    assert server.ended(5) == 1
    server.close()


def test_says_why_a_server_is_not_ready(web: tuple[Server, str]) -> None:
    """The deadline is named, and the last reason: here that another port is asked."""
    server, _ = web
    (silent,) = ports.free(1)
    server.start()
    with pytest.raises(SightlineError, match=r"within 0\.2 s") as caught:
        server.until(lambda: ask("GET", f"http://127.0.0.1:{silent}/"), 0.2)
    assert "refused" in caught.value.why


def test_a_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    """The failure is the server's, with a reason, not a traceback of the launcher."""
    server = Server("absent", [str(tmp_path / "absent")], tmp_path)
    server.start()
    with pytest.raises(SightlineError) as caught:
        server.until(lambda: False, 20)
    assert "No such file" in caught.value.why
    server.close()


def test_stops_what_does_not_want_to_stop(tmp_path: Path) -> None:
    """A server that ignores SIGTERM, and its child, are killed after the patience is over."""
    script = "trap '' TERM; sleep 1000 & echo $!; wait; wait"
    server = Server("stubborn", ["/bin/sh", "-c", script], tmp_path)
    server.start()
    server.until(lambda: server.tail().strip(), 20)
    child = int(server.tail())
    server.stop(within=0.2)
    assert gone(child)
    server.close()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_ends_with_whoever_started_it(tmp_path: Path, number: int) -> None:
    """Even kill -9 of the starter leaves neither the server nor its children, hung ones among them."""
    script = f"""
        import pathlib, sys, time
        from sightline_kube.testing.servers.process import Server
        server = Server("orphan", ["/bin/sh", "-c", "sleep 1000 & echo $!; wait"], pathlib.Path({str(tmp_path)!r}))
        server.start()
        server.until(lambda: server.tail().strip(), 20)
        server.signal({signal.SIGSTOP})
        print(server.pid, server.tail(), flush=True)
        time.sleep(1000)
    """
    command = [sys.executable, "-c", textwrap.dedent(script)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout
        pids = [int(each) for each in starter.stdout.readline().split()]
        assert [alive(pid) for pid in pids] == [True, True]
        os.kill(starter.pid, number)
    assert [gone(pid) for pid in pids] == [True, True]


def test_outlives_the_thread_that_started_it(web: tuple[Server, str]) -> None:
    """A drill restarts nodes from a thread of its own."""
    server, url = web
    thread = threading.Thread(target=server.start)
    thread.start()
    thread.join()
    server.until(lambda: ask("GET", url).ok, 20)
    time.sleep(0.2)
    assert server.running


def test_ports_are_different_and_below_those_of_outgoing_connections() -> None:
    """No client's own end can take the port of a server that is down for a moment."""
    found = ports.free(50)
    assert len(set(found)) == 50
    assert max(found) < 32_768


def test_a_missing_program_is_told_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason of a skip names the target and the variable; a variable wins."""
    assert program.find("no-such-server") is None
    assert program.missing("no-such-server") == (
        "no no-such-server: run `make tools` (with Go), or set SIGHTLINE_NO_SUCH_SERVER"
    )
    with pytest.raises(SightlineError, match="there is no no-such-server"):
        program.need("no-such-server")
    monkeypatch.setenv("SIGHTLINE_NO_SUCH_SERVER", sys.executable)
    assert program.need("no-such-server") == sys.executable
    assert program.missing("no-such-server") == ""

"""The demo as a person starts it: the whole story, and every way to end it."""

from __future__ import annotations

import ipaddress
import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from tests.e2e.traps import KEY, traps

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.e2e
ROOT = Path(__file__).resolve().parents[2]
STORY_WITHIN_S = 1200.0


def demo(folder: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    """Start what `make demo` starts, on free ports."""
    command = [".make/clean-env", ".venv/bin/sightline", "demo", "--free-ports", "--dir", str(folder), *arguments]
    with (folder.parent / "narration").open("w") as narration:
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=narration,
            text=True,
        )


def left(folder: Path) -> list[str]:
    """Return the living processes that know the run's folder."""
    found = []
    for process in psutil.process_iter():
        try:
            words = [*process.cmdline(), *process.environ().values()]
        except psutil.Error:
            continue
        if process.pid != os.getpid() and process.status() != psutil.STATUS_ZOMBIE and str(folder) in " ".join(words):
            found.append(" ".join(process.cmdline())[:200])
    return found


def eventually(condition: Callable[[], bool], timeout: float) -> bool:
    """Wait until it holds."""
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.2)
    return True


def narrated(folder: Path) -> str:
    """Return what the demo told so far."""
    return (folder.parent / "narration").read_text()


def foreign(root: int) -> set[str]:
    """Return the addresses beyond this machine that the process or one of its descendants talks to now."""
    found = set()
    for process in [psutil.Process(root), *psutil.Process(root).children(recursive=True)]:
        try:
            connections = process.net_connections("inet")
        except psutil.Error:
            continue
        found |= {
            f"{process.name()} -> {each.raddr.ip}"
            for each in connections
            if each.raddr and not ipaddress.ip_address(each.raddr.ip.removeprefix("::ffff:")).is_loopback
        }
    return found


@pytest.mark.timeout(1500)
@pytest.mark.browser
def test_the_whole_story_holds_and_tells_nobody(tmp_path: Path) -> None:
    """Every step holds; the page fires within three minutes and recovers; planted accounts see not one packet."""
    folder = tmp_path / "run"
    beyond: set[str] = set()
    with traps() as trapped:
        process = demo(folder, "--json", **trapped.environment)
        try:
            deadline = time.monotonic() + STORY_WITHIN_S
            while process.poll() is None and time.monotonic() < deadline:
                beyond |= foreign(process.pid)
                time.sleep(0.5)
            output, _ = process.communicate(timeout=5)
        finally:
            process.kill()
            process.wait()
    story: dict[str, Any] = json.loads(output)["data"]
    assert story["not_held"] == [], narrated(folder)
    assert process.returncode == 0
    facts = {name: value for step in story["steps"] for name, value in step["facts"].items()}
    assert facts["paged_after_s"] <= 180
    assert facts["recovered_after_s"] is not None
    assert {"storefront", "orders", "payments"} <= set(facts["chain"]["services"])
    assert {line["service"] for line in facts["chain"]["logs"]} == set(facts["chain"]["services"])
    assert "Datadog's own" in narrated(folder)
    assert beyond == set()
    assert trapped.caught == []
    assert [file for file in folder.rglob("*") if file.is_file() and KEY.encode() in file.read_bytes()] == []
    assert left(folder) == []


@pytest.mark.timeout(300)
@pytest.mark.browser
def test_the_story_without_a_fault_holds_under_opentelemetry(tmp_path: Path) -> None:
    """Steps 1 to 4 hold, and nothing is told of a fault."""
    folder = tmp_path / "run"
    process = demo(folder, "--json", "--no-fault", "--telemetry", "otel", "--warm-up", "20s")
    output, _ = process.communicate(timeout=240)
    story = json.loads(output)["data"]
    assert [step["step"] for step in story["steps"]] == [1, 2, 3, 4, 6]
    assert story["not_held"] == [], narrated(folder)
    assert process.returncode == 0
    assert left(folder) == []


@pytest.mark.timeout(240)
def test_a_step_that_does_not_hold_is_named_and_fails_the_run(tmp_path: Path) -> None:
    """Without a browser the journey cannot pass: exit 1, the step is named, nothing is left behind."""
    folder = tmp_path / "run"
    process = demo(folder, "--warm-up", "15s", SIGHTLINE_CHROMIUM="/nowhere/chromium")
    output, _ = process.communicate(timeout=200)
    assert process.returncode == 1, narrated(folder)
    assert "NOT HELD  4. a browser" in output
    assert left(folder) == []


@pytest.mark.timeout(120)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_whatever_ends_the_demo_ends_all_of_it(number: signal.Signals, tmp_path: Path) -> None:
    """Asked or killed, in the middle of the story, it leaves no process."""
    folder = tmp_path / "run"
    process = demo(folder, "--warm-up", "60s")
    try:
        assert eventually(lambda: "3. customers shop" in narrated(folder), 60), narrated(folder)
        assert len(left(folder)) >= 8
        process.send_signal(number)
        code = process.wait(40)
    finally:
        process.kill()
        process.communicate()
    assert code == (-signal.SIGKILL if number is signal.SIGKILL else 130)
    assert eventually(lambda: left(folder) == [], 20), left(folder)

"""Finds a Chromium, and ends one that does not end by itself."""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Self

import psutil

from sightline_core.errors import SightlineError
from sightline_core.loopback import is_loopback

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

VARIABLE = "SIGHTLINE_CHROMIUM"
# The headless shell first: it takes a third of the processor time of the full browser.
ON_PATH = ("chromium-headless-shell", "chromium", "google-chrome")


def executable(environ: Mapping[str, str], which: Callable[[str], str | None] = shutil.which) -> str | None:
    """Return the browser to start; None = leave it to Playwright, which knows its own download.

    Raises:
        SightlineError: SIGHTLINE_CHROMIUM names no executable file.
    """
    named = environ.get(VARIABLE)
    if named:
        if not os.access(named, os.X_OK) or not Path(named).is_file():
            raise SightlineError(
                "there is no such browser",
                where=f"{VARIABLE}={named}",
                help=f"unset {VARIABLE} or set it to a Chromium's executable file",
            )
        return named
    return next((path for path in map(which, ON_PATH) if path), None)


def arguments(target: str, *, as_root: bool) -> list[str]:
    """Return the browser's switches for a run against `target`."""
    switches = ["--disable-dev-shm-usage"]
    if as_root:
        # Chromium refuses to sandbox a superuser's processes; containers and CI run as root.
        switches.append("--no-sandbox")
    if is_loopback(target):
        # A page of the local shop has no business on any other machine, and neither has the browser itself.
        switches.append("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1")
    return switches


@dataclass(slots=True)
class Watchdog:
    """Kills the browser when a run takes longer than its budget.

    Needed because a browser that is stopped or swapped out answers nothing, and Playwright's `close` has no
    time limit: it then never returns. The browser leads a process group of its own, which is killed whole. Should the
    run still not end within `patience_s`, Playwright's driver is killed too. A run that outlives even that is in the
    journey's own code, which no thread can end: `abandon` is called, and may end the process.
    """

    budget_s: float
    patience_s: float = 3.0
    abandon: Callable[[], None] = lambda: None
    fired: bool = False
    _done: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        """Start the clock."""
        self._thread = threading.Thread(target=self._watch, name="journey-watchdog", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _value: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Stop the clock."""
        self._done.set()
        if self._thread is not None:
            self._thread.join()

    def _watch(self) -> None:
        if self._done.wait(self.budget_s):
            return
        self.fired = True
        kill(browsers(os.getpid()))
        if not self._done.wait(self.patience_s):
            kill(drivers(os.getpid()))
            if not self._done.wait(self.patience_s):
                self.abandon()


def browsers(root: int) -> list[psutil.Process]:
    """Return the descendants of `root` that lead a process group of their own: Playwright starts browsers so."""
    return [each for each in _descendants(root) if _leads(each) and not _is_driver(each)]


def drivers(root: int) -> list[psutil.Process]:
    """Return Playwright's drivers below `root`."""
    return [each for each in _descendants(root) if _is_driver(each)]


def kill(processes: list[psutil.Process], *, within_s: float = 2.0) -> None:
    """Kill each process with its group, and its descendants in whatever group; wait until they are gone."""
    condemned = [*processes, *(child for each in processes for child in _descendants(each.pid))]
    for each in condemned:
        try:
            if _leads(each):
                os.killpg(each.pid, signal.SIGKILL)
            each.kill()
        except (ProcessLookupError, psutil.Error):
            continue
    deadline = time.monotonic() + within_s
    while any(_lives(each) for each in condemned) and time.monotonic() < deadline:
        time.sleep(0.02)


def _descendants(root: int) -> list[psutil.Process]:
    try:
        return psutil.Process(root).children(recursive=True)
    except psutil.Error:
        return []


def _leads(process: psutil.Process) -> bool:
    try:
        return os.getpgid(process.pid) == process.pid
    except ProcessLookupError:
        return False


def _is_driver(process: psutil.Process) -> bool:
    try:
        return "run-driver" in process.cmdline()
    except psutil.Error:
        return False


def _lives(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False

"""One server as a process: started into a log, awaited until it is ready, stopped for certain."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from sightline_core.errors import SightlineError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

LAUNCH = Path(__file__).with_name("launch.py")
_open: list[Server] = []


def open_servers() -> list[Server]:
    """Return the servers that were started here and not closed: a failing test shows the end of their logs."""
    return list(_open)


class Server:
    """A program that serves.

    `folder` is its working directory and home; its output is appended to `folder/<name>.log` over all its lives.
    The environment is only what is given, PATH and HOME: no proxy, account or setting of the machine reaches it.
    """

    def __init__(
        self, name: str, command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None
    ) -> None:
        self.name = name
        self.command = list(command)
        self.folder = folder
        self.environment = dict(environment or {})
        self.log = folder / f"{name}.log"
        self._popen: subprocess.Popen[bytes] | None = None
        self._watched = -1

    def start(self) -> None:
        """Start it; it may not be ready yet.

        Raises:
            SightlineError: It is running already.
        """
        if self.running:
            raise SightlineError(f"{self.name} is running already", where=str(self.log))
        self.close()
        self.folder.mkdir(parents=True, exist_ok=True)
        base = {"PATH": os.defpath, "HOME": str(self.folder), "TMPDIR": str(self.folder)}
        theirs, self._watched = os.pipe()
        try:
            with self.log.open("ab") as log:
                self._popen = subprocess.Popen(  # noqa: S603 - the program that the caller names
                    [sys.executable, "-I", "-S", str(LAUNCH), str(theirs), *self.command],
                    cwd=self.folder,
                    env={**base, **self.environment},
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                    pass_fds=(theirs,),
                )
        finally:
            os.close(theirs)
        _open.append(self)

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._popen is not None and self._popen.poll() is None

    @property
    def pid(self) -> int:
        """The process's id, which is its group's too.

        Raises:
            SightlineError: It was never started.
        """
        if self._popen is None:
            raise SightlineError(f"{self.name} was never started")
        return self._popen.pid

    @property
    def code(self) -> int | None:
        """How it ended: the exit code, a negative signal, or None while it runs."""
        return None if self._popen is None else self._popen.poll()

    def signal(self, number: int) -> None:
        """Send a signal to the process alone, as an operator would: SIGHUP to reload, SIGSTOP to hang it."""
        os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once, with all that it started, and without a word to it."""
        self._end(signal.SIGKILL, 10)

    def stop(self, within: float = 15) -> None:
        """Ask it to end, and end it where it has not after so many seconds."""
        self._end(signal.SIGTERM, within)

    def close(self) -> None:
        """Stop it and forget it. Its log stays."""
        self.stop()
        if self in _open:
            _open.remove(self)

    def ended(self, within: float) -> int:
        """Wait until it ends by itself; return its exit code.

        Raises:
            SightlineError: It lives on.
        """
        self.until(lambda: not self.running, within, "end", may_end=True)
        return self.code or 0

    def until(
        self, check: Callable[[], object], within: float, what: str = "become ready", *, may_end: bool = False
    ) -> None:
        """Ask again until the answer is true. An OSError (nobody listens yet) is a no.

        Raises:
            SightlineError: The process ended, or the seconds passed; with the end of its log.
        """
        began = time.monotonic()
        last = ""
        while True:
            if not may_end and not self.running:
                raise self._failed(f"{self.name} ended with {self.code} before it did {what}", last)
            try:
                if check():
                    return
            except OSError as error:
                last = str(error)
            if time.monotonic() - began > within:
                raise self._failed(f"{self.name} did not {what} within {within:g} s", last)
            time.sleep(0.05)

    def tail(self, lines: int = 30) -> str:
        """Return the last lines of its output."""
        if not self.log.exists():
            return ""
        with self.log.open("rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - 64 * 1024))
            return "\n".join(log.read().decode(errors="replace").splitlines()[-lines:])

    def _failed(self, message: str, last: str) -> SightlineError:
        error = SightlineError(message, where=str(self.log), why="\n".join(filter(None, [last, self.tail()])))
        # A traceback, as a test shows it, holds the message alone.
        error.add_note(f"{error.where}\n{error.why}")
        return error

    def _end(self, number: int, within: float) -> None:
        if self._popen is None:
            return
        if self._popen.poll() is None:
            os.killpg(self._popen.pid, number)
            try:
                self._popen.wait(within)
            except subprocess.TimeoutExpired:
                os.killpg(self._popen.pid, signal.SIGKILL)
                self._popen.wait(10)
        if self._watched >= 0:
            # What it started may outlive it.
            with suppress(ProcessLookupError):
                os.killpg(self._popen.pid, signal.SIGKILL)
            # The watcher may not have been there yet.
            with suppress(BrokenPipeError):
                os.write(self._watched, b".")
            os.close(self._watched)
            self._watched = -1

"""Starts, watches and ends the processes of one run.

Each process leads its own group, so that a Ctrl-C at the terminal reaches only the demo, and so that whatever a
process started in turn ends with it.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Self

from sightline_core.errors import SightlineError
from sightline_demo import guardian

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

    from sightline_demo.interrupt import Interrupt

TAIL_LINES = 15


@dataclass(frozen=True, slots=True)
class Spec:
    """What to start.

    `healthy` answers whether the process does its work now; None = as soon as it runs.
    """

    name: str
    argv: Sequence[str]
    env: Mapping[str, str]
    log: Path
    healthy: Callable[[], bool] | None = None
    grace_s: float = 6.0


@dataclass(slots=True)
class Running:
    """A process of ours."""

    spec: Spec
    process: subprocess.Popen[bytes]
    started: float
    healthy_after_s: float | None = None

    @property
    def name(self) -> str:
        """The name it was started under."""
        return self.spec.name

    def tail(self, lines: int = TAIL_LINES) -> str:
        """Return the end of what it printed."""
        return tail(self.spec.log, lines)


@dataclass(frozen=True, slots=True)
class Completed:
    """How a command ended."""

    code: int
    stdout: str
    stderr: str


@dataclass(slots=True)
class Supervisor:
    """The processes of one run; a context manager that leaves none behind.

    Args:
        run_id: marks the run's processes; see `environment.RUN_MARK`.
        interrupt: ends every wait.
    """

    run_id: str
    interrupt: Interrupt
    _running: list[Running] = field(default_factory=list)
    _guardian: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        """Start the guardian first: from here on nothing outlives us."""
        self._guardian = subprocess.Popen(  # noqa: S603 - our own interpreter and file
            [sys.executable, "-I", "-S", guardian.__file__, self.run_id],
            stdin=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _value: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """End everything, in whatever way the run ended."""
        self.stop_all()
        if self._guardian is not None and self._guardian.stdin is not None:
            self._tell("bye")
            with contextlib.suppress(OSError):
                self._guardian.stdin.close()
            self._guardian.wait()

    @property
    def running(self) -> tuple[Running, ...]:
        """What runs or should run, in order of start."""
        return tuple(self._running)

    @property
    def guardian_pid(self) -> int | None:
        """The guardian's process id."""
        return self._guardian.pid if self._guardian else None

    def start(self, spec: Spec) -> Running:
        """Start one process.

        Raises:
            SightlineError: it cannot be started at all.
        """
        spec.log.parent.mkdir(parents=True, exist_ok=True)
        with spec.log.open("ab") as log:
            process = self._popen(spec.argv, spec.env, stdout=log, stderr=subprocess.STDOUT)
        running = Running(spec, process, self.interrupt.clock())
        self._running.append(running)
        self._tell(f"+{process.pid}")
        return running

    def run(self, argv: Sequence[str], env: Mapping[str, str], *, scratch: Path, timeout: float) -> Completed:
        """Run one command to its end.

        Raises:
            SightlineError: it cannot be started, or takes longer than `timeout` seconds.
            InterruptedStoryError: we were asked to stop; the command is then ended.
        """
        # Files, not pipes: a pipe that nobody reads while we look at the flag would stop the command.
        scratch.mkdir(parents=True, exist_ok=True)
        out, err = scratch / "stdout", scratch / "stderr"
        with out.open("wb") as stdout, err.open("wb") as stderr:
            process = self._popen(argv, env, stdout=stdout, stderr=stderr)
        self._tell(f"+{process.pid}")
        try:
            done = self.interrupt.until(lambda: process.poll() is not None, timeout=timeout)
        finally:
            end_group(process, grace_s=3.0)
            self._tell(f"-{process.pid}")
        if not done:
            raise SightlineError(
                "a command did not end in time",
                where=" ".join(argv),
                why=f"it still ran after {timeout:.0f} s; its last words: {tail(err) or 'none'}",
            )
        return Completed(process.returncode, out.read_text(errors="replace"), err.read_text(errors="replace"))

    def wait_healthy(self, timeout: float, *, told: Callable[[Running], None] = lambda _: None) -> None:
        """Wait until every process that can be asked is healthy; `told` hears of each as it turns.

        Raises:
            SightlineError: one died, or is not healthy in time; with the end of what it printed.
            InterruptedStoryError: we were asked to stop.
        """

        def look() -> bool:
            self.require_alive()
            waiting = False
            for item in self._running:
                if item.healthy_after_s is not None or item.spec.healthy is None:
                    continue
                if item.spec.healthy():
                    item.healthy_after_s = self.interrupt.clock() - item.started
                    told(item)
                else:
                    waiting = True
            return not waiting

        if self.interrupt.until(look, timeout=timeout):
            return
        late = [item for item in self._running if item.spec.healthy is not None and item.healthy_after_s is None]
        raise SightlineError(
            f"not healthy after {timeout:.0f} s: {', '.join(item.name for item in late)}",
            where=str(late[0].spec.log),
            why=f"the last words of {late[0].name}:\n{late[0].tail() or '(none)'}",
        )

    def require_alive(self) -> None:
        """Raise when a process that should run has ended.

        Raises:
            SightlineError: names it, with its exit status and the end of what it printed.
        """
        for item in self._running:
            code = item.process.poll()
            if code is not None:
                raise SightlineError(
                    f"{item.name} ended by itself ({_ending(code)})",
                    where=str(item.spec.log),
                    why=f"its last words:\n{item.tail() or '(none)'}",
                )

    def stop(self, running: Running) -> int:
        """End one process and its group; return its exit status."""
        code = end_group(running.process, grace_s=running.spec.grace_s)
        if running in self._running:
            self._running.remove(running)
        self._tell(f"-{running.process.pid}")
        return code

    def stop_all(self) -> None:
        """End everything, the last started first, and then whatever of the run is still there."""
        while self._running:
            self.stop(self._running[-1])
        ours = {os.getpid(), self.guardian_pid}
        for pid in guardian.marked(self.run_id):
            if pid not in ours:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)

    def _popen(
        self, argv: Sequence[str], env: Mapping[str, str], *, stdout: IO[bytes], stderr: IO[bytes] | int
    ) -> subprocess.Popen[bytes]:
        try:
            return subprocess.Popen(  # noqa: S603 - a fixed list of our own commands, no shell
                list(argv),
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
                start_new_session=True,
            )
        except OSError as error:
            raise SightlineError("a process cannot be started", where=argv[0], why=str(error)) from error

    def _tell(self, word: str) -> None:
        if self._guardian is None or self._guardian.stdin is None:
            return
        # A guardian that somebody killed cannot be told anything; we still clean up ourselves.
        with contextlib.suppress(OSError, ValueError):
            self._guardian.stdin.write(word + "\n")
            self._guardian.stdin.flush()


def end_group(process: subprocess.Popen[bytes], *, grace_s: float) -> int:
    """End a process and its group: asked, then killed; return the exit status of the process."""
    if process.poll() is None:
        guardian.signal_groups({process.pid}, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(grace_s)
    # Also when the leader is gone: its children may not be.
    guardian.signal_groups({process.pid}, signal.SIGKILL)
    return process.wait()


def tail(path: Path, lines: int = TAIL_LINES) -> str:
    """Return the last lines of a file; empty where there is none."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    return "\n".join(text.rstrip().splitlines()[-lines:])


def _ending(code: int) -> str:
    if code >= 0:
        return f"exit status {code}"
    return f"killed by {signal.Signals(-code).name}"

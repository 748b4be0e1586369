"""The backend's process, started for a benchmark: its own intake on a free port, over HTTP."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil


class Backend:
    """A running backend. `port` takes every protocol; `busy` are its processor seconds so far."""

    def __init__(self, directory: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("serve.py")), str(directory)],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line.strip().isdigit():
            raise SystemExit("the backend did not start")
        self.port = int(line)
        self._seen = psutil.Process(self._process.pid)

    @property
    def busy(self) -> float:
        """Processor seconds since its start."""
        times: Any = self._seen.cpu_times()
        return float(times.user + times.system)

    @property
    def resident_mb(self) -> float:
        """Resident memory."""
        return float(self._seen.memory_info().rss) / 1e6

    def kill(self) -> None:
        """End it as a crash would."""
        self._process.kill()
        self._process.wait()

    def stop(self) -> float:
        """End it politely; how long that took."""
        started = time.perf_counter()
        self._process.terminate()
        self._process.wait(60)
        return time.perf_counter() - started

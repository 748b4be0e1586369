"""The backend's process, started for a benchmark: `sightline local serve` on free ports."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil


class Backend:
    """A running backend. `api`, `agent` and `otlp` are its ports; `busy` are its processor seconds so far."""

    def __init__(self, directory: Path) -> None:
        free = ("--api-port", "0", "--agent-port", "0", "--otlp-port", "0", "--dogstatsd-port", "0")
        self._process = subprocess.Popen(
            [str(Path(sys.executable).with_name("sightline")), "local", "serve", "--data", str(directory), *free],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit("the backend did not start")
        addresses = json.loads(line)
        self.api, self.agent, self.otlp = (urlsplit(addresses[name]).port or 0 for name in ("api", "agent", "otlp"))
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

    def settle(self) -> None:
        """Wait until nothing new becomes visible any more: what was accepted is committed then."""
        seen, steady = -1, 0
        while steady < 4:
            time.sleep(0.5)
            with urllib.request.urlopen(f"http://127.0.0.1:{self.api}/api/local/v1/overview?window=86400") as answer:
                found = sum(each["requests"] for each in json.loads(answer.read())["services"])
            seen, steady = found, steady + 1 if found == seen else 0

    def kill(self) -> None:
        """End it as a crash would."""
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """End it politely."""
        self._process.terminate()
        self._process.wait(60)

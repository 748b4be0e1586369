"""The process that outlives the demo by a moment: when the demo dies without a word, it ends what the demo started.

It reads process groups from its standard input (`+1234` started, `-1234` gone). The word `bye` means that the
demo cleaned up itself. The end of the input without it means that the demo was killed.

Runs as a bare script (`python -I -S guardian.py RUN_ID`): only the standard library, no site packages, so that
it costs a few megabytes and starts at once.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

GRACE_S = 3.0
MARK = b"SIGHTLINE_DEMO_RUN="


def marked(run_id: str, proc: Path = Path("/proc")) -> list[int]:
    """Return the living processes whose environment says that they belong to the run (Linux; else none)."""
    wanted = MARK + run_id.encode()
    found = []
    for entry in proc.glob("[0-9]*"):
        try:
            if wanted in (entry / "environ").read_bytes().split(b"\0") and int(entry.name) != os.getpid():
                found.append(int(entry.name))
        except OSError:
            continue  # gone meanwhile, or somebody else's
    return found


def signal_groups(groups: set[int], number: int) -> set[int]:
    """Signal every group; return those that still have a process to signal."""
    alive = set()
    for group in groups:
        try:
            os.killpg(group, number)
        except (ProcessLookupError, PermissionError):
            continue
        alive.add(group)
    return alive


def end(groups: set[int], run_id: str) -> None:
    """End every group and every marked process: first asked, then killed."""
    alive = signal_groups(groups, signal.SIGTERM)
    deadline = time.monotonic() + GRACE_S
    while alive and time.monotonic() < deadline:
        time.sleep(0.05)
        alive = signal_groups(alive, 0)
    signal_groups(alive, signal.SIGKILL)
    for pid in marked(run_id):
        try:
            os.kill(pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            continue


def main() -> None:
    """Read until the end of the input."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: set[int] = set()
    for line in sys.stdin:
        word = line.strip()
        if word == "bye":
            return
        if word.startswith("+"):
            groups.add(int(word[1:]))
        elif word.startswith("-"):
            groups.discard(int(word[1:]))
    end(groups, sys.argv[1])


if __name__ == "__main__":
    main()

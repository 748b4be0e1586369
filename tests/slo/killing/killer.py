"""Runs `sightline slo` again and again, each time killed at a later point, and tells what came of each.

Started as a program: arguments are the directory of the output, then the words of the command; each line of standard
input is a point. Before each operation on the file system that names the directory, an audit hook counts; at the point
it sends SIGKILL to its own process: neither `finally` nor `atexit` runs. The answer is `killed` or the exit code.
"""

from __future__ import annotations

import os
import signal
import sys

from sightline_core.cli import run

EVENTS = {"open", "os.rename", "os.remove", "os.mkdir", "os.chmod", "os.truncate", "os.rmdir"}


def main(point: int, out: str, words: list[str]) -> None:
    """Fork once, die at the point or end, and say so."""
    child = os.fork()
    if child == 0:
        seen = 0

        def hook(event: str, arguments: tuple[object, ...]) -> None:
            nonlocal seen
            if event in EVENTS and any(
                out in os.fsdecode(each) for each in arguments if isinstance(each, str | bytes | os.PathLike)
            ):
                seen += 1
                if seen == point:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(hook)
        os._exit(run(words))
    _, status = os.waitpid(child, 0)
    print("killed" if os.WIFSIGNALED(status) else os.WEXITSTATUS(status), flush=True)  # noqa: T201 - its product


if __name__ == "__main__":
    # The modules are there before the first fork: each run then takes milliseconds.
    run(sys.argv[2:])
    for line in sys.stdin:
        main(int(line), sys.argv[1], sys.argv[2:])

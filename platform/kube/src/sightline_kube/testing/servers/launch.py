"""Become a server's program, and leave behind a watcher that ends it when whoever started it is gone.

Run as a script: `launch.py FD PROGRAM ARGUMENT…`, in a session of its own. FD reads from a pipe whose other end only
the starter holds. Its end of file, which comes even after kill -9, kills the server's whole group; a byte says that
the starter has stopped the server itself.

Not PR_SET_PDEATHSIG: that signal comes when the *thread* that started the server ends, so a server that a test
restarts from a thread would die with it, and it reaches no grandchild.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys


def watch(pipe: int, group: int) -> None:
    """Wait for the starter's word or end; hold nothing else of it open meanwhile."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nothing, stream)
    if not os.read(pipe, 1):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)


def main() -> None:
    """Fork the watcher away, so that it is no child of the server, then become the server."""
    pipe, group = int(sys.argv[1]), os.getpid()
    child = os.fork()
    if child == 0:
        os.setsid()
        if os.fork() == 0:
            watch(pipe, group)
        os._exit(0)
    os.waitpid(child, 0)
    os.close(pipe)
    try:
        os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606 - no shell is wanted
    except OSError as error:
        sys.exit(f"{sys.argv[2]}: {error}")


if __name__ == "__main__":
    main()

"""Writers that go on while a test breaks a cluster: what was acknowledged, when, and for how long nothing was."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .vault_cluster import VaultCluster

PAUSE_S = 0.02
"""Autopilot hears of a follower's index every 5 s, and by default calls one that is 1,000 entries behind unhealthy:
over 200 writes a second it never is content again."""


class Writer(threading.Thread):
    """Writes one key after another into a mount, to whichever node answers, until it is stopped."""

    def __init__(self, cluster: VaultCluster, mount: str, name: str) -> None:
        super().__init__(daemon=True)
        self._cluster = cluster
        self._prefix = f"{mount}/{name}"
        self._done = threading.Event()
        self.acknowledged: list[tuple[float, str]] = []
        """Each write that was answered with a yes: when (monotonic), and its path."""
        self.failed = 0

    def run(self) -> None:
        """Write until told to stop; what fails is tried no second time."""
        number = 0
        while not self._done.is_set():
            path = f"{self._prefix}-{number}"
            try:
                if self._cluster.ask("POST", path, {"n": number}, timeout=2).ok:
                    self.acknowledged.append((time.monotonic(), path))
                else:
                    self.failed += 1
            except OSError:
                self.failed += 1
            number += 1
            time.sleep(PAUSE_S)

    def stop(self) -> None:
        """Stop after the write under way."""
        self._done.set()
        self.join()


class Writers:
    """Several at once."""

    def __init__(self, writers: list[Writer]) -> None:
        self._writers = writers

    @property
    def acknowledged(self) -> list[tuple[float, str]]:
        """All that was answered with a yes so far, in order."""
        return sorted(each for writer in self._writers for each in list(writer.acknowledged))

    @property
    def failed(self) -> int:
        """How many were not."""
        return sum(writer.failed for writer in self._writers)

    def outage(self, since: float) -> float:
        """Return the longest time without a yes from a moment (monotonic) until now."""
        after = [when for when, _ in self.acknowledged if when > since]
        return max(later - earlier for earlier, later in pairwise([since, *after, time.monotonic()]))


@contextmanager
def writing(cluster: VaultCluster, mount: str, names: tuple[str, ...] = ("first", "second")) -> Iterator[Writers]:
    """Write meanwhile, by as many as there are names."""
    writers = [Writer(cluster, mount, name) for name in names]
    for each in writers:
        each.start()
    try:
        yield Writers(writers)
    finally:
        for each in writers:
            each.stop()


def lost(cluster: VaultCluster, writers: Writers) -> list[str]:
    """Return what was acknowledged and is not there."""
    return [path for _, path in writers.acknowledged if not cluster.ask("GET", path).ok]

"""Who makes which visit, and when."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Pacer:
    """Hands out visit numbers at a steady rate over all users.

    Args:
        rate: visits per second; 0 = at once.
        limit: how many visits there are; 0 = endless.
        started: the clock when the first visit may begin, in seconds.
    """

    rate: float
    limit: int
    started: float
    taken: int = 0
    _slots: int = 0

    def wait(self, now: float) -> float:
        """Reserve the next slot and return the seconds until it.

        A slot missed because every user was busy is not made up for: a burst after a slow spell would be
        a load nobody asked for.
        """
        if not self.rate:
            return 0.0
        due = self.started + self._slots / self.rate
        if due < now:
            self._slots = int((now - self.started) * self.rate)
            due = self.started + self._slots / self.rate
        self._slots += 1
        return max(due - now, 0.0)

    def take(self) -> int | None:
        """Return the next visit's number, or None when all were taken."""
        if self.limit and self.taken >= self.limit:
            return None
        self.taken += 1
        return self.taken - 1

"""Goes from step to step until every server is of the wanted revision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from sightline_core.errors import SightlineError
from sightline_vault.rollout.steps import Done, Replace, Standing, next_step

if TYPE_CHECKING:
    from collections.abc import Callable

EVERY_S = 2.0


class Cluster(Protocol):
    """Where the pods are."""

    def standing(self) -> Standing | None:
        """Return how they stand; None where the StatefulSet's controller has not seen its last change."""

    def delete(self, pod: str) -> None:
        """Have a pod end in order."""


def roll(
    cluster: Cluster,
    *,
    healthy: Callable[[], str],
    clock: Callable[[], float],
    pause: Callable[[float], object],
    tell: Callable[[str], object],
    within: float,
) -> int:
    """Replace what is stale; return how many were.

    Args:
        cluster: where the pods are.
        healthy: what keeps the cluster from sparing a server; empty where nothing does.
        clock: seconds that only grow.
        pause: waits for so many seconds.
        tell: is told each step, and each new reason to wait.
        within: how many seconds a server may take to come back.

    Raises:
        SightlineError: One did not; the others are as they were.
    """
    replaced, said, began = 0, "", clock()
    while True:
        found = cluster.standing()
        step = next_step(found) if found is not None else None
        if isinstance(step, Done):
            return replaced
        why = "its controller has not seen the change" if step is None else step.why
        if isinstance(step, Replace):
            why = healthy()
            if not why:
                tell(f"{step.pod.name}: {step.why}; it is replaced")
                cluster.delete(step.pod.name)
                replaced, said, began = replaced + 1, "", clock()
                continue
        if why != said:
            tell(f"waiting: {why}")
            said = why
        if clock() - began > within:
            raise SightlineError(
                f"the rollout stands still after {replaced} servers",
                why=f"{why}, for {within:g} s",
                help="mend it and start again: it goes on where it stopped",
            )
        pause(EVERY_S)

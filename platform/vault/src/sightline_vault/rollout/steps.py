"""Which server is replaced next: a decision over what the API server tells, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pod:
    """A server's pod: by which revision of the StatefulSet it was made; `ready` is unsealed, `active` is leading."""

    name: str
    revision: str
    ready: bool
    active: bool = False
    leaving: bool = False

    @property
    def ordinal(self) -> int:
        """Its number."""
        return int(self.name.rpartition("-")[2])


@dataclass(frozen=True, slots=True)
class Standing:
    """The StatefulSet: the revision that its pods ought to be of, how many there ought to be, and those that are."""

    revision: str
    wanted: int
    pods: tuple[Pod, ...]

    def stale(self, pod: Pod) -> bool:
        """Whether a pod is of another revision."""
        return pod.revision != self.revision


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing may be replaced now."""

    why: str


@dataclass(frozen=True, slots=True)
class Replace:
    """This pod is to be deleted: the StatefulSet makes it anew, with the same volumes."""

    pod: Pod
    why: str


@dataclass(frozen=True, slots=True)
class Done:
    """Every pod is of the revision that is wanted, and ready."""


Step = Wait | Replace | Done


def next_step(standing: Standing) -> Step:
    """Return what is to be done: never a second pod while one is away, the leader when nobody else is left.

    A pod that is stale and not ready gives no quorum; it is replaced before those that do.
    """
    away = standing.wanted - sum(not each.leaving for each in standing.pods)
    if away > 0:
        return Wait(f"{away} of {standing.wanted} servers are being made anew")
    fresh = [each.name for each in standing.pods if not each.ready and not standing.stale(each)]
    if fresh:
        return Wait(f"{', '.join(fresh)} is new and not ready" if len(fresh) == 1 else f"{len(fresh)} are not ready")
    rest = order(standing)
    if not rest:
        return Done()
    if not rest[0].ready:
        return Replace(rest[0], "it is not ready, and not as it should be")
    if sum(each.active for each in standing.pods) != 1:
        return Wait("nobody leads, or two say that they do")
    return Replace(rest[0], "it leads, and all others are done" if rest[0].active else "it is a standby")


def order(standing: Standing) -> list[Pod]:
    """Return the pods that are to be replaced, the first first."""
    rest = [each for each in standing.pods if standing.stale(each)]
    return sorted(rest, key=lambda each: (each.ready, each.active, -each.ordinal))

"""How one SLO stands, whoever measured it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


class State(StrEnum):
    """In the order in which a person wants to see them."""

    BREACHED = "breached"
    NO_DATA = "no data"
    WARNING = "warning"
    OK = "ok"


@dataclass(frozen=True, slots=True)
class Firing:
    """An alert that fires now."""

    name: str
    severity: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How an SLO stands over its period.

    Args:
        key: `payments-payment-success`; the measuring system's own name where it is none of ours.
        service: whose it is, as far as its tags say.
        title: what it is called there.
        period_s: over which time.
        objective: percent of good events.
        state: as the measuring system judges, or by the budget.
        sli: percent of good events that there were; None without data.
        budget_remaining: percent of the budget; below 0 where more is gone than there was.
        burn_rate: the pace of late, in multiples of the one that uses the budget up exactly; None where nobody knows.
        firing: the alerts that fire.
        tags: labels as `key:value`.
        history: (Unix time, percent of the period's budget remaining), oldest first; empty where nobody knows.
        note: why something is missing.
    """

    key: str
    service: str
    title: str
    period_s: int
    objective: float
    state: State
    sli: float | None = None
    budget_remaining: float | None = None
    burn_rate: float | None = None
    firing: tuple[Firing, ...] = ()
    tags: tuple[str, ...] = ()
    history: tuple[tuple[int, float], ...] = ()
    note: str = ""

    @property
    def gone_in_s(self) -> float | None:
        """In how many seconds the budget is gone at the pace of late; None where it lasts, or nobody knows."""
        if not self.burn_rate or self.burn_rate <= 0 or self.budget_remaining is None or self.budget_remaining <= 0:
            return None
        return self.budget_remaining / 100 * self.period_s / self.burn_rate

    def as_data(self) -> dict[str, Any]:
        """Return it as plain values."""
        return asdict(self) | {"state": str(self.state), "gone_in_s": self.gone_in_s}


def state_of(remaining: float | None) -> State:
    """Judge by the budget alone."""
    if remaining is None:
        return State.NO_DATA
    # Exactly on target is met: -1e-14 is a rounding error.
    return State.BREACHED if remaining < -1e-9 else State.OK


def remaining(objective: float, bad: float, total: float) -> float | None:
    """Return how much of the budget of `total` events is left after `bad` ones, in percent."""
    allowed = total * round(1 - objective / 100, 12)
    return 100 * (1 - bad / allowed) if allowed > 0 else None


def ordered(standings: list[Standing]) -> list[Standing]:
    """Return the worst first: by state, then by what is left, then by name."""
    rank = {state: number for number, state in enumerate(State)}

    def key(each: Standing) -> tuple[int, float, str]:
        return rank[each.state], each.budget_remaining if each.budget_remaining is not None else -1e9, each.key

    return sorted(standings, key=key)


def of_tags(tags: Mapping[str, str] | tuple[str, ...], name: str) -> str:
    """Return the value of a tag, empty where there is none."""
    if isinstance(tags, tuple):
        return next((each.partition(":")[2] for each in tags if each.startswith(f"{name}:")), "")
    return tags.get(name, "")

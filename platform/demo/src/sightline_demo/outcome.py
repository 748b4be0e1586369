"""What a step of the story came to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Check:
    """One claim that a step makes, and whether it held; `found` says what was seen."""

    claim: str
    held: bool
    found: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A finished step. It held when each of its checks did.

    `facts` holds plain values for the summary and for `--json`.
    """

    number: int
    title: str
    checks: tuple[Check, ...]
    seconds: float = 0.0
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def held(self) -> bool:
        """Whether every check held."""
        return all(check.held for check in self.checks)

    @property
    def why_not(self) -> str:
        """The checks that did not hold; empty when all did."""
        return "; ".join(f"{check.claim}: {check.found or 'no'}" for check in self.checks if not check.held)

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "step": self.number,
            "title": self.title,
            "held": self.held,
            "why_not": self.why_not,
            "seconds": round(self.seconds, 1),
            "checks": [{"claim": check.claim, "held": check.held, "found": check.found} for check in self.checks],
            "facts": self.facts,
        }

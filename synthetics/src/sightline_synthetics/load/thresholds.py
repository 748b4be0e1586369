"""When a load run counts as failed."""

from __future__ import annotations

from dataclasses import dataclass

from sightline_core.exit_codes import ExitCode


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The worst that is still good: the share of failed requests, and the 95th percentile in milliseconds."""

    max_fail_ratio: float = 0.01
    max_p95_ms: float = 1500.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run measured. A customer's declined card is no failed request; a 5xx or a broken connection is."""

    requests: int
    failures: int
    p50_ms: float
    p95_ms: float
    p99_ms: float

    @property
    def fail_ratio(self) -> float:
        """The share of failed requests; 0 without requests."""
        return self.failures / self.requests if self.requests else 0.0


def judge(outcome: Outcome, limits: Thresholds) -> tuple[ExitCode, list[str]]:
    """Say whether a run was good enough, and every reason why not."""
    if not outcome.requests:
        return ExitCode.NOTHING, ["no request was sent"]
    reasons = []
    if outcome.fail_ratio > limits.max_fail_ratio:
        reasons.append(f"{outcome.fail_ratio:.2%} of the requests failed, more than {limits.max_fail_ratio:.2%}")
    if outcome.p95_ms > limits.max_p95_ms:
        reasons.append(f"p95 was {outcome.p95_ms:.0f} ms, more than {limits.max_p95_ms:.0f} ms")
    return (ExitCode.NO if reasons else ExitCode.OK), reasons

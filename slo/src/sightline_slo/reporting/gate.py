"""Whether a deploy may go ahead: a policy held against standings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sightline_core.diagnostics import Diagnostic, Severity, page
from sightline_slo.reporting.policy import EXPIRED, FREEZE, USELESS, Exemption, Policy, Rule

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from sightline_slo.reporting.standing import Standing


@dataclass(frozen=True, slots=True)
class Verdict:
    """A rule that holds of an SLO, why, and the exception that lets it pass, if any."""

    rule: Rule
    standing: Standing
    reason: str
    exemption: Exemption | None

    @property
    def freezes(self) -> bool:
        """Whether it alone stops a deploy."""
        return self.rule.action == FREEZE and self.exemption is None

    @property
    def word(self) -> str:
        """One word for what it does."""
        if self.exemption is not None:
            return "excepted"
        return "frozen" if self.freezes else "warning"

    def text(self) -> str:
        """Return one line."""
        line = f"{self.word}: {self.standing.key}: {self.reason} ({self.rule.name})"
        if self.exemption is not None:
            line += f"; passes until {self.exemption.until}: {self.exemption.reason}"
        return line

    def as_data(self) -> dict[str, Any]:
        """Return it as plain values."""
        excepted = self.exemption
        return {
            "slo": self.standing.key,
            "rule": self.rule.name,
            "verdict": self.word,
            "reason": self.reason,
            "exception": {"until": str(excepted.until), "reason": excepted.reason} if excepted else None,
        }


def judge(policy: Policy, standings: Sequence[Standing], today: dt.date) -> list[Verdict]:
    """Return every rule that holds of an SLO, in the policy's order."""
    found = []
    for rule in policy.rules:
        for standing in standings:
            reason = rule.reason(standing) if rule.match.fits(standing) else None
            if reason is not None:
                covering = (each for each in policy.exemptions if each.covers(rule, standing, today))
                found.append(Verdict(rule, standing, reason, next(covering, None)))
    return found


def stale(policy: Policy, standings: Sequence[Standing], today: dt.date) -> list[Diagnostic]:
    """Return a warning for each exception that is over, or that is about no SLO at all."""
    findings = []
    for each in policy.exemptions:
        if today > each.until:
            said, code = f"an exception is over since {each.until}", EXPIRED
        elif not any(each.match.fits(standing) for standing in standings):
            said, code = "an exception is about no SLO that was read", USELESS
        else:
            continue
        findings.append(Diagnostic(code, Severity.WARNING, said, each.span, help="remove it", url=page(code)))
    return findings

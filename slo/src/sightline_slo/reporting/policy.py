"""A policy for deploy freezes, read strictly: which standing freezes what, and who is excepted until when."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sightline_core.diagnostics import Diagnostic, Severity, page
from sightline_core.located import load_all
from sightline_core.suggest import did_you_mean
from sightline_slo.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sightline_core.diagnostics import Span
    from sightline_slo.reporting.standing import Standing

VERSION = "sightline/gate-v1"
FREEZE, WARN = "freeze", "warn"

UNKNOWN_POLICY = "GATE001"
NO_CONDITION = "GATE002"
BAD_CHOICE = "GATE003"
BAD_DATE = "GATE004"
EXPIRED = "GATE005"
USELESS = "GATE006"

_CONDITIONS = ("budget_remaining_below", "burn_rate_above", "alerting", "no_data")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Match:
    """Which SLOs: all that is given must fit; nothing given fits all."""

    slo: str | None = None
    service: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)

    def fits(self, standing: Standing) -> bool:
        """Whether it is about this SLO."""
        return (
            self.slo in {None, standing.key}
            and self.service in {None, standing.service}
            and all(f"{key}:{value}" in standing.tags for key, value in self.tags.items())
        )


@dataclass(frozen=True, slots=True)
class Rule:
    """Freezes, or warns, where every condition that is given holds."""

    name: str
    action: str
    match: Match
    budget_remaining_below: float | None
    burn_rate_above: float | None
    alerting: str | None
    no_data: bool

    def reason(self, standing: Standing) -> str | None:
        """Return why it holds of a standing; None where it does not."""
        reasons = []
        if self.budget_remaining_below is not None:
            left = standing.budget_remaining
            if left is None or left >= self.budget_remaining_below:
                return None
            reasons.append(f"{left:.1f} % of the budget is left, below {self.budget_remaining_below:g} %")
        if self.burn_rate_above is not None:
            pace = standing.burn_rate
            if pace is None or pace <= self.burn_rate_above:
                return None
            reasons.append(f"it burns {pace:.2f} times too fast, above {self.burn_rate_above:g}")
        if self.alerting is not None:
            names = [each.name for each in standing.firing if self.alerting in {"any", each.severity}]
            if not names:
                return None
            reasons.append(f"{names[0]} fires" + (f" and {len(names) - 1} more" if len(names) > 1 else ""))
        if self.no_data:
            if standing.budget_remaining is not None:
                return None
            reasons.append("nothing was measured")
        return "; ".join(reasons) or None


@dataclass(frozen=True, slots=True)
class Exemption:
    """Lets SLOs pass until the end of a day (UTC), for a reason; for some rules, or all."""

    match: Match
    until: dt.date
    reason: str
    rules: tuple[str, ...]
    span: Span

    def covers(self, rule: Rule, standing: Standing, today: dt.date) -> bool:
        """Whether it lets this SLO pass this rule today."""
        return today <= self.until and (not self.rules or rule.name in self.rules) and self.match.fits(standing)


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules in their order, and who is excepted."""

    rules: tuple[Rule, ...]
    exemptions: tuple[Exemption, ...]


def read(text: str, file: str) -> tuple[Policy | None, list[Diagnostic]]:
    """Read a policy; None where a finding is an error."""
    documents, findings = load_all(text, file)
    if len(documents) != 1:
        if not findings:
            where = documents[1].span if documents else None
            said = f"a policy is one document, not {len(documents)}"
            findings.append(_error(UNKNOWN_POLICY, said, where, f"begin with `version: {VERSION}`"))
        return None, findings
    head = Reader(documents[0], (), findings)
    version = head.text("version", required=True)
    if version is not None and version != VERSION:
        head.report(
            UNKNOWN_POLICY, f"`{version}` is no version of a policy", head.span("version"), "", f"write {VERSION}"
        )
        return None, findings
    rules = tuple(_rule(each) for each in head.items("rules"))
    names = [each.name for each in rules]
    exemptions: tuple[Exemption, ...] = ()
    if head.has("exceptions"):
        exemptions = tuple(found for each in head.items("exceptions") if (found := _exemption(each, names)))
    head.done()
    return (None if any(each.is_error for each in findings) else Policy(rules, exemptions)), findings


def _rule(reader: Reader) -> Rule:
    name = reader.text("name", required=True) or ""
    action = _choice(reader, "action", (FREEZE, WARN)) or FREEZE
    match = _match(reader.inner("match"))
    when = reader.inner("when", required=True)
    reader.done()
    if when is None:
        return Rule(name, action, match, None, None, None, no_data=False)
    below, above = when.number("budget_remaining_below"), when.number("burn_rate_above")
    alerting, no_data = _choice(when, "alerting", ("page", "ticket", "any")), when.flag("no_data")
    if not no_data and below is None and above is None and not when.has("alerting"):
        help_text = f"give one of {', '.join(_CONDITIONS)}"
        when.report(NO_CONDITION, "a rule without a condition holds of nothing", _at(when), "", help_text)
    when.done()
    return Rule(name, action, match, below, above, alerting, no_data=no_data)


def _at(reader: Reader) -> Span:
    return reader.document.span_of(reader.path)


def _match(reader: Reader | None) -> Match:
    if reader is None:
        return Match()
    made = Match(reader.text("slo"), reader.text("service"), reader.texts("tags"))
    reader.done()
    return made


def _choice(reader: Reader, key: str, choices: tuple[str, ...]) -> str | None:
    value = reader.text(key)
    if value is None or value in choices:
        return value
    near = did_you_mean(value, list(choices))
    help_text = f"did you mean `{near}`?" if near else f"write one of {', '.join(choices)}"
    reader.report(BAD_CHOICE, f"`{value}` is no {key}", reader.span(key), "", help_text)
    return None


def _exemption(reader: Reader, names: list[str]) -> Exemption | None:
    match = _match(reader.inner("match", required=True))
    reason, until = reader.text("reason", required=True), _date(reader, "until")
    rules = []
    if reader.has("rule"):
        rule = reader.text("rule")
        if rule is not None and rule not in names:
            near = did_you_mean(rule, names)
            help_text = f"did you mean `{near}`?" if near else "name one of the rules above"
            reader.report(BAD_CHOICE, f"there is no rule `{rule}`", reader.span("rule"), "", help_text)
        rules = [rule] if rule else []
    reader.done()
    if until is None or reason is None:
        return None
    return Exemption(match, until, reason, tuple(rules), _at(reader))


def _date(reader: Reader, key: str) -> dt.date | None:
    text = reader.text(key, required=True)
    if text is None:
        return None
    with contextlib.suppress(ValueError):
        if _DATE.fullmatch(text):
            return dt.date.fromisoformat(text)
    reader.report(BAD_DATE, f"`{text}` is no day", reader.span(key), "", "write one such as 2027-01-31")
    return None


def _error(code: str, message: str, span: Span | None, help_text: str) -> Diagnostic:
    return Diagnostic(code, Severity.ERROR, message, span, help=help_text, url=page(code))

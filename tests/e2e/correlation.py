"""Grades the shop's log lines: does each one that belongs to a request or message join a stored trace?

In a request or message is every line except those that a service writes about itself. Those are named here one by
one, so that a new line without ids fails the grade and is not silently taken for a lifecycle line.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ABOUT_ITSELF = frozenset(
    {
        ("gunicorn.error", ""),
        ("sightline_cart.app", "carts abandoned"),
        ("sightline_service.faults", "fault switched"),
        ("sightline_service.outbox", "outbox waits for the broker"),
        ("sightline_telemetry.kpi", "kpi relay waits"),
        ("sightline_telemetry.broker", "broker unreachable"),
    }
)
"""(logger, message) of the lines outside any request or message; an empty message stands for all of the logger's."""


@dataclass(slots=True)
class Grade:
    """How many in-request lines there were, per service, and every one that does not join, with the reason.

    `spanless` are those that join a stored trace whose span never arrived: what a killed process held in memory.
    """

    lines: Counter[str] = field(default_factory=Counter)
    orphans: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    spanless: list[Mapping[str, Any]] = field(default_factory=list)

    @property
    def total(self) -> int:
        """All in-request lines."""
        return self.lines.total()

    @property
    def percent(self) -> float:
        """The share of in-request lines that join a stored trace."""
        return 100 * (1 - len(self.orphans) / self.total) if self.total else 0.0

    def why(self) -> str:
        """The reasons of the orphans, counted, with one example each."""
        reasons = Counter(reason for reason, _ in self.orphans)
        examples = dict(reversed(self.orphans))
        return "\n".join(f"{count} x {reason}: {examples[reason]}" for reason, count in reasons.most_common())


def grade(lines: Iterable[Mapping[str, Any]], spans: set[tuple[int, int, int]]) -> Grade:
    """Hold lines against stored spans, given as (trace id's high half, low half, span id)."""
    result = Grade()
    traces = {(high, low) for high, low, _ in spans}
    for line in lines:
        if _about_itself(line):
            continue
        result.lines[line["service"]] += 1
        reason = _malformed(line)
        if reason:
            result.orphans.append((reason, line))
            continue
        trace, span = line["trace_id"], int(line["span_id"], 16)
        key = (int(trace[:16], 16), int(trace[16:], 16))
        if key not in traces:
            result.orphans.append(("no such trace is stored", line))
        elif (*key, span) not in spans:
            result.spanless.append(line)
    return result


def _about_itself(line: Mapping[str, Any]) -> bool:
    return not {(line["logger"], ""), (line["logger"], line["message"])}.isdisjoint(ABOUT_ITSELF)


def _malformed(line: Mapping[str, Any]) -> str:
    trace, span = str(line.get("trace_id", "")), str(line.get("span_id", ""))
    if not trace or not span:
        return "no id"
    if len(trace) != 32 or len(span) != 16 or int(trace, 16) == 0 or int(span, 16) == 0:
        return "an id of another form, or zero"
    if line.get("dd.trace_id") != trace or line.get("dd.span_id") != str(int(span, 16)):
        return "the two families of ids differ"
    return ""

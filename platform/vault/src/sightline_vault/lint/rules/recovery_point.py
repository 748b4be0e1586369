"""A schedule that is slower than the promised recovery point breaks the promise by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_vault.lint.rules import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.lint.estate import Estate

CODE = "VLT150"
SEVERITY = Severity.ERROR
POINT = 19


_DAY = 24 * 60


def check(estate: Estate) -> Iterator[Finding]:
    """Hold the longest wait between two snapshots of a day to the recovery point."""
    for model in estate.models:
        saved = model.spec.snapshots
        gap = _longest(saved.schedule)
        if gap > saved.recovery_point_minutes:
            span = model.document.span_of(("snapshots", "schedule"))
            text = f"up to {gap} minutes pass between snapshots, and {saved.recovery_point_minutes} may be lost"
            yield Finding(text, span, "take them more often, such as */15 * * * *")


def _longest(schedule: str) -> int:
    minutes, hours, *days = schedule.split()
    if any(each != "*" for each in days):
        return 7 * _DAY
    starts = [hour * 60 + minute for hour in _times(hours, 24) for minute in _times(minutes, 60)]
    if not starts:
        return 7 * _DAY
    return max(after - before for before, after in zip(starts, [*starts[1:], starts[0] + _DAY], strict=True))


def _times(field: str, count: int) -> list[int]:
    found: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        if not all(each.isdigit() for each in (first, last or "0", step or "1") if each != "*"):
            return []
        low = 0 if first == "*" else int(first)
        high = int(last) if last else count - 1 if first == "*" or step else low
        found |= set(range(low, min(high, count - 1) + 1, max(int(step or 1), 1)))
    return sorted(found)

"""The one comment on a pull request: what it changes, the riskiest first, never longer than GitHub takes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sightline_datadog.documents import Kind
from sightline_datadog.sync.diff import show
from sightline_datadog.sync.plan import Action, Change, Plan

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sightline_core.diagnostics import Diagnostic

MARK = "<!-- sightline-slo-plan -->"
"""By which the workflow finds its comment of last time."""
LONGEST = 60_000
"""Characters; GitHub refuses more than 65,536."""
MOST_FINDINGS = 50

_BUDGET = re.compile(r"^(thresholds|timeframe|target_threshold|sli_specification|query|monitor_ids)\b")
_SIGNS = {Action.CREATE: "add", Action.UPDATE: "change", Action.DELETE: "delete"}


@dataclass(frozen=True, slots=True)
class Section:
    """Changes of one degree of risk."""

    title: str
    holds: Callable[[Change], bool]


def _pages(change: Change) -> bool:
    tags = (change.body or {}).get("tags") or ()
    return change.kind is Kind.MONITOR and "severity:page" in tags


def _budget(change: Change) -> bool:
    return change.kind is Kind.SLO and any(_BUDGET.match(each.path) for each in change.fields)


SECTIONS = (
    Section("Deletes", lambda change: change.action is Action.DELETE),
    Section("What wakes somebody", _pages),
    Section("Objectives and what is measured", _budget),
    Section("Other changes", lambda change: change.action is Action.UPDATE),
    Section("New", lambda change: change.action is Action.CREATE),
)
"""In the order of risk; a change stands in the first that holds it."""


def comment(
    plan: Plan | None, findings: Sequence[Diagnostic], against: str, backtest: Sequence[str] = (), limit: int = LONGEST
) -> str:
    """Return Markdown of at most `limit` characters.

    Args:
        plan: what merging would change; None where the specs have errors.
        findings: what is said of the specs.
        against: what it is compared with.
        backtest: lines about what would have paged.
        limit: how long it may be.
    """
    parts = [MARK, "## SLOs", _headline(plan, findings, against)]
    blocks = [_finding(each) for each in findings[:MOST_FINDINGS]]
    if len(findings) > MOST_FINDINGS:
        blocks.append(f"- and {len(findings) - MOST_FINDINGS} more findings")
    groups = [("### Findings", blocks)] if blocks else []
    if backtest:
        groups.append(("### Backtest", [f"{'  ' * line.startswith(' ')}- {_code(line)}" for line in backtest]))
    groups[:0] = _changes(plan) if plan is not None else []
    return _fitted(parts, groups, limit)


def _headline(plan: Plan | None, findings: Sequence[Diagnostic], against: str) -> str:
    errors = sum(each.is_error for each in findings)
    if plan is None:
        return f"**{errors} error{'s' * (errors != 1)}**: there is no plan until they are mended."
    if plan.empty:
        return f"No change against {_code(against)}."
    counts = [(len(plan.of(action)), word) for action, word in _SIGNS.items()]
    said = ", ".join(f"{count} to {word}" for count, word in counts if count)
    paging = sum(_pages(each) for each in plan.changes if each.action is not Action.KEEP)
    more = f", {paging} of them about what wakes somebody" if paging else ""
    return f"**{said}**{more}, against {_code(against)}."


def _changes(plan: Plan) -> list[tuple[str, list[str]]]:
    left = [each for each in plan.changes if each.action is not Action.KEEP]
    groups = []
    for section in SECTIONS:
        found = [each for each in left if section.holds(each)]
        left = [each for each in left if not section.holds(each)]
        if found:
            groups.append((f"### {section.title} ({len(found)})", [_change(each) for each in found]))
    return groups


def _change(change: Change) -> str:
    line = f"- {_SIGNS[change.action]} {change.kind} {_code(change.key)}: {_code(change.title)}"
    if not change.fields:
        return line
    rows = []
    for each in change.fields:
        before, after = _apart(each.before, each.after)
        rows.append(f"  - {_code(each.path)}: {_code(show(before))} → {_code(show(after))}")
    return "\n".join([line, *rows])


def _apart(before: Any, after: Any) -> tuple[Any, Any]:
    """Return two long texts from a little before where they differ: cut at their ends they would look the same."""
    if not isinstance(before, str) or not isinstance(after, str):
        return before, after
    pairs = enumerate(zip(before, after, strict=False))
    same = next((index for index, (left, right) in pairs if left != right), min(len(before), len(after)))
    start = max(same - 20, 0)
    return (f"…{before[start:]}", f"…{after[start:]}") if start else (before, after)


def _finding(finding: Diagnostic) -> str:
    place = f"{_code(str(finding.span))}: " if finding.span else ""
    return f"- {finding.severity} {finding.code}: {place}{_code(finding.message)}"


def _code(text: str) -> str:
    """Return a text as code, which neither mentions anybody nor is read as Markdown or HTML."""
    flat = " ".join(text.split()) or " "
    longest = max((len(each) for each in re.findall("`+", flat)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if longest else ""
    return f"{fence}{pad}{flat}{pad}{fence}"


def _fitted(parts: list[str], groups: list[tuple[str, list[str]]], limit: int) -> str:
    total = sum(len(blocks) for _, blocks in groups)
    kept = 0
    text = "\n\n".join(parts) + "\n"
    for title, blocks in groups:
        for number, block in enumerate(blocks):
            added = (f"\n{title}\n\n" if number == 0 else "") + block + "\n"
            if len(text) + len(added) + len(_cut(total - kept)) > limit:
                return text + _cut(total - kept)
            text += added
            kept += 1
    return text


def _cut(left: int) -> str:
    return f"\n*{left} more do not fit here: see them with `sightline slo comment --limit 0`.*\n"

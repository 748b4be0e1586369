"""The one comment on a pull request that changes specs: what merging changes, what is wrong, what would have paged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_datadog.reporting.about import About
from sightline_datadog.reporting.comment import comment as planned
from sightline_datadog.reporting.escaping import code
from sightline_datadog.reporting.fitting import GITHUB, UNLIMITED, Block, Group, Size

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sightline_core.diagnostics import Diagnostic
    from sightline_datadog.sync.plan import Plan

MARK = "<!-- sightline-slo-plan -->"
"""By which the comment of last time is found."""
_COMMAND = "sightline slo comment"
_LINE = 300


def comment(
    plan: Plan | None, findings: Sequence[Diagnostic], against: str, backtest: Sequence[str] = (), limit: int = 0
) -> str:
    """Return Markdown of at most `limit` characters, and of no more bytes than GitHub takes; 0 for all of it.

    Args:
        plan: what merging would change; None where the specs have errors.
        findings: what is said of the specs.
        against: what it is compared with.
        backtest: lines about what would have paged.
        limit: how long it may be.
    """
    about = About(_COMMAND, "SLOs", MARK, code(against), f"the output of {code(f'{_COMMAND} --limit 0')}")
    lines = tuple(Block(f"{'  ' * line.startswith(' ')}- {code(line, _LINE)}\n") for line in backtest)
    more = [Group("\n### Backtest\n\n", lines)] if lines else []
    return planned(plan, about, findings, more, limit=Size(limit, GITHUB.octets) if limit else UNLIMITED)

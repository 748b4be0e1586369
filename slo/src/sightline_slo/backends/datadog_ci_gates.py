"""The same gates as files for `datadog-ci deployment gate --config`: rules that travel with the question.

Such a rule finds its monitors by a search for their tags (`slo:`, `severity:`) and knows neither a warm-up nor what to
do without data: the vendor lets it fail then (https://docs.datadoghq.com/deployment_gates/setup/jit/). The file's form
is that of datadog-ci's own tests: `dryRun` for all, `dry_run` for a rule.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_slo.backends.datadog_gates import monitors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sightline_slo.backends.datadog_gates import Gating
    from sightline_slo.model import Slo


def configurations(slos: Sequence[Slo], gating: Gating) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """Return each service's configuration, and the SLOs that no search can tell.

    A guarded SLO is one: its monitor that notifies and the silent parts of it carry the same tags, and the part that
    counts events is in alert whenever there is traffic.
    """
    made: dict[str, dict[str, Any]] = {}
    left: list[str] = []
    for slo in slos:
        if not monitors(slo, gating.severities):
            continue
        if slo.guard.min_events is not None or slo.guard.min_failures is not None:
            left.append(slo.key)
            continue
        found = made.setdefault(slo.service, {"dryRun": gating.dry_run, "rules": []})
        found["rules"] += [_rule(slo, each, gating) for each in sorted(gating.severities) if monitors(slo, {each})]
    return made, left


def _rule(slo: Slo, severity: str, gating: Gating) -> dict[str, Any]:
    options = {"query": f"service:{slo.service} slo:{slo.key} severity:{severity}", "duration": gating.watch_s}
    return {"type": "monitor", "name": f"{slo.key} ({severity})", "dry_run": gating.dry_run, "options": options}

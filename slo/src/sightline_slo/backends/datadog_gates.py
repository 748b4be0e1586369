"""Deployment gates out of the same SLOs: a deploy waits where its service's own alerts fire.

A service has one gate in an environment, and a rule for each SLO, which names that SLO's monitors one by one: a search
by tags would find the silent parts of a composite, too, and whatever others tag alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sightline_datadog.documents import Document, Kind
from sightline_slo.backends.datadog_monitors import budget_key, window_key
from sightline_slo.mapping import datadog_windows
from sightline_slo.model import Backend, Severity

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from sightline_slo.model import Slo

_DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Gating:
    """How deploys are gated.

    Args:
        env: the environment.
        severities: whose alerts stop a deploy.
        identifier: which of the gates of a service in an environment.
        watch_s: for how long no alert may fire; 0 for a look.
        warmup_s: how long the rule waits before it looks.
        no_data: whether an alert without data stops a deploy: a gate that cannot see is not open.
        dry_run: whether the gates only say what they would do.
    """

    env: str
    severities: frozenset[Severity] = frozenset({Severity.PAGE})
    identifier: str = _DEFAULT
    watch_s: int = 0
    warmup_s: int = 0
    no_data: bool = True
    dry_run: bool = False


def gates(slos: Sequence[Slo], gating: Gating) -> Iterator[Document]:
    """Give each service's gate and then its rules; an SLO without such an alert has no rule."""
    ruled: dict[str, list[tuple[Slo, list[str]]]] = {}
    for slo in slos:
        if named := monitors(slo, gating.severities):
            ruled.setdefault(slo.service, []).append((slo, named))
    for service, rules in ruled.items():
        key = _key(service, gating)
        body = {"service": service, "env": gating.env, "identifier": gating.identifier, "dry_run": gating.dry_run}
        yield Document(Kind.GATE, key, body, rules[0][0].places.slo)
        for slo, named in rules:
            yield _rule(slo, named, key, gating)


def monitors(slo: Slo, severities: Collection[Severity]) -> list[str]:
    """Return the keys of the monitors that notify with one of the severities; none where Datadog does not measure."""
    if Backend.DATADOG not in slo.sli:
        return []
    found = [window_key(slo, each) for each in datadog_windows(slo) if each.severity in severities]
    if slo.budget_alert is not None and slo.budget_alert.severity in severities:
        found.append(budget_key(slo))
    return found


def _rule(slo: Slo, named: Sequence[str], gate: str, gating: Gating) -> Document:
    options = {
        # No group is named, which means all of them.
        "monitor_ids": [{"id": f"${{monitor:{each}}}", "groups": []} for each in named],
        "duration": gating.watch_s,
        "warmup": gating.warmup_s,
        "fail_on_no_data": gating.no_data,
    }
    body = {
        "gate_id": f"${{deployment_gate:{gate}}}",
        "name": f"{slo.key} does not burn its budget",
        "type": "monitor",
        "dry_run": gating.dry_run,
        "options": options,
    }
    return Document(Kind.GATE_RULE, _key(slo.key, gating), body, slo.places.slo)


def _key(name: str, gating: Gating) -> str:
    more = "" if gating.identifier == _DEFAULT else f"-{gating.identifier}"
    return f"{name}-{gating.env}{more}"

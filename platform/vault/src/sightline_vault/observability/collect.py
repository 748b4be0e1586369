"""What a server says of itself, as Datadog's check would send it: metrics, service checks, days of its certificate.

It stands in for the Agent where there is none: on this machine, before the local backend, in tests. The names, tags and
the meaning of the checks are those of https://github.com/DataDog/integrations-core/tree/master/vault.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sightline_vault.observability.exposition import samples
from sightline_vault.observability.metric_map import metrics

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sightline_vault.observability.exposition import Sample

CAN_CONNECT = "vault.can_connect"
UNSEALED = "vault.unsealed"
INITIALIZED = "vault.initialized"
METRICS = "vault.openmetrics.health"
"""Critical where metrics are refused: they are a request like any other, and audited like any other."""
IS_LEADER = "vault.is_leader"
CERTIFICATE = "tls.days_left"
"""As Datadog's TLS check calls it: https://docs.datadoghq.com/integrations/tls/"""
_OK, _CRITICAL = 0, 2
_GAUGE, _COUNT = 3, 1
"""Types of series of the intake's version 2."""


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen of one server.

    `health` is the answer of sys/health, None where nobody answers (`why`); `exposition` that of sys/metrics, None
    where it was not asked for or refused (`refused` says how); `days_left` of the certificate that was shown.
    """

    node: str
    health: Mapping[str, Any] | None
    exposition: str | None = None
    days_left: float | None = None
    why: str = ""
    refused: str = ""


@dataclass(slots=True)
class Collector:
    """Turns looks into bodies of the intake; remembers counters, of which the vendor wants what they grew by."""

    tags: Sequence[str]
    _before: dict[tuple[str, str, tuple[tuple[str, str], ...]], float] = field(default_factory=dict)
    _known: set[str] = field(default_factory=set)

    def series(self, look: Look, now: int) -> list[dict[str, Any]]:
        """Return the series of a look, as `POST /api/v2/series` takes them."""
        made, tags = [], self._tags(look)
        if look.health is not None:
            leads = not look.health.get("standby") and not look.health.get("sealed")
            tags = [*tags, f"is_leader:{str(leads).lower()}"]
            made.append(_series(IS_LEADER, _GAUGE, float(leads), tags, now))
        if look.days_left is not None:
            made.append(_series(CERTIFICATE, _GAUGE, look.days_left, tags, now))
        for name, kind, value, labels in self._mapped(look):
            made.append(_series(name, kind, value, [*tags, *labels], now))
        if look.exposition is not None:
            self._known.add(look.node)
        return made

    def checks(self, look: Look, now: int) -> list[dict[str, Any]]:
        """Return the service checks of a look, as `POST /api/v1/check_run` takes them."""
        told = look.health
        states = {CAN_CONNECT: told is not None}
        if told is not None:
            states |= {UNSEALED: not told.get("sealed"), INITIALIZED: bool(told.get("initialized"))}
        if look.refused or look.exposition is not None:
            states[METRICS] = not look.refused
        return [
            {
                "check": name,
                "host_name": look.node,
                "status": _OK if fine else _CRITICAL,
                "timestamp": now,
                "message": "" if fine else look.why or look.refused,
                "tags": self._tags(look),
            }
            for name, fine in states.items()
        ]

    def _tags(self, look: Look) -> list[str]:
        return [*self.tags, f"pod_name:{look.node}"]

    def _mapped(self, look: Look) -> Iterator[tuple[str, int, float, list[str]]]:
        for each in samples(look.exposition or ""):
            labels = [f"{name}:{value}" for name, value in each.labels if value]
            metric = metrics().get(each.name)
            if metric is not None and metric.kind == "gauge":
                yield metric.datadog, _GAUGE, each.value, labels
            elif metric is not None and metric.kind == "summary":
                yield f"{metric.datadog}.quantile", _GAUGE, each.value, labels
            elif (counted := _counted(each)) is not None and (grown := self._grown(look.node, each)) is not None:
                yield counted, _COUNT, grown, labels

    def _grown(self, node: str, sample: Sample) -> float | None:
        """Return what a counter grew by; None where nothing is known of the server yet.

        Some counters first appear when they count for the first time, as that of a failed audit device does: beside
        others that are known they began at zero, as they do after a restart.
        """
        key = (node, sample.name, sample.labels)
        before = self._before.get(key)
        self._before[key] = sample.value
        if before is None:
            return sample.value if node in self._known else None
        return sample.value - before if sample.value >= before else sample.value


def _counted(sample: Sample) -> str | None:
    """Return the name of what is a counter: one itself, or the count or sum of a summary."""
    metric = metrics().get(sample.name)
    if metric is not None:
        return f"{metric.datadog}.count"
    stem, _, part = sample.name.rpartition("_")
    summary = metrics().get(stem)
    return f"{summary.datadog}.{part}" if summary and summary.kind == "summary" and part in {"count", "sum"} else None


def _series(name: str, kind: int, value: float, tags: list[str], now: int) -> dict[str, Any]:
    return {"metric": name, "type": kind, "points": [{"timestamp": now, "value": value}], "tags": tags}

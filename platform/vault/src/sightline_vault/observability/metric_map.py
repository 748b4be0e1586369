"""What Vault's and OpenBao's metrics are called in Datadog: a table with its sources."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric. `mapped` says that the Agent's own check knows it; the others are given to it by `extra_metrics`.

    In Datadog a counter is `NAME.count`, and a summary `NAME.quantile` (tagged), `NAME.count` and `NAME.sum`.
    """

    prometheus: str
    datadog: str
    kind: Literal["gauge", "counter", "summary"]
    openbao: bool
    mapped: bool


@lru_cache(maxsize=1)
def metrics() -> Mapping[str, Metric]:
    """Return the metrics by the server's name."""
    found: dict[str, Any] = json.loads((resources.files(__package__) / "metric_map.json").read_text(encoding="utf-8"))
    return {each["prometheus"]: Metric(**each) for each in found["metrics"]}

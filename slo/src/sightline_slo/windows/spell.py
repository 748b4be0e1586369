"""How each backend spells a window."""

from __future__ import annotations

from functools import cache

from sightline_slo.durations import spell


@cache
def prometheus(seconds: int) -> str:
    """As Prometheus prints a duration: `5m`, `1d`, `4w`."""
    return spell(seconds, "wdhms")


def datadog(seconds: int) -> str:
    """As Datadog's own tables write a burn-rate window: `5m`, `1h`, `24h`, and two hours as `120m`."""
    return "120m" if seconds == 7200 else spell(seconds, "hm")

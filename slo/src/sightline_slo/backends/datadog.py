"""SLOs with their corrections and monitors as Datadog takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, assert_never

from sightline_datadog.documents import Document, Kind
from sightline_slo.backends.datadog_corrections import corrections
from sightline_slo.backends.datadog_metrics import configurations
from sightline_slo.backends.datadog_monitors import monitors
from sightline_slo.backends.datadog_tags import tags
from sightline_slo.model import Backend, Events, Monitors, Ratio, TimeSlice
from sightline_slo.spelling import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sightline_slo.model import Slo


def documents(slos: Sequence[Slo]) -> list[Document]:
    """Compile: metric configurations first, then each SLO with its corrections and monitors.

    Expects SLOs without errors: a period that Datadog keeps, queries that parse. Those that Datadog does not measure
    are left out.
    """
    measured = [slo for slo in slos if Backend.DATADOG in slo.sli]
    compiled = list(configurations(measured))
    for slo in measured:
        compiled.append(Document(Kind.SLO, slo.key, body(slo), slo.places.slo))
        compiled += corrections(slo)
        compiled += monitors(slo)
    return compiled


def body(slo: Slo) -> dict[str, Any]:
    """Return an SLO's body."""
    made: dict[str, Any] = {
        "name": f"{slo.service}: {slo.name}",
        "description": slo.description,
        "tags": tags(slo),
        "thresholds": [{"timeframe": slo.period, "target": slo.objective}],
        "timeframe": slo.period,
        "target_threshold": slo.objective,
    }
    sli = slo.sli[Backend.DATADOG]
    match sli:
        case Events():
            return {"type": "metric", **made, "sli_specification": {"count": _count(sli)}}
        case TimeSlice():
            return {"type": "time_slice", **made, "sli_specification": {"time_slice": _slice(sli)}}
        case Monitors(ids=ids):
            # The vendor's ids are numbers; `${monitor:key}` becomes one when it is pushed.
            return {"type": "monitor", **made, "monitor_ids": [int(each) if each.isdigit() else each for each in ids]}
        case Ratio():
            raise TypeError("a ratio in PromQL is no SLI of Datadog")
    assert_never(sli)


def _count(sli: Events) -> dict[str, Any]:
    name, part = ("good", sli.good) if sli.good is not None else ("bad", sli.bad)
    assert part is not None  # noqa: S101 - no dialect reads an SLI without one of the two
    return {
        # The vendor takes good of total, or good and bad, but not bad of total.
        "good_events_formula": {"formula": "good" if name == "good" else "total - bad"},
        "total_events_formula": {"formula": "total"},
        "queries": [
            {"data_source": "metrics", "name": name, "query": part.text.strip()},
            {"data_source": "metrics", "name": "total", "query": sli.total.text.strip()},
        ],
    }


def _slice(sli: TimeSlice) -> dict[str, Any]:
    return {
        "comparator": sli.comparator,
        "threshold": plain(sli.threshold),
        "query_interval_seconds": sli.slice_s,
        "query": {
            "formulas": [{"formula": "value"}],
            "queries": [{"data_source": "metrics", "name": "value", "query": sli.query.text.strip()}],
        },
    }

"""Histories in saved answers of Prometheus' `query_range`: one matrix whose series are labelled `count`.

`count="bad"` (or `good`) and `count="total"` say what a series counts, a label `slo` whose it is; values are events in
the step before their moment.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sightline_core.errors import SightlineError
from sightline_slo.backtesting.history import STEP_S, on_grid

if TYPE_CHECKING:
    from pathlib import Path

    from sightline_slo.backtesting.history import History
    from sightline_slo.model import Backend, Slo


class QueryRangeFile:
    """The file, read once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            body: Any = json.loads(path.read_text(encoding="utf-8"))
            self._series = [(dict(each["metric"]), list(each["values"])) for each in body["data"]["result"]]
        except (OSError, ValueError, KeyError, TypeError) as error:
            why = f"{type(error).__name__}: {error}"
            raise SightlineError("this is no answer of query_range", where=str(path), why=why) from error

    def history(self, slo: Slo, backend: Backend) -> History | None:
        """Return the counts of an SLO on a grid."""
        del backend
        counts: dict[str, dict[float, float]] = {}
        for labels, values in self._series:
            if labels.get("slo", slo.key) == slo.key and labels.get("count") in {"bad", "good", "total"}:
                into = counts.setdefault(labels["count"], {})
                for second, value in values:
                    into[float(second)] = into.get(float(second), 0.0) + float(value)
        total = counts.get("total")
        if not total:
            return None
        bad, good = counts.get("bad", {}), counts.get("good")
        rows = [
            (
                second - STEP_S,
                max(number - good.get(second, 0.0), 0.0) if good is not None else bad.get(second, 0.0),
                number,
            )
            for second, number in total.items()
        ]
        try:
            return on_grid(rows)
        except ValueError as error:
            raise SightlineError("this is no history", where=f"{self._path}, {slo.key}", why=str(error)) from error

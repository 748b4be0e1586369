"""How much CPU time it takes to read a query, and to print it.

    python benchmarks/query_language.py [--repeat 5]

Queries are those of the conformance data (`SIGHTLINE_CONFORMANCE_DATA`, by default ../shared/data), every one of them
once a round and past the parser's cache; where there are none, the samples of the tests.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sightline_datadog.query import canonical, parse_metric_query, read_monitor_query

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[1]
WANTED_MS = 0.3


def queries() -> tuple[list[str], list[tuple[str, str]]]:
    """Return the metric queries, and the monitors' queries with their types, of every list that is found."""
    data = Path(os.environ.get("SIGHTLINE_CONFORMANCE_DATA") or ROOT.parent / "shared" / "data")
    found = [
        each
        for file in sorted(data.glob("datadog/corpus/*.json"))
        for each in json.loads(file.read_text(encoding="utf-8"))
    ]
    if not found:
        sys.path.insert(0, str(ROOT))
        from tests.datadog.query.samples import METRICS, MONITORS

        found = [*METRICS, *MONITORS]
    pairs = [(str(each[0]), str(each[1])) for each in found if not isinstance(each, str)]
    return [each for each in found if isinstance(each, str)], pairs


def costs(work: list[Callable[[], Any]], repeat: int) -> list[float]:
    """Return the least CPU time of each in milliseconds: the machine may be busy with something else."""
    best = [float("inf")] * len(work)
    for _ in range(repeat):
        for index, one in enumerate(work):
            started = time.process_time_ns()
            one()
            best[index] = min(best[index], (time.process_time_ns() - started) / 1e6)
    return best


def main() -> int:
    """Print the medians; 1 if reading takes longer than promised."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=5)
    repeat = parser.parse_args().repeat
    metrics, monitors = queries()
    reading: dict[str, list[Callable[[], Any]]] = {
        "metric queries": [partial(parse_metric_query.__wrapped__, text) for text in metrics],
        "monitor queries": [partial(read_monitor_query, *pair) for pair in monitors],
    }
    failed = False
    for name, work in reading.items():
        trees = [tree for tree, _ in (one() for one in work) if tree is not None]
        read, printed = costs(work, repeat), costs([partial(canonical, tree) for tree in trees], repeat)
        median = statistics.median(read)
        failed = failed or median > WANTED_MS
        highest, printing = sorted(read)[len(read) * 95 // 100], statistics.median(printed)
        print(f"{len(work):5} {name}, {len(trees)} read: median {median:.3f} ms, 95 % {highest:.3f} ms,", end=" ")
        print(f"longest {max(read):.2f} ms; printing: median {printing:.3f} ms")
    return int(failed)


if __name__ == "__main__":
    raise SystemExit(main())

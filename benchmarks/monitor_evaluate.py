"""What it takes to look at a hundred mixed monitors every minute of thirty days, over series in memory.

    python benchmarks/monitor_evaluate.py [--monitors 100] [--days 30]

Prints the CPU time of each kind of monitor and of all, and what all take together with the states over time and the
notifications that come of them; a sample of looks is held to the evaluator's own answer, one by
one. Making the series is not counted.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import defaultdict
from typing import Any

from sightline_datadog.evaluate.look import Sources
from sightline_datadog.evaluate.machine_replay import walk
from sightline_datadog.evaluate.machine_rules import rules_of
from sightline_datadog.evaluate.memory import Column, MemorySource
from sightline_datadog.evaluate.monitor import look
from sightline_datadog.evaluate.replay import alike, replay

START = 1_700_006_400
MINUTE, DAY = 60, 86400
HOSTS = 3
SERIES = 10
SAMPLES = 50

SHAPES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("counts", "sum(last_5m):sum:errors{{series:{n}}}.as_count() > 40", {"thresholds": {"warning": 20}}),
    ("of counts", "sum(last_5m):sum:errors{{series:{n}}}.as_count() / sum:hits{{series:{n}}}.as_count() > 0.1", {}),
    ("ratio of rates", "avg(last_5m):sum:errors{{series:{n}}}.as_rate() / sum:hits{{series:{n}}}.as_rate() > 0.1", {}),
    ("mean by host", "avg(last_15m):avg:cpu{{series:{n}}} by {{host}} > 70", {"thresholds": {"critical_recovery": 65}}),
    ("greatest by host", "max(last_1h):max:cpu{{series:{n}}} by {{host}} > 95", {"on_missing_data": "show_no_data"}),
    ("least", "min(last_30m):avg:cpu{{series:{n}}} > 45", {"notify_no_data": True, "no_data_timeframe": 60}),
    ("change", "pct_change(avg(last_5m),last_1h):avg:cpu{{series:{n}}} > 40", {}),
    ("a day", "avg(last_1d):avg:cpu{{series:{n}}} > 50", {}),
    ("burn rate", 'burn_rate("{n}").over("30d").long_window("1h").short_window("5m") > 14.4', {}),
    ("error budget", 'error_budget("{n}").over("7d") > 75', {}),
)  # fmt: skip


def columns(days: int) -> list[Column]:
    """Make ten services of three hosts: hits, errors with an outage now and then, and a load with a daily rhythm."""
    draw, minutes, made = random.Random(7), days * DAY // MINUTE, []  # noqa: S311 - series, no secrets
    for number in range(SERIES):
        for host in range(HOSTS):
            tags = (f"series:{number}", f"host:{host}")
            outage = draw.randrange(minutes)
            hits = [float(draw.randrange(80, 120)) for _ in range(minutes)]
            errors = [
                float(draw.randrange(3)) if abs(minute - outage) > 20 else hits[minute] / 2 for minute in range(minutes)
            ]
            load = [50 + 20 * ((minute % 1440) / 720 - 1) ** 2 + draw.gauss(0, 5) for minute in range(minutes)]
            made.append(Column("hits", tags, "count", START, MINUTE, hits))
            made.append(Column("errors", tags, "count", START, MINUTE, errors))
            made.append(Column("cpu", tags, "gauge", START, MINUTE, load))
    return made


def slo(number: str) -> dict[str, Any] | None:
    """Make the metric SLO of a service."""
    good = f"sum:hits{{series:{number}}}.as_count() - sum:errors{{series:{number}}}.as_count()"
    return {
        "id": number,
        "type": "metric",
        "query": {"numerator": good, "denominator": f"sum:hits{{series:{number}}}.as_count()"},
        "thresholds": [{"timeframe": "7d", "target": 99.0}, {"timeframe": "30d", "target": 99.0}],
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--monitors", type=int, default=100)
    parser.add_argument("--days", type=int, default=30)
    asked = parser.parse_args()
    sources = Sources(MemorySource(columns(asked.days)), slo)
    end = START + asked.days * DAY
    spent: dict[str, float] = defaultdict(float)
    counted: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    moving, told = 0.0, 0
    draw = random.Random(11)  # noqa: S311 - which looks are compared
    for number in range(asked.monitors):
        kind, text, options = SHAPES[number % len(SHAPES)]
        query = text.format(n=number // len(SHAPES) % SERIES)
        body = {"type": "slo alert" if '("' in query else "query alert", "query": query, "options": options}
        began = time.process_time()
        stretches = list(replay(body, sources, START, end))
        spent[kind] += time.process_time() - began
        began = time.process_time()
        options = {**options, "renotify_interval": 60}
        moved = [each for _, each in walk(stretches, rules_of(body | {"options": options}), body, sources)]
        moving += time.process_time() - began
        told += sum(len(each.notifications) for each in moved)
        looks = sum(len(each.moments) for each in stretches)
        counted[kind] = [one + more for one, more in zip(counted[kind], (1, looks, len(stretches)), strict=True)]
        for stretch in draw.sample(stretches, min(SAMPLES // 10, len(stretches))):
            at = draw.choice(stretch.moments)
            assert alike(stretch.look, look(body, sources, at)), (query, at)
    print(f"{'kind':20}{'monitors':>9}{'looks':>10}{'changes':>9}{'CPU s':>8}")
    for kind, (monitors, looked, changed) in counted.items():
        print(f"{kind:20}{monitors:9}{looked:10}{changed:9}{spent[kind]:8.2f}")
    total = [sum(each[index] for each in counted.values()) for index in range(3)]
    print(f"{'all':20}{total[0]:9}{total[1]:10}{total[2]:9}{sum(spent.values()):8.2f}")
    print(f"with the states over time and {told} notifications: {sum(spent.values()) + moving:.2f} s of CPU")


if __name__ == "__main__":
    main()

"""How many requests and seconds a plan of a large organisation takes, and how long a large dashboard's diff.

    python benchmarks/datadog_plan.py [--monitors 1000] [--slos 300] [--dashboards 500] [--tests 200]

It builds the organisation in a real local backend (`sightline local serve`), which then answers as late as the vendor's
recorded medians (`"latency": "recorded"`) and counts the requests. `cold` knows nothing, `warm` has read every
dashboard before; `command` is warm, too, as `sightline datadog plan` over files with the checks before it. They are
timed by the clock on the wall, since they wait; what they compute is told as CPU time. The dashboards have twenty
widgets each; the one whose diff is measured has 101.
"""

from __future__ import annotations

import argparse
import copy
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import urllib3
from backend import Backend

from sightline_core.console import Console
from sightline_datadog.directory import write
from sightline_datadog.documents import Document, Kind
from sightline_datadog.planning import made
from sightline_datadog.session import open_session
from sightline_datadog.settings import Target
from sightline_datadog.sync.apply import apply
from sightline_datadog.sync.plan import plan
from sightline_datadog.sync.widgets import widgets_diff
from sightline_datadog.transport import ClientTransport
from sightline_datadog.wish import Wish

if TYPE_CHECKING:
    from sightline_datadog.sync.diff import FieldChange

PROJECT = "benchmark"
MOST_REQUESTS, MOST_S, MOST_DIFF_MS = 15, 5.0, 20.0
PERIOD_S = 60


def documents(monitors: int, slos: int, dashboards: int, tests: int) -> list[Document]:
    """Return so many documents; a third of the monitors burn the budget of an SLO, and boards show one."""
    made_of = [Document(Kind.SLO, f"slo{number}", slo(number)) for number in range(slos)]
    made_of += [Document(Kind.MONITOR, f"monitor{number}", monitor(number, slos)) for number in range(monitors)]
    made_of += [Document(Kind.DASHBOARD, f"board{number}", board(number, slos)) for number in range(dashboards)]
    return made_of + [Document(Kind.SYNTHETICS, f"test{number}", test(number)) for number in range(tests)]


def slo(number: int) -> dict[str, Any]:
    """Return an SLO of counts."""
    good, all_of = (f"sum:service{number}.{part}{{env:prod}}.as_count()" for part in ("ok", "all"))
    return {
        "type": "metric",
        "name": f"service{number} success",
        "thresholds": [{"timeframe": "30d", "target": 99.5}],
        "query": {"numerator": good, "denominator": all_of},
        "tags": ["team:shop"],
    }


def monitor(number: int, slos: int) -> dict[str, Any]:
    """Return a burn-rate monitor or a metric monitor."""
    query, kind, critical = f"avg(last_5m):avg:service{number}.load{{*}} by {{host}} > 5", "query alert", 5.0
    if number % 3 == 0 and slos:
        over = f'burn_rate("${{slo:slo{number % slos}}}").over("30d").long_window("1h").short_window("5m")'
        query, kind, critical = f"{over} > 14.4", "slo alert", 14.4
    return {
        "type": kind,
        "name": f"monitor {number}",
        "query": query,
        "message": "{{#is_alert}}Look.{{/is_alert}} @slack-shop",
        "options": {"thresholds": {"critical": critical}},
        "tags": ["team:shop", f"service:service{number}"],
    }


def widget(title: str, name: str) -> dict[str, Any]:
    """Return a timeseries of one formula over one query."""
    query = {"data_source": "metrics", "name": "a", "query": f"avg:{name}{{$env}} by {{host}}"}
    request = {
        "response_format": "timeseries",
        "display_type": "line",
        "queries": [query],
        "formulas": [{"formula": "a"}],
    }
    return {"definition": {"type": "timeseries", "title": title, "requests": [request]}}


def board(number: int, slos: int, widgets: int = 20) -> dict[str, Any]:
    """Return a dashboard of groups of five, with one SLO."""
    inner = [widget(f"part {each}", f"service{number}.part{each}") for each in range(widgets)]
    groups = [
        {
            "definition": {
                "type": "group",
                "layout_type": "ordered",
                "title": f"row {each}",
                "widgets": inner[each : each + 5],
            }
        }
        for each in range(0, widgets, 5)
    ]
    shown = {
        "type": "slo",
        "view_type": "detail",
        "time_windows": ["30d"],
        "slo_id": f"${{slo:slo{number % max(slos, 1)}}}",
    }
    return {
        "title": f"service{number}",
        "layout_type": "ordered",
        "widgets": [*([{"definition": shown}] if slos else []), *groups],
        "template_variables": [{"name": "env", "prefix": "env", "defaults": ["prod"]}],
    }


def test(number: int) -> dict[str, Any]:
    """Return an API test."""
    return {
        "type": "api",
        "subtype": "http",
        "name": f"service{number} answers",
        "message": "look",
        "locations": ["aws:eu-central-1"],
        "status": "live",
        "tags": ["team:shop"],
        "config": {
            "request": {"method": "GET", "url": f"https://service{number}.example/"},
            "assertions": [{"type": "statusCode", "operator": "is", "target": 200}],
        },
        "options": {"tick_every": 300},
    }


def control(address: str, faults: dict[str, Any] | None = None) -> Any:
    """Ask the backend for latency and for the count of requests, or read them."""
    method = "GET" if faults is None else "PUT"
    answer = urllib3.request(method, f"{address}/api/local/v1/faults", json=faults, timeout=30, retries=False)
    assert answer.status == 200, answer.data
    return answer.json()


def measured(address: str, wish: Wish, told: list[str]) -> tuple[int, float, float]:
    """Plan once; return the requests that the server counted, seconds on the wall, and CPU seconds.

    `told` is given what a person at a terminal would see of it.
    """
    many = 10**6
    rule = {"kind": "slow", "path": "/api/v*", "seconds": 0, "times": many}
    control(address, {"faults": [rule], "latency": "recorded"})
    began, busy = time.perf_counter(), time.process_time()
    session = open_session(Console(sys.stdout, sys.stderr, quiet=True), project=PROJECT)
    planned = made(wish, replace(session, tell=told.append))
    took, computed = time.perf_counter() - began, time.process_time() - busy
    assert planned.empty, [(each.name, each.fields[:3]) for each in planned.changes if each.fields][:3]
    return many - control(address)["faults"][0]["times"], took, computed


def commanded(address: str, directory: Path, wanted: list[Document]) -> tuple[int, float, float]:
    """Plan once more as the command does it, in a process of its own."""
    write(directory, wanted)
    control(
        address, {"faults": [{"kind": "slow", "path": "/api/v*", "seconds": 0, "times": 10**6}], "latency": "recorded"}
    )
    command = [
        str(Path(sys.executable).with_name("sightline")),
        "datadog",
        "plan",
        str(directory),
        "--project",
        PROJECT,
    ]
    began, before = time.perf_counter(), os.times()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    took, after = time.perf_counter() - began, os.times()
    assert done.returncode == 0, done.stderr
    computed = after.children_user + after.children_system - before.children_user - before.children_system
    return 10**6 - control(address)["faults"][0]["times"], took, computed


def large_diff(repeat: int = 20) -> tuple[float, list[FieldChange]]:
    """Put a widget on top of a dashboard of 101; return the least CPU milliseconds of its diff, and what it says."""
    old: dict[str, Any] = {"title": "large", "layout_type": "ordered"}
    old["widgets"] = [
        {
            **widget(f"part {each}", f"service.part{each}"),
            "layout": {"x": each % 3 * 4, "y": each // 3 * 2, "width": 4, "height": 2},
        }
        for each in range(101)
    ]
    new = copy.deepcopy(old)
    for each in new["widgets"]:
        each["layout"]["y"] += 2
    new["widgets"].insert(0, {**widget("new", "service.new"), "layout": {"x": 0, "y": 0, "width": 4, "height": 2}})
    best = float("inf")
    found: list[FieldChange] = []
    for _ in range(repeat):
        began = time.process_time_ns()
        found = list(widgets_diff(old, new))
        best = min(best, (time.process_time_ns() - began) / 1e6)
    return best, found


def main() -> int:
    """Print the table; 1 if a plan takes more than promised."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, count in (("monitors", 1000), ("slos", 300), ("dashboards", 500), ("tests", 200)):
        parser.add_argument(f"--{name}", type=int, default=count)
    options = parser.parse_args()
    wanted = documents(options.monitors, options.slos, options.dashboards, options.tests)
    with tempfile.TemporaryDirectory() as directory:
        os.environ |= {"XDG_CACHE_HOME": f"{directory}/cache"}
        backend = Backend(Path(directory) / "data")
        try:
            address = f"http://127.0.0.1:{backend.api}"
            os.environ["DD_HOST"] = address
            wish = Wish(wanted, tuple(dict.fromkeys(each.kind for each in wanted)), PROJECT, {})
            # Its limits are told and not enforced, and what builds it need not keep to them.
            hasty = ClientTransport(Target(address, "local", "local"), sleep=lambda _seconds: None)
            outcomes = apply(plan(wanted, [], project=PROJECT, kinds=wish.kinds), hasty)
            assert not any(each.error for each in outcomes), [each.error for each in outcomes if each.error][:3]
            # Until what was made is older than the cache believes, and the limits are those of another minute.
            time.sleep(max(6.0, PERIOD_S - time.time() % PERIOD_S + 1))
            lines: list[str] = []
            cold = measured(address, wish, lines)
            warm = min((measured(address, wish, []) for _ in range(3)), key=lambda each: each[1])
            command = commanded(address, Path(directory) / "build", wanted)
        finally:
            backend.kill()
    milliseconds, said = large_diff()
    print(f"{'':<8}{'requests':>10}{'seconds':>10}{'CPU s':>8}")
    for name, (requests, seconds, computed) in (("cold", cold), ("warm", warm), ("command", command)):
        print(f"{name:<8}{requests:>10}{seconds:>10.2f}{computed:>8.2f}")
    estimates = [each for each in lines if "left" in each]
    print(f"cold said {len(lines)} times where it is, such as: {(estimates or lines)[len(estimates) // 2]}")
    print(f"diff of a widget on top of 101: {milliseconds:.1f} ms CPU")
    for change in said:
        print(f"  {change}")
    kept = warm[0] <= MOST_REQUESTS and warm[1] <= MOST_S and milliseconds <= MOST_DIFF_MS and len(said) == 2
    return 0 if kept else 1


if __name__ == "__main__":
    raise SystemExit(main())

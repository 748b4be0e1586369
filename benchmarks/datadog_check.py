"""How much CPU time an offline check of many documents takes, in a fresh process.

    python benchmarks/datadog_check.py [--documents 1000] [--repeat 3]

Half of them are monitors, a fifth SLOs, a fifth dashboards of a dozen widgets, the rest synthetics tests; all are
right, as almost all are on most days. `sightline datadog check` is started anew each time, its imports counted in.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

WANTED_S = 1.5
WIDGETS = 12


def body(number: int) -> tuple[str, dict[str, Any]]:
    """Return kind and body of the n-th document."""
    name = f"service{number}"
    match number % 10:
        case 0 | 1 | 2 | 3 | 4:
            query = f"sum(last_5m):sum:{name}.errors{{env:prod}} by {{host}}.as_count() > {number % 50 + 1}"
            options = {"thresholds": {"critical": number % 50 + 1}, "notify_no_data": False, "renotify_interval": 60}
            return "monitor", {
                "type": "query alert",
                "name": f"{name} fails",
                "query": query,
                "message": "{{#is_alert}}{{host.name}} fails: {{value}}{{/is_alert}} @slack-team",
                "tags": ["team:shop", f"service:{name}"],
                "options": options,
                "priority": 2,
            }
        case 5 | 6:
            return "slo", {
                "type": "metric",
                "name": f"{name} success",
                "thresholds": [{"timeframe": "30d", "target": 99.9}, {"timeframe": "7d", "target": 99.5}],
                "query": {
                    "numerator": f"sum:{name}.good{{env:prod}}.as_count()",
                    "denominator": f"sum:{name}.all{{env:prod}}.as_count()",
                },
                "tags": ["team:shop"],
            }
        case 7 | 8:
            return "dashboard", {
                "title": name,
                "layout_type": "ordered",
                "template_variables": [{"name": "env", "prefix": "env"}],
                "widgets": [_widget(name, each) for each in range(WIDGETS)],
            }
        case _:
            return "synthetics", {
                "type": "api",
                "subtype": "http",
                "name": f"{name} answers",
                "message": "",
                "locations": ["aws:eu-west-1"],
                "config": {
                    "request": {"method": "GET", "url": f"https://{name}.example/"},
                    "assertions": [{"type": "statusCode", "operator": "is", "target": 200}],
                },
                "options": {"tick_every": 300},
            }


def _widget(name: str, number: int) -> dict[str, Any]:
    queries = [
        {"name": f"q{each}", "data_source": "metrics", "query": f"avg:{name}.w{number}.m{each}{{$env}} by {{host}}"}
        for each in range(2)
    ]
    request = {
        "response_format": "timeseries",
        "display_type": "line",
        "queries": queries,
        "formulas": [{"formula": "q0"}],
    }
    return {
        "definition": {"type": "timeseries", "title": f"widget {number}", "requests": [request]},
        "layout": {"x": number % 3 * 4, "y": number // 3 * 3, "width": 4, "height": 3},
    }


def main() -> None:
    """Write the documents, check them, and say the least time it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=1000)
    parser.add_argument("--repeat", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        size = 0
        for number in range(given.documents):
            kind, content = body(number)
            text = json.dumps(content, indent=2)
            size += len(text)
            (Path(folder) / f"{kind}.key{number}.json").write_text(text, encoding="utf-8")
        command = [str(Path(sys.executable).parent / "sightline"), "datadog", "check", folder]
        spent = []
        for _ in range(given.repeat):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "CI": "1"})
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            if done.returncode:
                sys.exit(done.stderr)
            spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    print(f"{given.documents} documents, {size / 1e6:.1f} MB: {min(spent):.2f} s CPU (wanted: {WANTED_S} s)")


if __name__ == "__main__":
    main()

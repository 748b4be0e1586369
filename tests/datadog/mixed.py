"""Fifty objects of every kind that name one another, as a project would have them."""

from __future__ import annotations

from typing import Any

from sightline_datadog.documents import Document, Kind

Body = dict[str, Any]


def documents() -> list[Document]:
    """Return fifty documents."""
    services = [f"service{number}" for number in range(7)]
    made = [each for service in services for each in _service(service)]
    probe = Document(Kind.MONITOR, "probe", _monitor("probe", "avg(last_5m):avg:probe.up{*} < 1", "query alert", 1))
    uptime = {
        "type": "monitor",
        "name": "uptime",
        "thresholds": [{"timeframe": "30d", "target": 99.0}],
        "monitor_ids": ["${monitor:probe}"],
        "tags": ["team:shop"],
    }
    made += [probe, Document(Kind.SLO, "uptime", uptime), Document(Kind.MONITOR, "uptime-fast", _burn("uptime"))]
    query = "${monitor:service0-errors} && ${monitor:service1-errors}"
    made.append(Document(Kind.MONITOR, "both", _monitor("both fail", query, "composite")))
    made.append(Document(Kind.DASHBOARD, "overview", _board("overview", services)))
    return made + _more()


def _service(name: str) -> list[Document]:
    slo = {
        "type": "metric",
        "name": f"{name} success",
        "thresholds": [{"timeframe": "30d", "target": 99.5}],
        "query": {"numerator": f"sum:{name}.ok{{*}}.as_count()", "denominator": f"sum:{name}.all{{*}}.as_count()"},
        "tags": ["team:shop"],
    }
    errors = _monitor(f"{name} errors", f"sum(last_5m):sum:{name}.errors{{*}}.as_count() > 5", "query alert", 5)
    return [
        Document(Kind.SLO, name, slo),
        Document(Kind.MONITOR, f"{name}-fast", _burn(name)),
        Document(Kind.MONITOR, f"{name}-errors", errors),
        Document(Kind.DASHBOARD, name, _board(name, [name])),
        Document(Kind.SYNTHETICS, f"{name}-home", _test(name)),
    ]


def _more() -> list[Document]:
    correction = {
        "slo_id": "${slo:service0}",
        "start": 1_800_000_000,
        "end": 1_800_003_600,
        "category": "Deployment",
        "timezone": "UTC",
    }
    downtime = {
        "scope": "env:test",
        "monitor_identifier": {"monitor_id": "${monitor:probe}"},
        "schedule": {"start": "2030-01-01T00:00:00+00:00", "end": "2030-01-01T01:00:00+00:00"},
    }
    silence = {**downtime, "monitor_identifier": {"monitor_tags": ["team:shop"]}, "scope": "env:dev"}
    rule = {"name": "shop", "recipients": ["slack-shop"], "filter": {"tags": ["team:shop"]}}
    pack = {
        "name": "golden signals",
        "group_widget": {"definition": {"type": "group", "layout_type": "ordered", "title": "g", "widgets": [_note()]}},
        "template_variables": [],
    }
    gate = {"service": "service0", "env": "prod", "identifier": "default", "dry_run": False}
    gate_rule = {
        "gate_id": "${deployment_gate:service0}",
        "name": "no alert",
        "type": "monitor",
        "dry_run": False,
        "options": {"query": "service:service0", "duration": 600},
    }
    return [
        Document(Kind.SLO_CORRECTION, "deploy", correction),
        Document(Kind.SLO_CORRECTION, "again", {**correction, "start": 1_800_010_000, "end": 1_800_013_600}),
        Document(Kind.DOWNTIME, "window", downtime),
        Document(Kind.DOWNTIME, "silence", silence),
        Document(Kind.NOTIFICATION_RULE, "shop", rule),
        Document(Kind.POWERPACK, "golden", pack),
        Document(Kind.GATE, "service0", gate),
        Document(Kind.GATE_RULE, "alert", gate_rule),
        Document(Kind.DASHBOARD, "notes", {**_board("notes", []), "widgets": [_note()]}),
        Document(Kind.SYNTHETICS, "shop-api", _test("shop")),
    ]


def _monitor(name: str, query: str, kind: str, critical: float | None = None) -> Body:
    options: Body = {} if critical is None else {"thresholds": {"critical": critical}}
    return {"type": kind, "name": name, "query": query, "message": "look", "options": options, "tags": ["team:shop"]}


def _burn(slo: str) -> Body:
    query = f'burn_rate("${{slo:{slo}}}").over("30d").long_window("1h").short_window("5m") > 14.4'
    return _monitor(f"{slo} burns", query, "slo alert", 14.4)


def _note() -> Body:
    return {"definition": {"type": "note", "content": "read me"}}


def _board(title: str, services: list[str]) -> Body:
    widgets: list[Body] = [
        {"definition": {"type": "slo", "title": name, "slo_id": f"${{slo:{name}}}", "view_type": "detail"}}
        for name in services
    ]
    return {"title": f"board {title}", "layout_type": "ordered", "widgets": [*widgets, _note()]}


def _test(name: str) -> Body:
    return {
        "type": "api",
        "subtype": "http",
        "name": f"{name} answers",
        "message": "look",
        "locations": ["aws:eu-central-1"],
        "status": "live",
        "tags": ["team:shop"],
        "config": {
            "request": {"method": "GET", "url": f"https://{name}.example/"},
            "assertions": [{"type": "statusCode", "operator": "is", "target": 200}],
        },
        "options": {"tick_every": 300},
    }

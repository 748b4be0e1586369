"""A backend that holds something of everything, and what must be true of it whatever it was sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
from starlette.routing import Route

from sightline_local.apps import agent_app, api_app, otlp_app
from sightline_local.guard import Rules

from . import examples

if TYPE_CHECKING:
    from collections.abc import Iterator

    import urllib3

    from .kit import Running

TAKES_ANYTHING = {"/v0.7/config", "/telemetry/proxy/{rest:path}", "/evp_proxy/{rest:path}"}
"""What tracers send on the side: read and thrown away, whatever it is."""
TAKING = frozenset({"POST", "PUT", "PATCH"})


@dataclass(frozen=True, slots=True)
class World:
    """A backend with something of everything in it; its routes, and of each kind of object an id that is there."""

    backend: Running
    routes: list[tuple[str, str, str]]
    bodies: dict[tuple[str, str], list[examples.Body]]
    ids: dict[str, str]

    def taking(self) -> list[tuple[str, str, str]]:
        """Return the routes that take a body."""
        return [each for each in self.routes if each[1] in TAKING and each[2] not in TAKES_ANYTHING]

    def methods(self, app: str, path: str) -> list[str]:
        """Return the methods of a path."""
        return [method for each, method, where in self.routes if (each, where) == (app, path)]

    def existing(self, path: str) -> str:
        """Return the path of something that is there."""
        if "{" not in path:
            return path
        return next((filled(path, known) for start, known in self.ids.items() if path.startswith(start)), path)

    def asked(self) -> Iterator[tuple[str, str]]:
        """Yield (application, path of something that is there) of every route that answers questions."""
        for app, method, path in self.routes:
            if method == "GET" and not path.startswith("/{") and path != "/":
                yield app, self.existing(path)

    def good(self) -> Iterator[tuple[str, str, str, str, examples.Body]]:
        """Yield (application, method, path, path of something that is there, body) of every good body."""
        for (app, path), bodies in self.bodies.items():
            method = next(each for each in self.methods(app, path) if each in TAKING)
            for body in bodies:
                yield app, method, path, self.existing(path), body


def routes(backend: Running) -> list[tuple[str, str, str]]:
    """Return (application, method, path) of every route there is."""
    found = []
    for name, make in {"api": api_app, "agent": agent_app, "otlp": otlp_app}.items():
        app: Any = make(backend.backend, Rules())
        for route in app._app.routes:
            assert isinstance(route, Route)
            found += [(name, method, route.path) for method in sorted(route.methods or ()) if method != "HEAD"]
    return found


def ids_of(backend: Running) -> dict[str, str]:
    """Return, by the path's beginning, an id that is there."""
    slo = backend.api("GET", "/api/v1/slo")["data"][0]["id"]
    monitor = str(backend.api("GET", "/api/v1/monitor")[0]["id"])
    dashboard = backend.api("GET", "/api/v1/dashboard")["dashboards"][0]["id"]
    synthetic = backend.api("GET", "/api/v1/synthetics/tests")["tests"][0]["public_id"]
    return {
        "/api/v1/slo/correction/": backend.api("GET", "/api/v1/slo/correction")["data"][0]["id"],
        "/api/v1/slo/": slo,
        "/api/v2/slo/": slo,
        "/api/v1/downtime/": str(backend.api("GET", "/api/v1/downtime")[0]["id"]),
        "/api/v2/downtime/": backend.api("GET", "/api/v2/downtime")["data"][0]["id"],
        "/api/v2/powerpacks/": backend.api("GET", "/api/v2/powerpacks")["data"][0]["id"],
        "/api/v2/monitor/notification_rule/": backend.api("GET", "/api/v2/monitor/notification_rule")["data"][0]["id"],
        "/api/v2/monitor/": monitor,
        "/api/v2/deployment_gates/": backend.api("GET", "/api/v2/deployment_gates")["data"][0]["id"],
        "/api/v1/synthetics/tests/": synthetic,
        "/api/v1/monitor/": monitor,
        "/api/v1/dashboard/": dashboard,
        "/api/v2/metrics/": "shop.lasted",
        "/api/local/v1/traces/": "5b8efff798038103d269b633813fc60c",
        "/api/local/v1/slos/": slo,
        "/api/local/v1/monitors/": monitor,
    }


def filled(path: str, value: str) -> str:
    """Put a value in the place of the path's parameter."""
    head, brace, tail = path.partition("{")
    return head + value + tail.partition("}")[2] if brace else path


def has_reason(answer: urllib3.BaseHTTPResponse) -> bool:
    """Whether an answer says something for people."""
    if answer.headers.get("content-type") == "application/json":
        found = orjson.loads(answer.data)
        return bool(found.get("errors") or found.get("message"))
    return len(answer.data.strip()) > 5


def is_whole(backend: Running) -> None:
    """Everything is alive: rows of before are there, new ones are written, the API answers, numbers add up."""
    assert backend.count("spans", "trace_lo = 11") >= 1
    for protocol, counter in backend.counters.items():
        parts = counter["stored"] + counter["dropped"] + counter["rejected"]
        assert counter["received"] == parts, protocol
    assert backend.store.write_failures == (0, "")
    before = backend.count("spans", "trace_lo = 999")
    assert backend.send("agent", "PUT", "/v0.4/traces", examples.v04(examples.v04_span(trace_id=999))).status == 200
    assert backend.count("spans", "trace_lo = 999") == before + 1
    for path in ("/api/v1/slo", "/api/v1/monitor", "/api/v1/dashboard", "/api/local/v1/overview"):
        backend.api("GET", path)
    for path in ("/api/local/v1/slos", "/api/local/v1/monitors", "/api/local/v1/traces", "/api/local/v1/logs"):
        backend.api("GET", path)

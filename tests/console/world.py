"""A small shop's last hour, seeded: browsing, buying, and for 25 minutes payments that fail."""

from __future__ import annotations

import datetime as dt
import random
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .backend import Backend, sightline, until
from .spans import Trace

if TYPE_CHECKING:
    from .spans import Span

SLOS = 17
FAULT_S = 25 * 60
FAILING = 0.3
DAY_S = 86400
VENDORS = frozenset({"payments", "fulfilment"})
REASON = "upstream connect error: card processor refused the connection"
BOARD = {
    "title": "Every widget once",
    "layout_type": "ordered",
    "template_variables": [{"name": "traffic", "prefix": "traffic", "defaults": ["customer"]}],
    "widgets": [
        {"definition": {"type": "note", "content": "Who pages: **checkout**. <b>not bold</b>"}},
        {"definition": {"type": "sunburst", "title": "A kind nobody draws", "requests": []}},
    ],
}


@dataclass
class World:
    """What was told, for the tests to look for."""

    backend: Backend
    now: int
    failing: list[str] = field(default_factory=list)
    slow: str = ""
    monitor: str = ""
    slo: str = ""


def build(backend: Backend) -> World:
    """Tell the backend everything, push the shop's SLOs and board, and wait for the page to fire."""
    world = World(backend, int(time.time()))
    _metrics(world)
    _traces(world)
    sightline(backend, "slo", "push", "slo/specs", "--project", "shop", "--yes")
    sightline(backend, "dashboards", "push", "--project", "shop", "--yes")
    backend.ask("/api/v1/dashboard", BOARD)
    backend.statsd("shop.carts.created:3|c|#traffic:customer,env:demo", "not a metric")

    def fired() -> bool:
        rows = backend.ask("/api/local/v1/monitors")["monitors"]
        # A push makes several monitors at once: the page is known by its threshold, not by its place.
        named = [row for row in rows if "PaymentFailures" in row["name"] and "> 14.4" in row["query"]]
        alerting = [row for row in named if row["state"] == "ALERT"]
        if alerting:
            world.monitor, world.slo = str(alerting[0]["id"]), alerting[0]["slo_id"]
        looked = all(row["reason"] != "not looked at yet" for row in rows)
        return bool(alerting) and looked

    until(fired)
    return world


def _metrics(world: World) -> None:
    rng = random.Random(7)
    now = world.now
    hours = range(now - 29 * DAY_S - now % 3600, now - 3600 - 1200, 3600)
    recent = [at for at in range(now - now % 10 - 3600, now - 10, 10) if not 2640 < now - at < 2880]
    attempted, failed, requests, bad, durations = [], [], [], [], []
    for at in hours:
        load = 900 + rng.randrange(300)
        attempted.append((at, float(load)))
        failed.append((at, float(rng.randrange(4) == 0) * rng.randrange(1, 9)))
        requests.append((at, load * 6.0))
        bad.append((at, float(rng.randrange(6) * 2)))
        durations.append((at, [0.08 + rng.random() * 0.12 for _ in range(10)]))
    for at in recent:
        burning = at > now - FAULT_S
        load = 9 + rng.randrange(5)
        wrong = sum(rng.random() < FAILING for _ in range(load)) if burning else 0
        attempted.append((at, float(load)))
        failed.append((at, float(wrong)))
        requests.append((at, load * 6.0))
        bad.append((at, float(wrong)))
        durations.append((at, [0.06 + rng.random() * (0.5 if burning else 0.14) for _ in range(5)]))
    customer = ["traffic:customer", "env:demo"]
    tell = world.backend.counts
    tell("shop.payments.attempted", [*customer, "service:payments"], attempted)
    kind = ["failure_class:system", "failure_reason:processor_unreachable"]
    tell("shop.payments.failed", [*customer, *kind, "service:payments"], failed)
    ok = ["outcome:good", "http.request.method:post"]
    tell("http.server.requests", [*customer, "service:storefront", "outcome:good", "http.route:/"], requests)
    for service, route in (("storefront", "/checkout"), ("orders", "/orders"), ("payments", "/payments")):
        where = [*customer, f"service:{service}", f"http.route:{route}"]
        tell("http.server.requests", [*where, "outcome:bad", "http.request.method:post"], bad)
        tell("http.server.requests", [*where, *ok], attempted)
    tags = [*customer, "service:orders", "http.request.method:post"]
    world.backend.distribution("http.server.request.duration", tags, durations)
    tell("shop.orders.placed", [*customer, "outcome:accepted"], [(at, n * 0.8) for at, n in attempted])
    tell("shop.orders.placed", [*customer, "outcome:rejected"], failed)
    tell("shop.orders.revenue", customer, [(at, n * 4200) for at, n in attempted])
    for name, share in (("carts.created", 2.2), ("checkout.started", 1.1), ("checkout.completed", 0.8)):
        tell(f"shop.{name}", customer, [(at, round(n * share)) for at, n in attempted])


def _traces(world: World) -> None:
    rng = random.Random(11)
    spans: list[Span] = []
    logs: list[dict[str, Any]] = []
    for number in range(260):
        age = 3500 * (number / 260) ** 1.6 + rng.random() * 5 + 2
        start = int((world.now - age) * 1e9)
        trace = Trace(
            rng.getrandbits(127) | 1 << 126, start, rng.choice(["customer"] * 7 + ["synthetic", "load"]), VENDORS
        )
        if number % 3:
            _browse(trace, rng)
        else:
            fails = age < FAULT_S and (number == 3 or rng.random() < FAILING)
            _buy(trace, logs, rng, fails=fails)
            if fails:
                world.failing.append(f"{trace.id:032x}")
        spans += trace.spans
    world.backend.spans(spans)
    world.backend.logs(logs)

    def stored() -> bool:
        found = world.backend.ask("/api/local/v1/traces?limit=1000")["traces"]
        return len(found) == 260 and bool(world.backend.ask("/api/local/v1/logs?limit=1")["logs"])

    until(stored)


def _browse(trace: Trace, rng: random.Random) -> None:
    ms = 12 + rng.expovariate(1 / 14)
    root = trace.serve(None, "storefront", ("GET /products", 200), 0, ms)
    call = trace.add(root, "storefront", "GET", 1, ms - 3, kind="client", http__request__method="GET")
    served = trace.serve(call, "catalog", ("GET /v1/products", 200), 2, ms - 5)
    sql = "SELECT id, name, price_cents FROM products WHERE active ORDER BY name LIMIT ?"
    trace.add(served, "catalog", sql, 3, ms - 8, kind="client", db__system="postgresql", db__statement=sql)


def _buy(trace: Trace, logs: list[dict[str, Any]], rng: random.Random, *, fails: bool) -> None:
    ms = (380 if fails else 90) + rng.expovariate(1 / 40)
    root = trace.serve(None, "storefront", ("POST /checkout", 502 if fails else 303), 0, ms + 22)
    cart = trace.serve(root, "cart", ("GET /v1/carts/{cart_id}", 200), 2, 5)
    trace.add(cart, "cart", "GET cart:*", 3, 1.2, kind="client", db__system="redis")
    order = trace.serve(root, "orders", ("POST /v1/orders", 502 if fails else 201), 9, ms + 10, order__lines=3)
    trace.add(order, "orders", "INSERT INTO orders (…) VALUES (…)", 11, 4, kind="client", db__system="postgresql")
    pay = trace.serve(
        order, "payments", ("POST /v1/payments", 503 if fails else 201), 17, ms, payment__amount_cents=4200
    )
    where = {"server__address": "processor.test", "http__request__method": "POST"}
    if fails:
        where |= {"error__type": "ProcessorUnreachable", "error__message": REASON, "sightline__fault": "payments-fail"}
    attempts = 3 if fails else 1
    for attempt in range(attempts):
        at, share = 20 + attempt * ms / attempts, ms / attempts - 8
        trace.add(pay, "payments", "POST /charges", at, share, kind="client", error=fails, retry=attempt, **where)
    if not fails:
        done = trace.add(order, "orders", "publish shop.events", ms + 12, 1, kind="producer", messaging__system="redis")
        told = trace.add(done, "fulfilment", "consume shop.events", ms + 60, 9, kind="consumer")
        _log(logs, trace, (told, 5), "info", "parcel packed", parcel=f"P-{rng.randrange(10**6):06d}")
    _log(logs, trace, (root, 1), "info", "checkout started", cart_lines=3)
    _log(logs, trace, (order, 12), "info", "order accepted for payment", order_id=f"o-{rng.randrange(10**6):06d}")
    if fails:
        for attempt in range(attempts):
            _log(
                logs,
                trace,
                (pay, 20 + (attempt + 1) * ms / attempts - 6),
                "warning",
                f"charge failed, attempt {attempt + 1} of 3: {REASON}",
            )
        _log(logs, trace, (pay, 16 + ms), "error", f"payment failed: {REASON}", failure_class="system")
        _log(logs, trace, (order, ms + 18), "error", "order rejected: payments answered 503", status_code=503)
        _log(logs, trace, (root, ms + 21), "error", "checkout answered 502", path="/checkout")
    else:
        _log(logs, trace, (pay, 18 + ms), "info", "payment captured", amount_cents=4200)


def _log(
    logs: list[dict[str, Any]], trace: Trace, at: tuple[Span, float], level: str, message: str, **more: Any
) -> None:
    span, at_ms = at
    moment = dt.datetime.fromtimestamp(trace.spans[0].start / 1e9 + at_ms / 1e3, dt.UTC)
    ids = {"trace_id": f"{trace.id:032x}", "span_id": f"{span.id:016x}"}
    logs.append(
        {"timestamp": moment.isoformat(), "level": level, "message": message, "service": span.service, **ids, **more}
    )

"""THE file of instruments: every metric that Sightline emits, with its unit, its closed attributes and its names.

A series has the same attributes in every mode, so an SLO reads the same whichever tracer runs. Attributes are closed:
each value is listed, or (a route, a journey's name) learnt at run time up to a limit. Ids, SKUs and people are never
attributes. `traffic` says who asked and is authenticated (`traffic.py`).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

InstrumentKind = Literal["counter", "distribution", "gauge"]


@dataclass(frozen=True, slots=True)
class Learnt:
    """Values known only at run time (an app's own routes), at most `limit` different ones."""

    limit: int


Values = frozenset[str] | Learnt


@dataclass(frozen=True, slots=True)
class Instrument:
    """One metric. `unit` is UCUM; `bounds` are a distribution's OpenTelemetry histogram bounds, in that unit."""

    name: str
    unit: str
    kind: InstrumentKind
    description: str
    attributes: Mapping[str, Values]
    bounds: tuple[float, ...] = ()
    kpi: bool = False

    @property
    def datadog_name(self) -> str:
        """The name at Datadog: the same, dots and all."""
        return self.name

    @property
    def datadog_type(self) -> str:
        """The metric's type at Datadog."""
        return {"counter": "count", "distribution": "distribution", "gauge": "gauge"}[self.kind]

    @property
    def prometheus_name(self) -> str:
        """The name that Prometheus 3 gives it after OTLP ingest, without a histogram's `_bucket`."""
        return prometheus_name(self.name, self.unit, self.kind)

    @property
    def prometheus_names(self) -> tuple[str, ...]:
        """Every series name of it in Prometheus."""
        base = self.prometheus_name
        return (
            tuple(f"{base}{end}" for end in ("_bucket", "_count", "_sum")) if self.kind == "distribution" else (base,)
        )

    @property
    def max_series(self) -> int:
        """How many series the closed attributes allow for one service."""
        total = 1
        for values in self.attributes.values():
            total *= values.limit if isinstance(values, Learnt) else len(values)
        return total


TRAFFIC = frozenset({"customer", "synthetic", "load"})
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE", "QUERY", "_OTHER"})
STATUS_CLASSES = frozenset({"2xx", "3xx", "4xx", "5xx"})
UNMATCHED = "unmatched"
DECLINED = frozenset({"insufficient_funds", "expired_card", "suspected_fraud"})
SYSTEM_FAILURES = frozenset({"processor_error", "timeout"})
CURRENCIES = frozenset({"EUR", "USD", "GBP"})
PROVIDERS = frozenset({"cardnet", "paylink"})

# The HTTP conventions' bounds and 0.3, so that the shop's "within 300 ms" is counted and not interpolated.
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.3, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0)
# From a shop that keeps up to one that ships an hour late.
FULFILMENT_SECONDS = (0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0)
JOURNEY_SECONDS = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 7.5, 10.0, 15.0, 20.0, 30.0, 60.0, 120.0)

_ROUTE = Learnt(64)
_JOURNEY = Learnt(64)
_LOCATION = Learnt(16)


def _kpi(name: str, unit: str, description: str, **attributes: frozenset[str]) -> Instrument:
    return Instrument(name, unit, "counter", description, {**attributes, "traffic": TRAFFIC}, kpi=True)


HTTP_REQUESTS = Instrument(
    "http.server.requests",
    "{request}",
    "counter",
    "Requests answered, health checks aside; bad means 5xx.",
    {
        "http.route": _ROUTE,
        "http.request.method": METHODS,
        "status_class": STATUS_CLASSES,
        "outcome": frozenset({"good", "bad"}),
        "traffic": TRAFFIC,
    },
)
HTTP_DURATION = Instrument(
    "http.server.request.duration",
    "s",
    "distribution",
    "Time from the request's arrival to the end of its response.",
    {"http.route": _ROUTE, "http.request.method": METHODS, "status_class": STATUS_CLASSES, "traffic": TRAFFIC},
    SECONDS,
)
JOURNEY_RUNS = Instrument(
    "sightline.journey.runs",
    "{run}",
    "counter",
    "Synthetic journeys run to their end.",
    {
        "journey": _JOURNEY,
        "outcome": frozenset({"passed", "failed"}),
        "location": _LOCATION,
        "traffic": frozenset({"synthetic"}),
    },
)
JOURNEY_DURATION = Instrument(
    "sightline.journey.duration",
    "s",
    "distribution",
    "Duration of a synthetic journey.",
    {
        "journey": _JOURNEY,
        "outcome": frozenset({"passed", "failed"}),
        "location": _LOCATION,
        "traffic": frozenset({"synthetic"}),
    },
    JOURNEY_SECONDS,
)

ORDERS_PLACED = _kpi("shop.orders.placed", "{order}", "Orders decided.", outcome=frozenset({"accepted", "rejected"}))
ORDERS_REVENUE = _kpi(
    "shop.orders.revenue", "{minor_unit}", "Value of accepted orders in minor units.", currency=CURRENCIES
)
ORDERS_FULFILLED = _kpi("shop.orders.fulfilled", "{order}", "Orders fulfilled.")
FULFILMENT_DURATION = Instrument(
    "shop.orders.fulfilment.duration",
    "s",
    "distribution",
    "Time from an order's acceptance to its shipment.",
    {"traffic": TRAFFIC},
    FULFILMENT_SECONDS,
)
PAYMENTS_ATTEMPTED = _kpi("shop.payments.attempted", "{payment}", "Payments attempted.", provider=PROVIDERS)
PAYMENTS_FAILED = _kpi(
    "shop.payments.failed",
    "{payment}",
    "Payments that did not succeed: the customer's declines and the system's failures.",
    failure_reason=DECLINED | SYSTEM_FAILURES,
    failure_class=frozenset({"declined", "system"}),
)
CARTS_CREATED = _kpi("shop.carts.created", "{cart}", "Carts created.")
CARTS_ABANDONED = _kpi("shop.carts.abandoned", "{cart}", "Carts given up.", reason=frozenset({"timeout", "explicit"}))
CHECKOUT_STARTED = _kpi("shop.checkout.started", "{checkout}", "Checkouts begun.")
CHECKOUT_COMPLETED = _kpi("shop.checkout.completed", "{checkout}", "Checkouts that ended in an accepted order.")

INSTRUMENTS: Mapping[str, Instrument] = {
    instrument.name: instrument
    for instrument in (
        HTTP_REQUESTS,
        HTTP_DURATION,
        JOURNEY_RUNS,
        JOURNEY_DURATION,
        ORDERS_PLACED,
        ORDERS_REVENUE,
        ORDERS_FULFILLED,
        FULFILMENT_DURATION,
        PAYMENTS_ATTEMPTED,
        PAYMENTS_FAILED,
        CARTS_CREATED,
        CARTS_ABANDONED,
        CHECKOUT_STARTED,
        CHECKOUT_COMPLETED,
    )
}

# The tags that every series has besides its own: from the process, not from the call.
PROCESS_TAGS = ("service", "env", "version")

_CONVERTER = re.compile(r"<(?:[^:<>]*:)?([^<>]*)>")
_UNITS = {"s": "seconds", "ms": "milliseconds", "By": "bytes", "1": ""}


def route_tag(rule: str) -> str:
    """A Flask rule as a value that every backend keeps: `/ok/<int:number>` is `/ok/:number`.

    Datadog replaces angle brackets (and braces) in a tag by underscores, its client already on this side; then the
    same route would have another name in each mode.
    """
    return _CONVERTER.sub(r":\1", rule)


def failure_class(reason: str) -> str:
    """Whose failure a payment's `failure_reason` is: `declined` (the customer's) or `system` (ours)."""
    return "declined" if reason in DECLINED else "system"


def prometheus_name(name: str, unit: str, kind: InstrumentKind) -> str:
    """The name after Prometheus 3's OTLP ingest (translation strategy UnderscoreEscapingWithSuffixes)."""
    words = [word for word in "".join(char if char.isalnum() else "_" for char in name).split("_") if word]
    suffix = "" if unit.startswith("{") else _UNITS.get(unit, unit)
    if suffix and suffix not in words:
        words.append(suffix)
    if kind == "counter":
        words = [word for word in words if word != "total"] + ["total"]
    if kind == "gauge" and unit == "1":
        words = [word for word in words if word != "ratio"] + ["ratio"]
    return "_".join(words)


def metric_configurations() -> Iterator[dict[str, object]]:
    """The Datadog metric configurations that the SLOs need, as bodies for `POST /api/v2/metrics/{name}/tags`.

    A distribution has percentiles and threshold counts at Datadog only with `include_percentiles`, and only by the
    tags listed.
    """
    for instrument in INSTRUMENTS.values():
        if instrument.kind == "distribution":
            yield {
                "data": {
                    "type": "manage_tags",
                    "id": instrument.datadog_name,
                    "attributes": {
                        "metric_type": "distribution",
                        "include_percentiles": True,
                        "tags": sorted((*instrument.attributes, *PROCESS_TAGS)),
                    },
                }
            }

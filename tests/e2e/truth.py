"""The same numbers from three places: the load's ledger, the services' databases, the telemetry store."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from sightline_datadog.evaluate.source import SumRequest
from sightline_datadog.query import parse_metric_query
from sightline_datadog.query.tree import MetricQuery

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sightline_local.store import Store


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the shop did; money in minor units of its one currency."""

    orders: int
    revenue: int
    rejected: int
    fulfilled: int
    payments: int
    declined: int
    failed: int
    carts: int
    checkouts: int
    emptied: int | None = None
    abandoned: int | None = None

    def differences(self, other: Numbers) -> dict[str, tuple[int, int]]:
        """Return what is not the same: name → (mine, theirs). None is what one of them cannot know."""
        mine, theirs = asdict(self), asdict(other)
        known = [name for name in mine if mine[name] is not None and theirs[name] is not None]
        return {name: (mine[name], theirs[name]) for name in known if mine[name] != theirs[name]}


def from_ledger(totals: Mapping[str, Any]) -> Numbers:
    """The customers' view. A payment was attempted for each order, decline and failure that they were told of."""
    declined, failed = sum(totals["declined"].values()), sum(totals["system_failures"].values())
    return Numbers(
        orders=totals["orders"],
        revenue=sum(totals["revenue"].values()),
        rejected=declined,
        fulfilled=totals["orders"],
        payments=totals["orders"] + declined + failed,
        declined=declined,
        failed=failed,
        carts=totals["carts"],
        emptied=totals["emptied"],
        checkouts=totals["checkouts"],
    )


def from_databases(data: Path) -> Numbers:
    """The services' view, from their business tables, not from their outboxes."""

    def one(name: str, sql: str) -> int:
        with closing(sqlite3.connect(f"file:{data / name}.db?mode=ro", uri=True)) as connection:
            return int(connection.execute(sql).fetchone()[0] or 0)

    return Numbers(
        orders=one("orders", "SELECT count(*) FROM shop_order WHERE state = 'accepted'"),
        revenue=one("orders", "SELECT sum(total) FROM shop_order WHERE state = 'accepted'"),
        rejected=one("orders", "SELECT count(*) FROM shop_order WHERE state = 'rejected'"),
        fulfilled=one("fulfilment", "SELECT count(*) FROM shipment"),
        payments=one("payments", "SELECT count(*) FROM payment WHERE status <> 'cancelled'"),
        declined=one("payments", "SELECT count(*) FROM payment WHERE status = 'declined'"),
        failed=one("payments", "SELECT count(*) FROM payment WHERE status = 'failed'"),
        carts=one("cart", "SELECT count(*) FROM cart"),
        abandoned=one("cart", "SELECT count(*) FROM cart WHERE state = 'abandoned'"),
        checkouts=one("orders", "SELECT count(*) FROM shop_order"),
    )


def from_telemetry(store: Store, until: float) -> Numbers:
    """The store's view, by the queries that an SLO would use."""

    def of(query: str) -> int:
        parsed, problems = parse_metric_query(f"sum:{query}.as_count()")
        assert isinstance(parsed, MetricQuery), problems
        (found,) = store.source.sums([SumRequest(parsed, 0, int(until) + 60)])
        assert found is None or found == int(found), f"{query} is {found}: KPIs are whole numbers"
        return int(found or 0)

    return Numbers(
        orders=of("shop.orders.placed{outcome:accepted,traffic:customer}"),
        revenue=of("shop.orders.revenue{traffic:customer}"),
        rejected=of("shop.orders.placed{outcome:rejected,traffic:customer}"),
        fulfilled=of("shop.orders.fulfilled{traffic:customer}"),
        payments=of("shop.payments.attempted{traffic:customer}"),
        declined=of("shop.payments.failed{traffic:customer,failure_class:declined}"),
        failed=of("shop.payments.failed{traffic:customer,failure_class:system}"),
        carts=of("shop.carts.created{traffic:customer}"),
        emptied=of("shop.carts.abandoned{traffic:customer,reason:explicit}"),
        abandoned=of("shop.carts.abandoned{traffic:customer}"),
        checkouts=of("shop.checkout.started{traffic:customer}"),
    )

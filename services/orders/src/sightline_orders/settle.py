"""Orders that a request left pending: it died between charge and decision, or the payments service did not answer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sightline_orders.checkout import conclude
from sightline_service.problems import Problem
from sightline_telemetry import extract, get_logger, scope, span, traffic_of

if TYPE_CHECKING:
    from sightline_orders.payment import Payments
    from sightline_orders.store import Order, Store

EVERY_S = 2.0
_log = get_logger(__name__)


class Settler:
    """Finds out how their payments ended, so that no order stays unknown and no charge without its order."""

    def __init__(self, store: Store, payments: Payments) -> None:
        self._store = store
        self._payments = payments

    def sweep(self) -> int:
        """Settle what was left; return how many. Ends early where the payments do not answer."""
        settled = 0
        while (order := self._store.claim_left()) is not None and self._settle(order):
            settled += 1
        return settled

    def _settle(self, order: Order) -> bool:
        carrier = json.loads(order.carrier)
        with (
            scope.enter(scope.Scope(traffic=traffic_of(carrier))),
            span("settle order", parent=extract(carrier), attributes={"order.id": order.id}),
        ):
            try:
                decided = conclude(self._store, order, self._payments.cancel(order, "timeout"))
            except Problem as problem:
                _log.info("order left pending was asked for", order=order.id, problem=problem.kind)
                return problem.kind != "payment-unknown"
            _log.info("order left pending is settled", order=order.id, state=decided.state)
            return True

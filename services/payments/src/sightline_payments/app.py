"""Payments: authorise a card, once a key."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sightline_payments import cards
from sightline_payments.store import FINAL, Payment, Store
from sightline_service import body
from sightline_service.app import make_app
from sightline_service.background import Background
from sightline_service.database import Database
from sightline_service.faults import Faults
from sightline_service.problems import Problem, invalid, not_found
from sightline_telemetry import get_logger, set_attribute, span
from sightline_telemetry.signals import CURRENCIES

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

    from sightline_service.settings import ServiceSettings

FAILING, SLOW = "failing_payment", "slow_payment"
HIGHEST_AMOUNT = 100_000_000
_log = get_logger(__name__)


def create(settings: ServiceSettings) -> Flask:
    """Return the app."""
    database = Database(settings.database_url)
    app, telemetry = make_app(settings, __package__ or "", {"database": database.answers})
    telemetry.instrument_engine(database.engine)
    store = Store(database)
    faults = Faults((FAILING, SLOW), settings.admin_token)
    app.register_blueprint(faults.blueprint())
    background = Background()
    relay = telemetry.kpi_relay(store.kpis)
    relay.start()
    background.at_end(relay.stop)

    @app.post("/payments")
    def pay() -> ResponseReturnValue:
        """Authorise; the same key is never charged twice, whatever is sent with it."""
        given = body.json_object("key", "amount", "currency", "card")
        key = body.identifier(given, "key")
        amount = body.integer(given, "amount", lowest=1, highest=HIGHEST_AMOUNT)
        currency = body.text(given, "currency", longest=3, shortest=3)
        number = re.sub(r"[ -]", "", body.text(given, "card", longest=40))
        if currency not in CURRENCIES:
            raise invalid(f"`currency` must be one of {', '.join(sorted(CURRENCIES))}.", member="currency")
        if not cards.is_card(number):
            raise invalid("`card` is not a card's number.", member="card")
        old = store.find(key)
        if old is not None and old.status in FINAL:
            if (old.amount, old.currency) != (amount, currency):
                raise Problem(409, "key-reused", "The key belongs to another payment", "Use a new key.")
            return _answer(old)
        return _answer(store.settle(_attempt(key, amount, currency, number, old.attempts if old else 0)))

    def _attempt(key: str, amount: int, currency: str, number: str, before: int) -> Payment:
        with span("authorise", attributes={"payment.provider": cards.provider(number), "payment.amount": amount}):
            faults.delay(SLOW, key)
            if faults.strikes(FAILING, f"{key}:{before}"):
                status, reason = "failed", "processor_error"
            else:
                reason = cards.decline(number) or ""
                status = "declined" if reason else "authorised"
            set_attribute("payment.status", status)
        return Payment(key, amount, currency, number[-4:], cards.provider(number), status, reason, before + 1)

    @app.get("/payments/<key>")
    def payment(key: str) -> ResponseReturnValue:
        """Show one payment."""
        found = store.find(key)
        if found is None:
            raise not_found(f"payment `{key[:80]}`")
        return _shown(found)

    return app


def _answer(made: Payment) -> ResponseReturnValue:
    if made.status == "failed":
        _log.error("payment failed", payment=made.key, reason=made.reason, attempts=made.attempts)
        raise Problem(503, "payment-failed", "The payment could not be processed", reason=made.reason)
    _log.info("payment settled", payment=made.key, status=made.status, reason=made.reason, amount=made.amount)
    return _shown(made)


def _shown(made: Payment) -> dict[str, object]:
    return {
        "key": made.key,
        "status": made.status,
        "reason": made.reason or None,
        "amount": made.amount,
        "currency": made.currency,
        "last4": made.last4,
        "provider": made.provider,
        "attempts": made.attempts,
    }

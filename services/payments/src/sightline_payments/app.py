"""Payments: authorise a card, once a key; call off what nobody waits for any more."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sightline_payments import cards
from sightline_payments.store import CANCELLED, Payment, Store
from sightline_service import body, upkeep
from sightline_service.app import make_app
from sightline_service.background import Background
from sightline_service.database import OUTAGES, Database
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
    app, telemetry = make_app(settings, __package__ or "", {"database": database.answers}, outages=OUTAGES)
    telemetry.instrument_engine(database.engine)
    store = Store(database)
    faults = Faults((FAILING, SLOW), settings.admin_token)
    app.register_blueprint(faults.blueprint())
    upkeep.start(Background(app), telemetry, store.kpis)

    @app.post("/payments")
    def pay() -> ResponseReturnValue:
        """Authorise; a key has one outcome, whatever is sent with it and however often."""
        wanted = _wanted(body.json_object("key", "amount", "currency", "card"))
        old = store.find(wanted.key)
        if old is None:
            old = store.settle(_attempt(wanted))
        elif old.status != CANCELLED and (old.amount, old.currency) != (wanted.amount, wanted.currency):
            raise Problem(409, "key-reused", "The key belongs to another payment", "Use a new key.")
        return _answer(old)

    def _attempt(wanted: Wanted) -> Payment:
        number, provider = wanted.number, cards.provider(wanted.number)
        with span("authorise", attributes={"payment.provider": provider, "payment.amount": wanted.amount}):
            faults.delay(SLOW, wanted.key)
            if faults.strikes(FAILING, wanted.key):
                status, reason = "failed", "processor_error"
            else:
                reason = cards.decline(number) or ""
                status = "declined" if reason else "authorised"
            set_attribute("payment.status", status)
        return Payment(wanted.key, wanted.amount, wanted.currency, number[-4:], provider, status, reason)

    @app.get("/payments/<id:key>")
    def payment(key: str) -> ResponseReturnValue:
        """Show one payment."""
        found = store.find(key)
        if found is None:
            raise not_found(f"payment `{key}`")
        return _shown(found)

    @app.delete("/payments/<id:key>")
    def cancel(key: str) -> ResponseReturnValue:
        """Make the outcome certain: what is authorised or declined stays so, anything else is never charged."""
        found = store.cancel(key)
        _log.info("payment asked to be cancelled", payment=key, status=found.status)
        return _shown(found)

    return app


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for."""

    key: str
    amount: int
    currency: str
    number: str = field(repr=False)


def _wanted(given: dict[str, Any]) -> Wanted:
    currency = body.text(given, "currency", longest=3, shortest=3)
    number = re.sub(r"[ -]", "", body.text(given, "card", longest=40))
    if currency not in CURRENCIES:
        raise invalid(f"`currency` must be one of {', '.join(sorted(CURRENCIES))}.", member="currency")
    if not cards.is_card(number):
        raise invalid("`card` is not a card's number.", member="card")
    amount = body.integer(given, "amount", lowest=1, highest=HIGHEST_AMOUNT)
    return Wanted(body.identifier(given, "key"), amount, currency, number)


def _answer(made: Payment) -> ResponseReturnValue:
    if made.status == "failed":
        _log.error("payment failed", payment=made.key, reason=made.reason)
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
    }

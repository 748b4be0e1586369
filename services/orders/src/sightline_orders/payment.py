"""The payments service as the orders see it: three endings, and one of them is that nobody knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sightline_telemetry import HttpClientError, get_logger

if TYPE_CHECKING:
    from sightline_orders.store import Order
    from sightline_telemetry import HttpClient, Response

PAY_TIMEOUT_S = 4.0
CANCEL_TIMEOUT_S = 1.5
FAILED = "/problems/payment-failed"
_log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Ending:
    """How a payment ended, and why.

    `kind`: `authorised`; `declined` by the customer's bank; `failed`, and it is certain that nothing was charged;
    `invalid`, no card; `unknown`.
    """

    kind: Literal["authorised", "declined", "failed", "invalid", "unknown"]
    reason: str = ""


class Payments:
    """Asks for payments, and asks again without harm: the key of a payment is charged once at most."""

    def __init__(self, http: HttpClient, url: str) -> None:
        self._http = http
        self._url = url

    def pay(self, order: Order, card: str) -> Ending:
        """Charge; where no answer came, find out what happened."""
        wanted = {"key": order.payment_key, "amount": order.total, "currency": order.currency, "card": card}
        try:
            answer = self._http.post(f"{self._url}/payments", json=wanted, timeout_s=PAY_TIMEOUT_S)
        except HttpClientError as error:
            _log.warning("payment without an answer", order=order.id, timeout=error.timeout)
            return self.cancel(order, "timeout" if error.timeout else "unreachable")
        if answer.status == 422:
            return Ending("invalid")
        if answer.ok:
            return _ending(answer, "timeout")
        if _body(answer).get("type") == FAILED:
            return Ending("failed", "processor_error")
        # An error of its database, say: the charge may have been written and only the answer lost.
        return self.cancel(order, "processor_error")

    def cancel(self, order: Order, reason: str) -> Ending:
        """Make the outcome certain: what was authorised or declined stays so, anything else never will be charged."""
        try:
            answer = self._http.request(
                "DELETE", f"{self._url}/payments/{order.payment_key}", timeout_s=CANCEL_TIMEOUT_S
            )
        except HttpClientError:
            return Ending("unknown", reason)
        return _ending(answer, reason) if answer.ok else Ending("unknown", reason)


def _ending(answer: Response, reason: str) -> Ending:
    payment = _body(answer)
    status = payment.get("status")
    if status == "authorised":
        return Ending("authorised")
    if status == "declined":
        return Ending("declined", str(payment["reason"]))
    if status == "failed":
        return Ending("failed", str(payment["reason"]))
    if status == "cancelled":
        return Ending("failed", reason)
    return Ending("unknown", reason)


def _body(answer: Response) -> dict[str, Any]:
    try:
        body = answer.json()
    except ValueError:
        body = None
    return body if isinstance(body, dict) else {}

"""A key has one outcome, and the KPIs say which."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from sightline_payments.cards import DECLINES
from tests.support.service import require_problem

if TYPE_CHECKING:
    from tests.support.service import Service

GOOD = "4242424242424242"


def wanted(key: str = "k1", **other: object) -> dict[str, object]:
    return {"key": key, "amount": 1980, "currency": "EUR", "card": GOOD} | other


def test_a_good_card_is_charged_once_however_often_it_is_asked(payments: Service) -> None:
    """The second answer is the first one, and nothing is counted twice."""
    first = payments.client.post("/payments", json=wanted())
    again = payments.client.post("/payments", json=wanted())
    assert (first.status_code, first.json["status"]) == (200, "authorised")
    assert again.json == first.json == payments.client.get("/payments/k1").json
    assert payments.kpis() == {("shop.payments.attempted", "cardnet"): 1}


def test_askers_at_once_are_one_charge(payments: Service) -> None:
    """Eight requests with one key: one row, one attempt counted, eight equal answers."""
    ready = threading.Barrier(8)

    def ask(_: int) -> Any:
        ready.wait()
        return payments.client.post("/payments", json=wanted()).json

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(8)))
    assert all(answer == answers[0] for answer in answers)
    assert len(payments.rows("SELECT * FROM payment")) == 1
    assert payments.kpis() == {("shop.payments.attempted", "cardnet"): 1}


@pytest.mark.parametrize(("card", "reason"), DECLINES.items())
def test_a_banks_refusal_is_an_answer_and_no_failure(payments: Service, card: str, reason: str) -> None:
    """A decline is a 200 with its reason, and counts as the customer's, never as the system's."""
    answer = payments.client.post("/payments", json=wanted(card=card))
    assert (answer.status_code, answer.json["status"], answer.json["reason"]) == (200, "declined", reason)
    assert payments.kpis()["shop.payments.failed", "declined", reason] == 1


def test_a_failing_processor_is_a_503_that_stays(payments: Service) -> None:
    """What failed was never charged: the key keeps its failure after the fault is gone, a new key is charged."""
    payments.fault("failing_payment")
    assert require_problem(payments.client.post("/payments", json=wanted()), 503)["reason"] == "processor_error"
    payments.mend("failing_payment")
    require_problem(payments.client.post("/payments", json=wanted()), 503)
    assert payments.client.post("/payments", json=wanted("k2")).json["status"] == "authorised"
    assert payments.kpis() == {
        ("shop.payments.attempted", "cardnet"): 2,
        ("shop.payments.failed", "system", "processor_error"): 1,
    }


def test_a_share_of_payments_fails(payments: Service) -> None:
    """With a ratio of 0.3, about that share of keys is struck, and the same ones whenever they are asked."""
    payments.fault("failing_payment", ratio=0.3)
    client = payments.client
    struck = [client.post("/payments", json=wanted(f"k{number}")).status_code == 503 for number in range(200)]
    assert 35 <= sum(struck) <= 85
    assert struck == [client.post("/payments", json=wanted(f"k{number}")).status_code == 503 for number in range(200)]


def test_a_cancelled_key_is_never_charged(payments: Service) -> None:
    """Who gives up waiting can make sure: whatever arrives under the key later is told that it is off."""
    assert payments.client.delete("/payments/k1").json["status"] == "cancelled"
    assert payments.client.post("/payments", json=wanted()).json["status"] == "cancelled"
    assert payments.rows("SELECT amount FROM payment") == [{"amount": 0}]
    assert not payments.kpis()


@pytest.mark.parametrize(("card", "status"), [(GOOD, "authorised"), ("4000000000009995", "declined")])
def test_what_is_settled_cannot_be_cancelled(payments: Service, card: str, status: str) -> None:
    """A cancellation that comes too late is told the outcome, and changes nothing."""
    payments.client.post("/payments", json=wanted(card=card))
    before = payments.kpis()
    assert payments.client.delete("/payments/k1").json["status"] == status
    assert payments.kpis() == before


def test_a_payment_cancelled_while_it_was_in_progress_counts_as_a_timeout(payments: Service) -> None:
    """The slow attempt finds itself called off: not charged, and counted as the system's failure."""
    payments.fault("slow_payment", delay_ms=400)
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(lambda: payments.client.post("/payments", json=wanted()))
        threading.Event().wait(0.15)
        assert payments.client.delete("/payments/k1").json["status"] == "cancelled"
        assert slow.result().json["status"] == "cancelled"
    assert payments.kpis() == {
        ("shop.payments.attempted", "cardnet"): 1,
        ("shop.payments.failed", "system", "timeout"): 1,
    }


def test_a_key_belongs_to_one_amount(payments: Service) -> None:
    """The same key for other money is a mistake that is told."""
    payments.client.post("/payments", json=wanted())
    require_problem(payments.client.post("/payments", json=wanted(amount=1)), 409)
    require_problem(payments.client.post("/payments", json=wanted(currency="USD")), 409)


def test_no_number_is_kept(payments: Service) -> None:
    """Neither the database nor a line holds a card's number; its last four digits are enough."""
    payments.client.post("/payments", json=wanted(card="4242 4242 4242 4242"))
    payments.client.post("/payments", json=wanted("k2", card="4000000000009995"))
    payments.client.post("/payments", json=wanted("k3", card="4242424242424241"))
    assert [line["payment"] for line in payments.lines() if line["message"] == "payment settled"] == ["k1", "k2"]
    kept = b"".join(path.read_bytes() for path in payments.settings.data.iterdir())
    for number in (GOOD, "4242 4242 4242 4242", "4000000000009995", "4242424242424241"):
        assert number.encode() not in kept


def test_a_fault_is_named_on_the_requests_line(payments: Service) -> None:
    """Whoever reads the line of a request that a switch struck sees which one; others name none."""
    payments.client.post("/payments", json=wanted("k1"))
    payments.fault("failing_payment")
    payments.client.post("/payments", json=wanted("k2"))
    faults = [line.get("faults") for line in payments.lines() if line.get("route") == "/payments"]
    assert faults == [None, ["failing_payment"]]

"""What visitors intend is decided by the seed alone."""

from __future__ import annotations

from collections import Counter

import pytest

from sightline_synthetics.load.pacing import Pacer
from sightline_synthetics.load.traceparent import traceparent
from sightline_synthetics.load.visits import Card, Intent, Mix, visit


def test_a_visit_is_the_same_in_every_run_and_in_any_order() -> None:
    """Visit n of a seed does not depend on the visits before it."""
    forwards = [visit(7, number, Mix()) for number in range(50)]
    backwards = [visit(7, number, Mix()) for number in reversed(range(50))]
    assert forwards == backwards[::-1]


def test_another_seed_is_another_population() -> None:
    """The seed decides."""
    assert [visit(1, n, Mix()) for n in range(20)] != [visit(2, n, Mix()) for n in range(20)]


def test_the_shares_of_the_mix_come_out() -> None:
    """Over many visits each intent and the declined cards have about their share."""
    plans = [visit(3, number, Mix()) for number in range(5000)]
    intents = Counter(plan.intent for plan in plans)
    assert intents[Intent.BROWSE] / 5000 == pytest.approx(0.30, abs=0.03)
    assert intents[Intent.LEAVE] / 5000 == pytest.approx(0.06, abs=0.02)
    assert intents[Intent.EMPTY] / 5000 == pytest.approx(0.04, abs=0.02)
    declined = sum(plan.card is not Card.GOOD for plan in plans) / 5000
    assert declined == pytest.approx(0.05, abs=0.015)
    assert {plan.card for plan in plans} == set(Card)


def test_only_a_browser_goes_without_a_cart() -> None:
    """Every other intent takes something."""
    for number in range(300):
        plan = visit(5, number, Mix())
        assert bool(plan.lines) == (plan.intent is not Intent.BROWSE)
        assert all(0 <= line.pick < 1 and line.quantity >= 1 for line in plan.lines)
        assert plan.looks


@pytest.mark.parametrize("shares", [{"browse": 0.9, "leave": 0.2}, {"declined": -0.1}, {"empty": 1.5}])
def test_shares_that_are_none_are_refused(shares: dict[str, float]) -> None:
    """A mix leaves room for buyers."""
    with pytest.raises(ValueError, match="shares of a mix"):
        Mix(**shares)


class TestPacing:
    def test_visits_start_at_the_rate_over_all_users(self) -> None:
        """Four visits per second are a quarter of a second apart, whoever makes them."""
        pacer = Pacer(4.0, 0, 100.0)
        assert [pacer.wait(100.0) for _ in range(4)] == [0.0, 0.25, 0.5, 0.75]

    def test_a_slow_spell_is_not_made_up_for(self) -> None:
        """After ten seconds without a free user there is no burst of forty visits."""
        pacer = Pacer(4.0, 0, 100.0)
        pacer.wait(100.0)
        assert pacer.wait(110.0) == 0.0
        assert pacer.wait(110.0) == pytest.approx(0.25)

    def test_no_rate_is_no_wait(self) -> None:
        """Zero means as fast as the users can."""
        assert Pacer(0.0, 0, 0.0).wait(5.0) == 0.0

    def test_a_limit_ends_the_numbers(self) -> None:
        """After the last visit there is none."""
        pacer = Pacer(0.0, 3, 0.0)
        assert [pacer.take() for _ in range(5)] == [0, 1, 2, None, None]


def test_every_request_has_a_trace_of_its_own() -> None:
    """Fresh, sampled, and with both halves of the trace id in use."""
    made = {traceparent() for _ in range(100)}
    assert len(made) == 100
    for each in made:
        version, trace, span, flags = each.split("-")
        assert (version, len(trace), len(span), flags) == ("00", 32, 16, "01")
        assert int(trace[:16], 16)
        assert int(trace[16:], 16)
        assert int(span, 16)

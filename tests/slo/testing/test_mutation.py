"""The mutation score: what it counts, and what the shop's own scenarios reach."""

from __future__ import annotations

from sightline_slo.compile import compile_specs
from sightline_slo.files import read
from sightline_slo.testing.mutation import score
from tests.slo.alarming import slo
from tests.slo.specs import SHOP


def test_the_shops_hand_written_scenarios_catch_95_of_100_mutants_of_each_slo() -> None:
    """Burn rate ± 10 %, windows ± 20 %, budget ± 10 %, comparators, joins, severities, whole alerts."""
    compiled = compile_specs(read([str(SHOP)]))
    assert not compiled.broken
    assert len(compiled.slos) >= 15
    for made in compiled.slos:
        scored = score(made)
        assert scored.percent >= 95, (made.key, scored.survived)
        assert scored.killed >= 14


def test_no_scenario_catches_nothing_and_a_failing_one_neither() -> None:
    """A test that fails without any change of the alerts says nothing about one with a change."""
    assert score(slo()).percent == 0
    failing = "    tests:\n      - {name: x, traffic: 600/m, errors: 100%x1h, expect: {page: none, ticket: none}}\n"
    assert score(slo(more=failing)).killed == 0


def test_what_survives_is_named() -> None:
    """One scenario of a total outage tells nothing of the other windows."""
    test = '{name: x, traffic: 600/m, errors: 100%x10m 0x2h, expect: {page: "5m..5m, resets 4m..5m"}}'
    scored = score(slo(more=f"    tests:\n      - {test}\n"))
    assert 0 < scored.percent < 60
    assert "page medium: removed" in scored.survived
    assert "page fast: removed" not in scored.survived


def test_a_comparison_that_no_count_can_reach_is_no_mutant() -> None:
    """7.2 % / 0.5 % is 14.399999999999999 in floats: `>=` is the same as `>` there, and at 3 % / 0.5 % it is not."""
    scored = score(slo())
    assert scored.equivalent == ("page fast: > becomes >=",)

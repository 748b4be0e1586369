"""What divides by 0, falls back alone or is not added up is told of PromQL, and nothing of what is right."""

from __future__ import annotations

import pytest

from sightline_slo.promql.ratios import divisions, never_zero
from sightline_slo.promql.tree import parsed

from .native.texts import codes, compiled, slo


@pytest.mark.parametrize(
    ("denominator", "kept"),
    [
        ("b", False),
        ("(b > 0)", True),
        ("sum(b > 0)", True),
        ("sum(b) > 0", True),
        ("b >= 0", False),
        ("b == 0", False),
        ("b != 0", True),
        ("b > bool 0", False),
        ("b > on (x) c", True),
        ("clamp_min(b, 1)", True),
        ("clamp_min(b, 0)", False),
        ("count(b)", True),
        ("sum(count_over_time(b[5m]))", True),
        ("sum(rate(b[5m]))", False),
        ("60", True),
        ("0", False),
        ("(b or vector(1))", False),
        ("(b > 0 or vector(1))", True),
        ("(b and b > 0)", True),
        ("(b unless c > 0)", False),
        ("((b > 0) * 60)", True),
        ("((b > 0) + c)", False),
    ],
)
def test_a_denominator_is_kept_from_0_by_what_leaves_0_out(denominator: str, *, kept: bool) -> None:
    """A comparison that 0 passes, or that gives 0 itself, keeps nothing away."""
    (ratio,) = divisions(parsed(f"a / ({denominator})"))
    assert never_zero(ratio.rhs) is kept


def raw(query: str) -> list[str]:
    return codes(slo(f'raw: {{error_ratio_query: "{query}"}}'))


def events(bad: str, total: str) -> list[str]:
    return codes(slo(f'events: {{prometheus: {{error_query: "{bad}", total_query: "{total}"}}}}'))


RATE = "rate(b[{{.window}}])"


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        (raw(f"1 - sum({RATE}) / sum({RATE})"), ["SLO034"]),
        (raw(f"1 - sum({RATE}) / (sum({RATE}) > 0)"), []),
        (raw(f"avg({RATE} / {RATE})"), ["SLO034"]),
        (raw(f"{RATE} / ({RATE} > 0)"), []),
        (raw(f"1 - clamp_max({RATE} / {RATE}, 1)"), ["SLO034", "SLO036"]),
        (raw(f"sum({RATE}) / (sum({RATE}) or vector(0))"), ["SLO034", "SLO035"]),
        (raw(f"(sum({RATE}) or vector(0)) / (sum({RATE}) > 0)"), []),
        (events(f"sum({RATE})", f"sum({RATE})"), []),
        (events(f"{RATE}", f"{RATE}"), ["SLO036"]),
        (events(f"sum({RATE})", f"sum({RATE}) or vector(0)"), ["SLO035"]),
        (events(f"sum({RATE}) or vector(0)", f"sum({RATE})"), []),
        (events(f"sum({RATE}) or vector(0)", f"sum by (x) ({RATE})"), ["SLO035"]),
    ],
)
def test_a_ratio_is_told_by_what_is_wrong_with_it(found: list[str], wanted: list[str]) -> None:
    """Each rule speaks of its own fault, and what Sloth's users write to mend it is none."""
    assert found == wanted


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("labels: {slo: other}", ["SLO037"]),
        ("labels: {sloth_id: other}", ["SLO037"]),
        ("labels: {http.route: all}\n    by: [http.route]", ["SLO037"]),
        ("labels: {team: checkout}\n    by: [http.route]", []),
    ],
)
def test_labels_by_which_rules_select_are_not_overridden(line: str, wanted: list[str]) -> None:
    """Neither ours, nor Sloth's, nor those of the groups."""
    sli = f'raw: {{error_ratio_query: "avg by (http_route) (avg_over_time(b[{{{{.window}}}}]))"}}\n    {line}'
    assert codes(slo(sli)) == wanted
    assert all(each.is_error for each in compiled(slo(sli)).findings)

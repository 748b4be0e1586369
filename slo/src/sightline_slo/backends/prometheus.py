"""Recording and alerting rules of Prometheus: groups of rules as plain values.

Each SLO has a group of what it measures, one of what follows from that, and one of its alerts; each pair of windows is
a rule of its own, so that an alert says which of them fired.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_slo.backends import prometheus_calendar as calendar
from sightline_slo.backends import prometheus_expressions as promql
from sightline_slo.conventions import label
from sightline_slo.model import Backend, Events, Ratio, TimeSlice
from sightline_slo.spelling import number
from sightline_slo.windows.spell import prometheus as spell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_slo.model import Alert, Slo, Window

Rule = dict[str, Any]
Group = dict[str, Any]


def groups(slo: Slo) -> list[Group]:
    """Return the groups of an SLO that Prometheus can measure; none for one that it cannot."""
    if slo.sli.get(Backend.PROMETHEUS) is None:
        return []
    own = labels(slo)
    made = [
        {"name": f"slo-sli-{slo.key}", "rules": [_record(own, *each) for each in _measured(slo)]},
        {"name": f"slo-meta-{slo.key}", "rules": list(_meta(slo, own))},
        {"name": f"slo-alerts-{slo.key}", "rules": [*(alert(slo, each) for each in slo.alerting_windows), *_gone(slo)]},
    ]
    return [group for group in made if group["rules"]]


def labels(slo: Slo) -> dict[str, str]:
    """Return the labels of everything that is recorded of an SLO."""
    owner = {"owner": slo.owner} if slo.owner else {}
    return {"service": slo.service, "slo": slo.key, **owner, **{label(key): each for key, each in slo.labels.items()}}


def _record(own: dict[str, str], name: str, expr: str) -> Rule:
    # One mapping for all rules of an SLO: who writes them looks at it once.
    return {"record": name, "expr": expr, "labels": own}


def _measured(slo: Slo) -> Iterator[tuple[str, str]]:
    """Give what is measured: names and expressions."""
    base = promql.base_s(slo)
    lengths = sorted({base, *(length for each in slo.windows for length in (each.short_s, each.long_s))})
    unless = ""
    if slo.maintenance:
        # The base window looks back into what is over, so that its length does not count either.
        yield promql.MAINTENANCE, calendar.active(slo.maintenance, base)
        unless = f"\nunless on ()\n{promql.recorded(slo, promql.MAINTENANCE)}"
    sli = slo.sli[Backend.PROMETHEUS]
    if isinstance(sli, TimeSlice):
        yield promql.SLICE, _except(promql.slice_error(sli), unless)
    for length in lengths:
        chain = bool(unless) and length != base
        window = spell(length)
        match sli:
            case Events():
                for name, text in (
                    (promql.TOTAL, promql.total(sli, length)),
                    (promql.ERRORS, promql.errors(sli, length)),
                ):
                    expr = promql.chained(slo, name, length) if chain else _except(text, unless)
                    yield f"{name}{window}", expr
                yield f"{promql.RATIO}{window}", promql.share(slo, length)
            case Ratio(error=error):
                text = (
                    promql.chained(slo, promql.RATIO, length) if chain else _except(promql.raw(error, length), unless)
                )
                yield f"{promql.RATIO}{window}", text
            case TimeSlice():
                text = f"avg_over_time({promql.recorded(slo, promql.SLICE)}[{window}])"
                yield f"{promql.RATIO}{window}", text


def _except(text: str, unless: str) -> str:
    return f"({text}){unless}" if unless else text


def _meta(slo: Slo, own: dict[str, str]) -> Iterator[Rule]:
    sli = slo.sli[Backend.PROMETHEUS]
    exact = isinstance(sli, Events) and not slo.averaged
    budget = number(slo.budget)
    base = promql.recorded(slo, promql.RATIO, promql.base_s(slo))
    yield _record(own, "slo:objective:ratio", f"vector({number(round(slo.objective / 100, 12))})")
    yield _record(own, "slo:error_budget:ratio", f"vector({budget})")
    yield _record(own, "slo:time_period:days", f"vector({slo.period_s / 86400:g})")
    yield _record(own, "slo:current_burn_rate:ratio", f"{base} / {budget}")
    yield _record(own, promql.PERIOD, promql.period(slo, exact=exact, sliced=isinstance(sli, TimeSlice)))
    yield _record(own, "slo:period_burn_rate:ratio", f"{promql.recorded(slo, promql.PERIOD)} / {budget}")
    yield _record(
        own,
        "slo:period_error_budget_remaining:ratio",
        f"1 - {promql.recorded(slo, 'slo:period_burn_rate:ratio')}",
    )
    mode = "slices" if isinstance(sli, TimeSlice) else "events" if exact else "averaged"
    told = {"objective": f"{slo.objective:g}", "period": spell(slo.period_s), "budget": mode}
    yield _record({**own, **told}, "slo_info", "vector(1)")


def _gone(slo: Slo) -> Iterator[Rule]:
    """The alert on a budget that is used up, where one is asked for."""
    if slo.budget_alert is None:
        return
    used, own = slo.budget_alert.used_percent, slo.alerts[slo.budget_alert.severity]
    text = f"{slo.key} has used {number(used)} % of its error budget of {slo.period} or more."
    runbook = {"runbook": slo.runbook} if slo.runbook else {}
    yield {
        "alert": f"{slo.alert_name}Budget",
        "expr": f"{promql.recorded(slo, 'slo:period_burn_rate:ratio')} * 100 >= {number(used)}",
        "labels": {**labels(slo), "severity": str(slo.budget_alert.severity), **_prometheus_labels(own)},
        "annotations": {"title": text, "summary": text, **runbook, **own.annotations},
    }


def _prometheus_labels(own: Alert) -> dict[str, str]:
    return {label(key): each for key, each in own.labels.items()}


def alert(slo: Slo, window: Window) -> Rule:
    """Return the rule of one pair of windows."""
    threshold = f"({number(window.burn_rate)} * {number(slo.budget)})"
    terms = [
        f"{promql.recorded(slo, promql.RATIO, length)} > {threshold}" for length in (window.long_s, window.short_s)
    ]
    # Counters are read between scrapes: 2 failures can read as 1.9999, and 1 as 1.1 at the window's edges.
    for name, least in ((promql.TOTAL, slo.guard.min_events), (promql.ERRORS, slo.guard.min_failures)):
        if least is not None:
            terms.append(f"{promql.recorded(slo, name, window.long_s)} * {window.long_s} > {least - 0.5:g}")
    own = slo.alerts[window.severity]
    long, short = spell(window.long_s), spell(window.short_s)
    return {
        "alert": slo.alert_name,
        "expr": "\nand\n".join(terms),
        "labels": {
            **labels(slo),
            "severity": str(window.severity),
            "window": window.name,
            "long_window": long,
            "short_window": short,
            **_prometheus_labels(own),
        },
        "annotations": {
            "title": f"{slo.alert_name}: {slo.key} burns its budget ({window.severity}, {long}/{short})",
            "summary": (
                f"{slo.key} burns its error budget more than {window.burn_rate:g} times too fast over {long} and"
                f" {short}. At that pace {window.budget_percent:.4g} % of the budget of {slo.period} is gone within"
                f" {long}; the objective is {slo.objective:g} %."
            ),
            **({"runbook": slo.runbook} if slo.runbook else {}),
            **own.annotations,
        },
    }

"""The rules that Sloth makes of an SLO: its error ratios, its metadata, its two alerts."""

from __future__ import annotations

from functools import lru_cache

from sightline_slo.sloth import gofmt, gotemplate
from sightline_slo.sloth.model import (
    ID,
    INFO_METRIC,
    NAME,
    SERVICE,
    SLI_METRIC,
    WINDOW,
    AlertMeta,
    Info,
    Pair,
    Rule,
    Slo,
    SlothError,
    Windows,
)

_DAY_MS = 86_400_000


def identity(slo: Slo) -> dict[str, str]:
    """Return the labels that tell an SLO's series from all others."""
    return {ID: slo.id, NAME: slo.name, SERVICE: slo.service}


@lru_cache(maxsize=64)
def _matchers(key: str, name: str, service: str) -> str:
    return f"{{{ID}={gofmt.quoted(key)}, {SERVICE}={gofmt.quoted(service)}, {NAME}={gofmt.quoted(name)}}}"


def selector(slo: Slo) -> str:
    """Return the matchers of an SLO's series."""
    return _matchers(slo.id, slo.name, slo.service)


@lru_cache(maxsize=256)
def sli_metric(window_ms: int) -> str:
    """Return the name of the series with an SLO's error ratio over a window."""
    return SLI_METRIC + gofmt.spell(window_ms)


def sli_rules(slo: Slo, windows: Windows, *, optimized: bool = True) -> list[Rule]:
    """Record the error ratio over every window of the alerts and over the period.

    Raises:
        SlothError: the query is no template, or the shortest window is the period itself.
    """
    if slo.events is not None:
        template = f"({slo.events[0]})\n/\n({slo.events[1]})\n"
    elif slo.raw is not None:
        template = f"({slo.raw})"
    else:
        raise SlothError("invalid SLI type")
    try:
        parts = gotemplate.parse(template)
        labels = {**identity(slo), WINDOW: "", **slo.labels}
        return [
            _sli_rule(slo, windows, parts, labels, each, optimized=optimized)
            for each in [*windows.all_ms, slo.period_ms]
        ]
    except gotemplate.TemplateError as error:
        raise SlothError(f'could not create "{slo.id}" SLO rule: {error}') from error


def _sli_rule(
    slo: Slo,
    windows: Windows,
    parts: tuple[gotemplate.Part, ...],
    labels: dict[str, str],
    window_ms: int,
    *,
    optimized: bool,
) -> Rule:
    spelled = gofmt.spell(window_ms)
    if optimized and window_ms == slo.period_ms:
        expr = averaged(slo, windows, spelled)
    else:
        expr = gotemplate.fill(parts, {"window": spelled})
    return Rule(sli_metric(window_ms), "", expr, 0, labels | {WINDOW: slo.labels.get(WINDOW, spelled)})


def averaged(slo: Slo, windows: Windows, spelled: str) -> str:
    """Return the mean of the shortest window's ratios over the period: cheap, and not weighted by events.

    Raises:
        SlothError: the shortest window is the period itself.
    """
    if windows.page_quick.short_ms == slo.period_ms:
        raise SlothError("can't optimize using the same shortwindow as the window to optimize")
    series = f"{sli_metric(windows.page_quick.short_ms)}{selector(slo)}[{spelled}]"
    return f"sum_over_time({series})\n/ ignoring ({WINDOW})\ncount_over_time({series})\n"


def metadata_rules(info: Info, slo: Slo, windows: Windows) -> list[Rule]:
    """Record the objective, the budget, the burn rates and who says so."""
    labels = {**identity(slo), **slo.labels}
    ratio = gofmt.shortest(slo.objective / 100)
    matchers = selector(slo)

    def burn_rate(window_ms: int) -> str:
        return (
            f"{sli_metric(window_ms)}{matchers}\n/ on({ID}, {NAME}, {SERVICE}) group_left\n"
            f"slo:error_budget:ratio{matchers}\n"
        )

    facts = {
        "sloth_version": info.version,
        "sloth_mode": info.mode,
        "sloth_spec": info.spec,
        "sloth_objective": gofmt.plain(slo.objective),
    }
    # The info rule has labels of its own; all others share one mapping, as in Sloth: a plugin that takes a label away
    # takes it from all of them.
    return [
        Rule("slo:objective:ratio", "", f"vector({ratio})", 0, labels),
        Rule("slo:error_budget:ratio", "", f"vector(1-{ratio})", 0, labels),
        Rule("slo:time_period:days", "", f"vector({gofmt.shortest(slo.period_ms / _DAY_MS)})", 0, labels),
        Rule("slo:current_burn_rate:ratio", "", burn_rate(windows.page_quick.short_ms), 0, labels),
        Rule("slo:period_burn_rate:ratio", "", burn_rate(slo.period_ms), 0, labels),
        Rule("slo:period_error_budget_remaining:ratio", "", f"1 - slo:period_burn_rate:ratio{matchers}", 0, labels),
        Rule(INFO_METRIC, "", "vector(1)", 0, labels | facts),
    ]


def alert_rules(slo: Slo, windows: Windows) -> list[Rule]:
    """Alert on each severity that is not disabled, on a fast pair of windows or on a slow one."""
    severities = (
        ("page", slo.page, windows.page_quick, windows.page_slow),
        ("ticket", slo.ticket, windows.ticket_quick, windows.ticket_slow),
    )
    return [_alert_rule(slo, *each) for each in severities if not each[1].disable]


def _alert_rule(slo: Slo, severity: str, meta: AlertMeta, quick: Pair, slow: Pair) -> Rule:
    matchers, budget = selector(slo), gofmt.shortest((100 - slo.objective) / 100)

    def burns(window_ms: int, factor: float) -> str:
        threshold = f"{gofmt.shortest(factor)} * {budget}"
        return f"    max({sli_metric(window_ms)}{matchers} > ({threshold})) without ({WINDOW})\n"

    def both(pair: Pair) -> str:
        return f"(\n{burns(pair.short_ms, pair.factor)}    and\n{burns(pair.long_ms, pair.factor)})\n"

    who = f"{{{{$labels.{SERVICE}}}}} {{{{$labels.{NAME}}}}} SLO error budget burn rate is"
    annotations = {"title": f"({severity}) {who} too fast.", "summary": f"{who} over expected.", **meta.annotations}
    return Rule(
        "", meta.name, f"{both(quick)}or\n{both(slow)}", 0, {"sloth_severity": severity, **meta.labels}, annotations
    )

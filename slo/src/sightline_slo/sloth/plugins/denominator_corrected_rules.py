"""`sloth.dev/contrib/denominator_corrected_rules/v1`: errors weighted by each window's share of the traffic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_slo.sloth import gofmt, gotemplate
from sightline_slo.sloth.model import WINDOW, Rule, SlothError
from sightline_slo.sloth.plugins.config import Config
from sightline_slo.sloth.rules import identity, selector, sli_metric

if TYPE_CHECKING:
    from sightline_slo.sloth.model import Request, Rules, Slo, Windows
    from sightline_slo.sloth.plugins import Process

_CORRECTION = "slo:numerator_correction:ratio"


def new_plugin(config: Any) -> Process:
    """Replace the SLI's rules and record the corrections; `disableOptimized` counts the whole period."""
    optimized = not Config(config, known=frozenset({"disableOptimized"})).flag("disableOptimized")

    def process(request: Request, rules: Rules) -> None:
        slo = request.slo
        if slo.events is None or not all(slo.events):
            raise SlothError("denominator corrected SLI requires SLI event type")
        try:
            rules.sli.rules = _sli(slo, slo.events, request.windows, optimized=optimized)
            rules.metadata.rules = [*rules.metadata.rules, *_corrections(slo, slo.events[1], request.windows)]
        except gotemplate.TemplateError as error:
            raise SlothError(f'could not create "{slo.id}" SLO rule: {error}') from error

    return process


def _sli(slo: Slo, events: tuple[str, str], windows: Windows, *, optimized: bool) -> list[Rule]:
    errors, total = events
    made = []
    for window_ms in [*windows.all_ms, slo.period_ms]:
        spelled = gofmt.spell(window_ms)
        if window_ms != slo.period_ms:
            corrected = f"{_CORRECTION}{spelled}{selector(slo)}"
            template = f"(\n{corrected}\n* on()\n{errors}\n)\n/\n({total})\n"
        elif optimized:
            series = f"{sli_metric(windows.page_quick.short_ms)}{selector(slo)}[{spelled}]"
            template = f"sum_over_time({series})\n/ ignoring ({WINDOW})\ncount_over_time({series})\n"
        else:
            template = f"({errors})\n/\n({total})\n"
        expr = gotemplate.fill(gotemplate.parse(template), {"window": spelled})
        made.append(Rule(sli_metric(window_ms), "", expr, 0, {**identity(slo), WINDOW: spelled, **slo.labels}))
    return made


def _corrections(slo: Slo, total: str, windows: Windows) -> list[Rule]:
    labels = {**identity(slo), **slo.labels}
    parts = gotemplate.parse(total)
    period = gotemplate.fill(parts, {"window": gofmt.spell(slo.period_ms)})
    return [
        Rule(
            f"{_CORRECTION}{gofmt.spell(each)}",
            "",
            f"({gotemplate.fill(parts, {'window': gofmt.spell(each)})})/({period})",
            0,
            labels,
        )
        for each in windows.all_ms
    ]

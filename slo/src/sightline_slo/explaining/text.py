"""An explanation for a terminal."""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING

from sightline_slo.explaining.curve import TIMES_S, bounds, points
from sightline_slo.explaining.explanation import in_words, percent, time
from sightline_slo.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_slo.explaining.explanation import Explanation

SIGNS = {Severity.PAGE: "●", Severity.TICKET: "○"}
HEIGHT = 12


def render(made: Explanation, width: int) -> str:
    """Return the text, `width` columns wide."""
    slo = made.slo
    lines = [f"{slo.key}: {slo.objective:g} % of {slo.period} ({made.backend})", ""]
    if slo.description:
        lines += [*textwrap.wrap(slo.description, width), ""]
    budget = f"Budget: {percent(slo.budget)} of events, or {time(made.budget_minutes * 60)} of total failure"
    if made.budget_events is not None:
        budget += (
            f"; at {made.per_hour:g} events/h, {made.budget_events:,.0f} of {made.budget_events / slo.budget:,.0f}"
        )
    lines += [*textwrap.wrap(f"{budget}.", width), ""]
    if not made.alarms:
        return "\n".join([*lines, "No alert is enabled.", ""])
    for alarm in made.alarms:
        lines += textwrap.wrap(f"- {alarm.name}: {in_words(alarm, slo)}", width, subsequent_indent="  ")
    lines += ["", *_table(made), "", *_low_traffic(made, width), "", *_chart(made, width), ""]
    return "\n".join(lines)


def _table(made: Explanation) -> Iterator[str]:
    yield "errors      page after           ends after   ticket after         ends after"
    for row in made.rows:
        cells = [f"{percent(row.error_ratio):<11}"]
        for severity in Severity:
            found = row.seen[severity]
            if found is None:
                cells.append(f"{'never':<20} {'':<12}")
            else:
                cells.append(f"{f'{time(found[1])} ({found[0].name})':<20} {time(found[2]):<12}")
        yield " ".join(cells).rstrip()


def _low_traffic(made: Explanation, width: int) -> Iterator[str]:
    for alarm, below in made.one_failure:
        if below is None:
            text = f"{alarm.name}: no traffic is so low that one failure fires it."
        else:
            text = f"{alarm.name}: below {below:.3g} events/h, one single failure fires it."
        yield from textwrap.wrap(text, width)


def _chart(made: Explanation, width: int) -> Iterator[str]:
    """Draw detection time by error ratio."""
    columns = max(min(width - 12, 72), 20)
    low, high, shortest, longest = bounds(made)
    rows = [[" "] * columns for _ in range(HEIGHT)]
    for severity in (Severity.TICKET, Severity.PAGE):
        for ratio, seconds in points(made, severity, columns):
            column = min(int((math.log10(ratio) - low) / (high - low) * columns), columns - 1)
            rows[_row(seconds, shortest, longest)][column] = SIGNS[severity]
    ticks = {_row(each, shortest, longest): time(each) for each in TIMES_S if shortest <= math.log10(each) <= longest}
    yield f"Detection time by error ratio ({SIGNS[Severity.PAGE]} page, {SIGNS[Severity.TICKET]} ticket)"
    for index, row in enumerate(rows):
        yield f"{ticks.get(index, ''):>9} {'┤' if index in ticks else '│'}{''.join(row)}".rstrip()
    yield f"{'':>10}└{'─' * columns}"
    left, right = percent(10**low), percent(10**high)
    yield f"{'':>11}{left}{right:>{columns - len(left)}}"


def _row(seconds: float, shortest: float, longest: float) -> int:
    share = (math.log10(max(seconds, 1e-9)) - shortest) / ((longest - shortest) or 1)
    return min(max(round((1 - share) * (HEIGHT - 1)), 0), HEIGHT - 1)

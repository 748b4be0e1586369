"""Standings as a table for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_slo.reporting.standing import Standing, State

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

HEAD = ("state", "SLO", "objective", "SLI", "budget left", "pace", "gone in", "alerts")
STYLES = {State.BREACHED: "red", State.NO_DATA: "dim", State.WARNING: "yellow", State.OK: "green"}
_RIGHT = {2, 3, 4, 5, 6}


def table(standings: Sequence[Standing], paint: Callable[[str, str], str] = lambda text, _style: text) -> str:
    """Return one line an SLO below a head, columns aligned; `paint(text, style)` colours the state."""
    rows = [HEAD, *(cells(each) for each in standings)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    lines = []
    for number, row in enumerate(rows):
        parts = [
            text.rjust(width) if column in _RIGHT else text.ljust(width)
            for column, (text, width) in enumerate(zip(row, widths, strict=True))
        ]
        first = paint(parts[0], STYLES[standings[number - 1].state] if number else "bold")
        lines.append("  ".join([first, *parts[1:]]).rstrip())
    return "\n".join(lines)


def cells(standing: Standing) -> tuple[str, ...]:
    """Return the texts of a row."""
    return (
        str(standing.state),
        standing.key,
        f"{standing.objective:g} % of {span(standing.period_s)}",
        "-" if standing.sli is None else f"{standing.sli:.3f} %",
        "-" if standing.budget_remaining is None else f"{standing.budget_remaining:.1f} %",
        "-" if standing.burn_rate is None else f"{standing.burn_rate:.2f}x",
        "-" if standing.gone_in_s is None else span(standing.gone_in_s),
        ", ".join(sorted({each.severity for each in standing.firing})) or "-",
    )


def span(seconds: float) -> str:
    """Spell a stretch of time roughly: `30d`, `5.5h`, `12m`; a day and more in days."""
    for size, unit in ((86400, "d"), (3600, "h"), (60, "m")):
        if seconds >= size:
            return f"{seconds / size:.1f}".removesuffix(".0") + unit
    return f"{seconds:.0f}s"


def counted(standings: Sequence[Standing]) -> str:
    """Count by state: `1 breached, 3 ok`."""
    counts = {state: sum(each.state is state for each in standings) for state in State}
    return ", ".join(f"{count} {state}" for state, count in counts.items() if count) or "no SLOs"

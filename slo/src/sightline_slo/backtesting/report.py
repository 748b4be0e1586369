"""What a backtest says: a table for people, plain values for machines, the difference of two versions of a spec."""

from __future__ import annotations

import datetime as dt
from statistics import median
from typing import TYPE_CHECKING, Any

from sightline_slo.explaining.explanation import time
from sightline_slo.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sightline_slo.backtesting.replay import Episode, Replay


def as_data(made: Replay) -> dict[str, Any]:
    """Return a replay as plain values; times in seconds, moments in Unix seconds."""
    first = made.first_page
    return {
        "key": made.slo.key,
        "backend": str(made.backend),
        "start": made.start,
        "end": made.end,
        "bad": made.bad,
        "total": made.total,
        "pages": len(made.of(Severity.PAGE)),
        "tickets": len(made.of(Severity.TICKET)),
        "budget_spent": made.budget_spent,
        "budget_at_first_page": first.budget_spent if first else None,
        "precision": made.precision,
        "recall": made.recall,
        "episodes": [
            {
                "severity": str(each.severity),
                "start": each.start,
                "end": each.end,
                "windows": list(each.windows),
                "budget_spent": each.budget_spent,
            }
            for each in made.episodes
        ],
        "incidents": [
            {
                "name": each.incident.name,
                "start": each.incident.start,
                "end": each.incident.end,
                "detected_s": each.detected_s,
                "reset_s": each.reset_s,
                "ticketed_s": each.ticketed_s,
            }
            for each in made.detections
        ],
    }


def table(replays: Sequence[Replay]) -> str:
    """Return one line an SLO."""
    rows: list[tuple[str, ...]] = [
        ("SLO", "pages", "tickets", "detection", "reset", "at 1st page", "most used", "precision", "recall")
    ]
    rows += [_row(each) for each in replays]
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [
            f"{cell:<{width}}" if at == 0 else f"{cell:>{width}}"
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines) + "\n"


def _row(made: Replay) -> tuple[str, ...]:
    detected = [each.detected_s for each in made.detections if each.detected_s is not None]
    resets = [each.reset_s for each in made.detections if each.reset_s is not None]
    first = made.first_page
    return (
        f"{made.slo.key} ({made.backend})",
        str(len(made.of(Severity.PAGE))),
        str(len(made.of(Severity.TICKET))),
        time(median(detected)) if detected else "-",
        time(median(resets)) if resets else "-",
        _share(first.budget_spent if first else None),
        _share(made.budget_spent),
        _share(made.precision),
        _share(made.recall),
    )


def _share(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.3g} %"


def episodes(made: Replay) -> Iterator[str]:
    """Say each page and ticket in a line."""
    for each in made.episodes:
        yield f"  {_line(each)}"


def _line(each: Episode) -> str:
    began = f"{dt.datetime.fromtimestamp(each.start, dt.UTC):%Y-%m-%d %H:%M}Z"
    lasted = "still firing at the end" if each.end is None else f"for {time(each.end - each.start)}"
    windows = ", ".join(each.windows)
    return f"{each.severity:<6} {began} {lasted} ({windows}), {_share(each.budget_spent)} of the budget used by then"


def difference(before: Sequence[Replay], after: Sequence[Replay]) -> list[dict[str, Any]]:
    """Return what changes for each SLO between two versions of specs on one history; without the unchanged."""
    old = {(each.slo.key, each.backend): each for each in before}
    new = {(each.slo.key, each.backend): each for each in after}
    found = []
    for key in dict.fromkeys((*old, *new)):
        was, now = old.get(key), new.get(key)
        parts = [None if each is None else _summary(each) for each in (was, now)]
        if parts[0] != parts[1]:
            found.append({"key": key[0], "backend": str(key[1]), "before": parts[0], "after": parts[1]})
    return found


def _summary(made: Replay) -> dict[str, Any]:
    data = as_data(made)
    detected = [each.detected_s for each in made.detections if each.detected_s is not None]
    firing = sum((each.end or made.end) - each.start for each in made.episodes)
    names = ("pages", "tickets", "budget_at_first_page", "precision", "recall")
    return {
        **{name: data[name] for name in names},
        "detection_s": median(detected) if detected else None,
        "firing_s": firing,
    }


def difference_lines(changes: Sequence[dict[str, Any]], against: str) -> Iterator[str]:
    """Say a difference in lines of text, signs first."""
    if not changes:
        yield f"No change in what pages or tickets against {against}."
    for each in changes:
        was, now = each["before"], each["after"]
        sign = "+" if was is None else "-" if now is None else "~"
        yield f"{sign} {each['key']} ({each['backend']})"
        for name in was or now or {}:
            left, right = (None if side is None else side[name] for side in (was, now))
            if left != right:
                yield f"    {name.replace('_', ' ')}: {_said(left)} -> {_said(right)}"


def _said(value: Any) -> str:
    return "-" if value is None else f"{value:.4g}" if isinstance(value, float) else str(value)

"""The monitors of an SLO: one for each pair of windows, and one on its budget where that is asked for.

A burn-rate monitor knows no least count. Where a guard asks for one, the monitor that notifies is a composite of the
burn-rate monitor and of counts over the same long window, and these parts notify nobody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_datadog.documents import Document, Kind
from sightline_slo.backends.datadog_tags import tags
from sightline_slo.backends.datadog_text import budget_message, message, part_message, title
from sightline_slo.mapping import datadog_windows
from sightline_slo.model import Backend, Events, Severity
from sightline_slo.spelling import number, plain
from sightline_slo.windows import spell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_slo.model import Slo, Window

PRIORITY = {Severity.PAGE: 1, Severity.TICKET: 3}


def monitors(slo: Slo) -> Iterator[Document]:
    """Return them, parts before what is made of them."""
    for window in datadog_windows(slo):
        key = window_key(slo, window)
        parts = dict(_counts(slo, window))
        if not parts:
            yield _document(slo, key, {**_burn(slo, window), **_said(slo, window)})
            continue
        parts = {"burn": _burn(slo, window), **parts}
        for name, body in parts.items():
            yield _document(slo, f"{key}-{name}", {**body, **_silent(slo, window, name)})
        query = " && ".join(f"${{monitor:{key}-{name}}}" for name in parts)
        options = {"include_tags": True, "notify_audit": False}
        yield _document(slo, key, {"type": "composite", "query": query, "options": options, **_said(slo, window)})
    if slo.budget_alert is not None:
        yield _document(slo, budget_key(slo), _budget(slo, slo.budget_alert.used_percent))


def window_key(slo: Slo, window: Window) -> str:
    """Return the key of the monitor that notifies for a pair of windows."""
    return f"{slo.key}-{window.severity}-{window.name}"


def budget_key(slo: Slo) -> str:
    """Return the key of the monitor on the budget."""
    return f"{slo.key}-budget"


def _document(slo: Slo, key: str, body: dict[str, Any]) -> Document:
    return Document(Kind.MONITOR, key, body, slo.places.slo)


def _burn(slo: Slo, window: Window) -> dict[str, Any]:
    query = f'burn_rate("${{slo:{slo.key}}}").over("{slo.period}")'
    long, short = spell.datadog(window.long_s), spell.datadog(window.short_s)
    query += f'.long_window("{long}").short_window("{short}") > {number(window.burn_rate)}'
    return {"type": "slo alert", "query": query, "options": _options(window.burn_rate)}


def _counts(slo: Slo, window: Window) -> Iterator[tuple[str, dict[str, Any]]]:
    sli = slo.sli[Backend.DATADOG]
    if not isinstance(sli, Events):
        return
    total = sli.total.text.strip()
    bad = sli.bad.text.strip() if sli.bad else f"{total} - {sli.good.text.strip() if sli.good else total}"
    for name, query, least in (
        ("events", total, slo.guard.min_events),
        ("failures", bad, slo.guard.min_failures),
    ):
        if least is not None:
            text = f"sum(last_{spell.datadog(window.long_s)}):{query} >= {least}"
            yield name, {"type": "query alert", "query": text, "options": _options(least)}


def _options(critical: float) -> dict[str, Any]:
    return {"thresholds": {"critical": plain(critical)}, "include_tags": True, "notify_audit": False}


def _said(slo: Slo, window: Window) -> dict[str, Any]:
    own = {f"{key}:{value}" for key, value in slo.alerts[window.severity].labels.items()}
    return {
        "name": title(slo, window),
        "message": message(slo, window),
        "tags": tags(slo, *own, f"severity:{window.severity}"),
        "priority": PRIORITY[window.severity],
    }


def _silent(slo: Slo, window: Window, part: str) -> dict[str, Any]:
    return {
        "name": f"{title(slo, window)}: {part}",
        "message": part_message(slo, window),
        "tags": tags(slo, f"severity:{window.severity}", f"part:{part}"),
    }


def _budget(slo: Slo, used: float) -> dict[str, Any]:
    assert slo.budget_alert is not None  # noqa: S101 - the caller looked
    severity = slo.budget_alert.severity
    own = {f"{key}:{value}" for key, value in slo.alerts[severity].labels.items()}
    return {
        "type": "slo alert",
        "name": f"{slo.alert_name}: {slo.key} has used {number(used)} % of its budget ({severity})",
        "query": f'error_budget("${{slo:{slo.key}}}").over("{slo.period}") >= {number(used)}',
        "message": budget_message(slo, slo.budget_alert),
        "tags": tags(slo, *own, f"severity:{severity}"),
        "priority": PRIORITY[severity],
        "options": _options(used),
    }

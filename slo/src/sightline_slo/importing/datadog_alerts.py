"""The monitors on an SLO as the native form says them: windows, guard, budget alert, names, labels, handles."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sightline_datadog.ownership import without_mark
from sightline_datadog.query import parse_monitor_query, tree
from sightline_slo.durations import seconds, spell
from sightline_slo.importing.native import kept, slug
from sightline_slo.model import Severity
from sightline_slo.spelling import plain
from sightline_slo.windows import default

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sightline_datadog.sync.remote import RemoteObject

_PART = re.compile(r"-(burn|events|failures)$")
_COUNTS = {"events": "min_events", "failures": "min_failures"}
_OURS = ("severity:", "sightline_key:", "sightline_project:", "part:")


def alerts(
    monitors: Sequence[RemoteObject], key: str, period: str, slo: RemoteObject
) -> tuple[dict[str, Any], list[str]]:
    """Return `windows`, `guard` and `alerting` of an SLO, and what could not be taken along."""
    windows: dict[tuple[str, str], dict[str, Any]] = {}
    guard: dict[str, int] = {}
    said: dict[str, RemoteObject] = {}
    budget: dict[str, Any] = {}
    notes: list[str] = []
    for each in sorted(monitors, key=lambda found: (found.mark.key if found.mark else found.title, found.id)):
        own = each.mark.key if each.mark else ""
        part = _PART.search(own)
        severity = _severity(each)
        query, _ = parse_monitor_query(str(each.body.get("type")), str(each.body.get("query")))
        if isinstance(query, tree.BurnRate):
            window = _window(query, severity, _short(own, key, severity) or f"window-{len(windows) + 1}")
            windows.setdefault((severity, window["name"]), window)
        elif isinstance(query, tree.ErrorBudget) and not budget:
            budget = {"used": plain(query.threshold), "severity": severity}
        elif part and part[1] in _COUNTS:
            guard[_COUNTS[part[1]]] = int(each.body["options"]["thresholds"]["critical"])
        elif each.body.get("type") != "composite":
            notes.append(f"the monitor `{each.title}` is not taken along")
        if part is None:
            said.setdefault(severity, each)
            if each.mark is None:
                notes.append(f"the monitor `{each.title}` gets a name, a message and tags of ours")
    alerting = _alerting(said, key, slo, {severity for severity, _ in windows})
    alerting |= kept(budget_alert=budget)
    return kept(windows=_chosen(list(windows.values()), period), guard=guard, alerting=alerting), notes


def _severity(monitor: RemoteObject) -> str:
    tags = [str(each) for each in monitor.body.get("tags") or ()]
    found = next((each.partition(":")[2] for each in tags if each.startswith("severity:")), "")
    if found in set(Severity):
        return found
    return str(Severity.TICKET if int(monitor.body.get("priority") or 1) > 2 else Severity.PAGE)


def _short(own: str, key: str, severity: str) -> str:
    return slug(_PART.sub("", own).removeprefix(f"{key}-{severity}-")) if own.startswith(f"{key}-{severity}-") else ""


def _window(query: tree.BurnRate, severity: str, name: str) -> dict[str, Any]:
    pair = {"long": spell(query.long_window_s), "short": spell(query.short_window_s)}
    return {"name": name, "severity": severity, **pair, "burn_rate": plain(query.threshold)}


def _chosen(windows: list[dict[str, Any]], period: str) -> list[dict[str, Any]]:
    """Return the windows that must be written: none where they are those that hold without any."""
    table = default().get(seconds(period) or 0)
    usual = {
        (each.name, str(each.severity), each.long_s, each.short_s, each.burn_rate)
        for each in (table.windows if table else ())
    }
    found = {
        (each["name"], each["severity"], seconds(each["long"]), seconds(each["short"]), float(each["burn_rate"]))
        for each in windows
    }
    severities = {each["severity"] for each in windows}
    return [] if found == {each for each in usual if each[1] in severities} else windows


def _alerting(said: Mapping[str, RemoteObject], key: str, slo: RemoteObject, alerting: set[str]) -> dict[str, Any]:
    """Return names, labels, annotations and handles, each severity's own; a severity without a window is off."""
    made: dict[str, Any] = {}
    titles = [each.title for each in said.values() if f": {key} " in each.title]
    name = titles[0].partition(f": {key} ")[0] if titles else ""
    if name and not key.endswith(f"-{name}"):
        made["name"] = name
    shared = {str(each) for each in slo.body.get("tags") or ()}
    for severity in Severity:
        found = said.get(severity)
        if severity not in alerting:
            made[f"{severity}_alert"] = {"disable": True}
        elif found is not None:
            tags = [str(each) for each in found.body.get("tags") or ()]
            own = [each for each in tags if each not in shared and not each.startswith(_OURS) and ":" in each]
            annotations, notify = _message(str(found.body.get("message") or ""))
            part = kept(labels=dict(each.split(":", 1) for each in own), annotations=annotations, notify=notify)
            made |= {f"{severity}_alert": part} if part else {}
    return made


def _message(text: str) -> tuple[dict[str, str], list[str]]:
    """Return the annotations and the handles at the end of a message of ours; of another's, its handles."""
    lines = without_mark(text).split("\n")
    handles = re.findall(r"(?<!\S)@\S+", text)
    ends = [index for index, line in enumerate(lines) if line.endswith(("{{/is_recovery}}", "{{/is_alert}}"))]
    if not ends:
        return {}, list(dict.fromkeys(handles))
    after = [line for line in lines[ends[-1] + 1 :] if line.strip()]
    pairs = [line.partition(": ") for line in after if not line.startswith("@") and ": " in line]
    return {name: value for name, _, value in pairs}, list(dict.fromkeys(handles))

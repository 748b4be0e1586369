"""SLOs of a Datadog account with their corrections and the burn-rate monitors on them, in our native form.

What carries our own mark keeps its key, so that compiling it again gives the object that is there. What somebody else
made gets a key of its title.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sightline_datadog.documents import Kind
from sightline_datadog.ownership import without_mark
from sightline_slo.importing.datadog_alerts import alerts
from sightline_slo.importing.datadog_corrections import maintenance
from sightline_slo.importing.native import Imported, kept, slug
from sightline_slo.spelling import plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sightline_datadog.sync.remote import RemoteObject

_OURS = ("service:", "slo:", "sightline_key:", "sightline_project:")
_NAME = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True, slots=True)
class _Named:
    """What an SLO is called with us."""

    service: str
    name: str

    @property
    def key(self) -> str:
        return f"{self.service}-{self.name}"


def read(remote: Sequence[RemoteObject], project: str | None, service: str) -> list[Imported]:
    """Return the SLOs among some objects.

    Args:
        remote: SLOs, corrections and monitors as they were read.
        project: whose; None for all there are.
        service: whose those are that carry no tag `service`.
    """
    monitors = [each for each in remote if each.kind is Kind.MONITOR]
    slos = [each for each in remote if each.kind is Kind.SLO]
    wanted = [each for each in slos if project is None or (each.mark is not None and each.mark.project == project)]
    taken: set[str] = set()
    made = []
    for each in sorted(wanted, key=lambda found: (found.title, found.id)):
        named = _named(each, service, taken)
        taken.add(named.key)
        own = [found for found in monitors if _about(found, each, monitors)]
        made.append(_imported(each, named, own, [found for found in remote if found.kind is Kind.SLO_CORRECTION]))
    return made


def _named(found: RemoteObject, service: str, taken: set[str]) -> _Named:
    tags = [str(each) for each in found.body.get("tags") or ()]
    owner = slug(next((each.partition(":")[2] for each in tags if each.startswith("service:")), service))
    if found.mark is not None and found.mark.key.startswith(f"{owner}-"):
        return _Named(owner, found.mark.key.removeprefix(f"{owner}-"))
    name = base = slug(found.title.removeprefix(f"{owner}: "))
    number = 2
    while f"{owner}-{name}" in taken:
        name, number = f"{base}-{number}", number + 1
    return _Named(owner, name)


def _about(monitor: RemoteObject, slo: RemoteObject, monitors: Sequence[RemoteObject]) -> bool:
    """Whether a monitor watches an SLO, or is made of one that does, or counts beside it."""
    query = str(monitor.body.get("query") or "")
    if f'"{slo.id}"' in query:
        return True
    parts = re.findall(r"\b\d+\b", query) if monitor.body.get("type") == "composite" else []
    if any(f'"{slo.id}"' in str(each.body.get("query")) for each in monitors if each.id in parts):
        return True
    mine = f"slo:{slo.mark.key}" if slo.mark else None
    return (
        mine is not None
        and "sightline:" in str(monitor.body.get("message"))
        and mine in (monitor.body.get("tags") or ())
    )


def _imported(
    found: RemoteObject, named: _Named, monitors: Sequence[RemoteObject], corrections: Sequence[RemoteObject]
) -> Imported:
    body = found.body
    tags = [str(each) for each in body.get("tags") or () if not str(each).startswith(_OURS)]
    labels = dict(each.split(":", 1) for each in tags if ":" in each)
    thresholds = list(body.get("thresholds") or ())
    primary = next((each for each in thresholds if each.get("timeframe") == body.get("timeframe")), None)
    primary = primary or (thresholds[0] if thresholds else {"timeframe": "30d", "target": 99})
    notes = [f"{found.title}: the tag `{each}` has no value and is not taken along" for each in tags if ":" not in each]
    if len(thresholds) > 1:
        notes.append(f"{found.title}: only the objective over {primary['timeframe']} is taken along")
    if primary.get("warning") is not None:
        notes.append(f"{found.title}: the warning threshold is not taken along")
    sli, why = _sli(body)
    notes += [f"{found.title}: {each}" for each in why]
    parts, said = alerts(monitors, named.key, str(primary["timeframe"]), found)
    calendar, unread = maintenance(corrections, found)
    notes += [f"{found.title}: {each}" for each in (*said, *unread)]
    slo = kept(
        name=named.name,
        description=without_mark(str(body.get("description") or "")).strip(),
        objective=plain(float(primary["target"])),
        period=primary["timeframe"],
        labels=labels,
        sli=sli,
        **parts,
        maintenance=calendar,
    )
    return Imported(named.service, slo, tuple(notes))


def _sli(body: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    match body.get("type"):
        case "monitor":
            said = ["its groups are not taken along"] if body.get("groups") else []
            return {"monitor": {"ids": list(body["monitor_ids"])}}, said
        case "time_slice":
            slices = body["sli_specification"]["time_slice"]
            query = slices["query"]
            text = _inlined(query["formulas"][0]["formula"], query["queries"])
            interval = int(slices.get("query_interval_seconds", 300))
            parts = {
                "datadog": text,
                "comparator": slices["comparator"],
                "threshold": plain(float(slices["threshold"])),
            }
            return {"time_slice": {**parts, "slice": f"{interval // 60}m"}}, []
        case _:
            return {"events": {"datadog": _events(body)}}, []


def _events(body: Mapping[str, Any]) -> dict[str, str]:
    count = (body.get("sli_specification") or {}).get("count")
    if not count:
        query = body["query"]
        return {"good_query": query["numerator"], "total_query": query["denominator"]}
    formulas = {
        each: str(count[f"{each}_events_formula"]["formula"])
        for each in ("good", "bad", "total")
        if count.get(f"{each}_events_formula")
    }
    queries = count["queries"]
    total = formulas.get("total") or f"({formulas.get('good')}) + ({formulas.get('bad')})"
    # The vendor takes no bad events of a total: `total - bad` is how they are said to it.
    less = re.fullmatch(rf"{re.escape(total)} - ([A-Za-z_]\w*)", formulas.get("good", ""))
    name, part = (
        ("error", less[1]) if less else ("good", formulas["good"]) if "good" in formulas else ("error", formulas["bad"])
    )
    return {f"{name}_query": _inlined(part, queries), "total_query": _inlined(total, queries)}


def _inlined(formula: str, queries: Sequence[Mapping[str, Any]]) -> str:
    texts = {str(each["name"]): str(each["query"]) for each in queries}
    if formula in texts:
        return texts[formula]
    return _NAME.sub(lambda name: f"({texts[name[0]]})" if name[0] in texts else name[0], formula)

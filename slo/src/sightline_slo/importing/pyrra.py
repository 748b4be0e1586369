"""Pyrra's ServiceLevelObjective, in our native form: the same selectors, the same windows and factors.

https://github.com/pyrra-dev/pyrra. What Pyrra does that no rule of ours does is a note, never silence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_slo import codes, durations
from sightline_slo.dialects._openslo_form import Anything, Named
from sightline_slo.durations import seconds, spell
from sightline_slo.form.place import Place
from sightline_slo.form.scalars import Choice, Flag, Text
from sightline_slo.form.structures import Fields, Items, Key, Texts
from sightline_slo.importing.native import Imported, kept, slug

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sightline_core.diagnostics import Diagnostic
    from sightline_core.located import Located

API, KIND = "pyrra.dev/v1alpha1", "ServiceLevelObjective"
PREFIX = "pyrra.dev/"
"""Labels that Pyrra puts on its rules."""
DAY_S = 86400
WINDOWS = (
    ("fast", "page", 24, 288, 14),
    ("medium", "page", 4, 48, 7),
    ("slow", "ticket", 1, 12, 2),
    ("slowest", "ticket", 0.25, 4, 1),
)
"""Name, severity, parts of a 28th of the period for the long and the short window, factor."""

TEXT = Text()
DURATION = Text(durations.PATTERN, codes.BAD_DURATION, "a whole number and a unit", "write it such as 28d")
QUERY = Fields({"metric": Key(TEXT, required=True)})
GROUPING = Items(TEXT)
SPEC = Fields(
    {
        "description": Key(TEXT),
        "target": Key(Text(r"[0-9]+(\.[0-9]+)?", why="no number", fix='write it such as "99.9"'), required=True),
        "window": Key(DURATION, required=True),
        "indicator": Key(
            Fields(
                {
                    "ratio": Key(
                        Fields(
                            {
                                "errors": Key(QUERY, required=True),
                                "total": Key(QUERY, required=True),
                                "grouping": Key(GROUPING),
                            }
                        )
                    ),
                    "latency": Key(
                        Fields(
                            {
                                "success": Key(QUERY, required=True),
                                "total": Key(QUERY, required=True),
                                "grouping": Key(GROUPING),
                            }
                        )
                    ),
                    "latencyNative": Key(
                        Fields(
                            {
                                "total": Key(QUERY, required=True),
                                "latency": Key(
                                    Text("[0-9]+(ms|s|m)", codes.BAD_DURATION, "no duration", "such as 200ms"),
                                    required=True,
                                ),
                                "grouping": Key(GROUPING),
                            }
                        )
                    ),
                    "bool_gauge": Key(Fields({"metric": Key(TEXT, required=True), "grouping": Key(GROUPING)})),
                },
                one_of=("ratio", "latency", "latencyNative", "bool_gauge"),
            ),
            required=True,
        ),
        "alerting": Key(
            Fields(
                {
                    "disabled": Key(Flag()),
                    "burnrates": Key(Flag()),
                    "absent": Key(Flag()),
                    "name": Key(TEXT),
                    "absentName": Key(TEXT),
                    "severities": Key(Texts()),
                }
            )
        ),
        "partial_response_strategy": Key(TEXT),
        "performanceOverAccuracy": Key(Flag()),
        "ruleOutput": Key(Named(Anything())),
    }
)
FORM = Fields(
    {
        "apiVersion": Key(Choice((API,)), required=True),
        "kind": Key(Choice((KIND,)), required=True),
        "metadata": Key(
            Fields(
                {
                    "name": Key(TEXT, required=True),
                    "namespace": Key(TEXT),
                    "labels": Key(Texts()),
                    "annotations": Key(Texts()),
                }
            ),
            required=True,
        ),
        "spec": Key(SPEC, required=True),
        "status": Key(Named(Anything())),
    }
)


def read(document: Located, service: str | None, findings: list[Diagnostic]) -> Imported | None:
    """Read an object; None where a finding says what is wrong with its form.

    Args:
        document: the object.
        service: whose it is, where neither a label `service` nor its namespace says so.
        findings: gets what is wrong.
    """
    before = len(findings)
    FORM.check(Place(document, (), document.value, findings, []))
    if len(findings) > before:
        return None
    meta, spec = document.value["metadata"], document.value["spec"]
    labels = {key.removeprefix(PREFIX): each for key, each in (meta.get("labels") or {}).items() if PREFIX in key}
    owner = labels.pop("service", None) or service or meta.get("namespace") or meta["name"]
    alerting = spec.get("alerting") or {}
    quiet = bool(alerting.get("disabled")) or not alerting.get("burnrates", True)
    by, sli = _sli(spec["indicator"])
    slo = kept(
        name=slug(meta["name"]).removeprefix(f"{slug(owner)}-"),
        description=spec.get("description", "").strip(),
        objective=_number(spec["target"]),
        period=spec["window"],
        labels=labels,
        by=by,
        sli={"events": {"prometheus": sli}},
        budget="averaged" if spec.get("performanceOverAccuracy") else None,
        windows=_windows(seconds(spec["window"]) or DAY_S),
        alerting=kept(
            name=alerting.get("name", "ErrorBudgetBurn"),
            page_alert={"disable": True} if quiet else None,
            ticket_alert={"disable": True} if quiet else None,
        ),
    )
    return Imported(slug(owner), slo, tuple(_notes(meta["name"], spec, alerting)))


def _number(text: str) -> float | int:
    value = float(text)
    return int(value) if value == int(value) else value


def _sli(indicator: Mapping[str, Any]) -> tuple[list[str], dict[str, str]]:
    ((kind, inner),) = indicator.items()
    by = list(inner.get("grouping") or ())
    add = f"sum by ({', '.join(by)}) " if by else "sum"
    match kind:
        case "ratio":
            return by, {"error_query": _rate(add, inner["errors"]), "total_query": _rate(add, inner["total"])}
        case "latency":
            return by, {"good_query": _rate(add, inner["success"]), "total_query": _rate(add, inner["total"])}
        case "latencyNative":
            rate, within = _rate(add, inner["total"]), _in_seconds(inner["latency"])
            return by, {
                "good_query": f"histogram_fraction(0, {within}, {rate}) * histogram_count({rate})",
                "total_query": f"histogram_count({rate})",
            }
        case _:
            metric = f"{inner['metric'].strip()}[{{{{.window}}}}]"
            total = f"{add}(count_over_time({metric}))"
            return by, {"error_query": f"{total} - {add}(sum_over_time({metric}))", "total_query": total}


def _rate(add: str, query: Mapping[str, str]) -> str:
    return f"{add}(rate({query['metric'].strip()}[{{{{.window}}}}]))"


def _in_seconds(text: str) -> str:
    for unit, factor in (("ms", 0.001), ("s", 1.0), ("m", 60.0)):
        if text.endswith(unit):
            return f"{float(text.removesuffix(unit)) * factor:g}"
    raise ValueError(f"`{text}` is no duration")


def _windows(period_s: int) -> list[dict[str, Any]]:
    """Return Pyrra's windows, which shrink and grow with the period and are whole minutes."""
    made = []
    for name, severity, long, short, factor in WINDOWS:
        # Go rounds half away from zero; so does this, for what is above zero.
        pair = [max(int(period_s / 28 / part / 60 + 0.5), 1) * 60 for part in (long, short)]
        long_text, short_text = (spell(each) for each in pair)
        made.append({"name": name, "severity": severity, "long": long_text, "short": short_text, "burn_rate": factor})
    return made


def _notes(name: str, spec: Mapping[str, Any], alerting: Mapping[str, Any]) -> list[str]:
    found = []
    if alerting.get("absent", True) and not alerting.get("disabled"):
        found.append(f"{name}: the alert on absent metrics is not taken along")
    if alerting.get("severities"):
        found.append(f"{name}: own severities are not taken along: critical is page, warning is ticket")
    found += [
        f"{name}: `{key}` is not taken along" for key in ("partial_response_strategy", "ruleOutput") if spec.get(key)
    ]
    return found

"""The alert policies of an OpenSLO: each condition is a pair of windows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sightline_slo.dialects._openslo_times import duration
from sightline_slo.model import Alert, Severity
from sightline_slo.windows import window

if TYPE_CHECKING:
    from sightline_slo.dialects._openslo_objects import At
    from sightline_slo.model import Window

SHORT = 12
"""A condition without `alertAfter` gets a short window of a twelfth, which is everybody's rule."""


def alerting(spec: At, name: str, period_s: int) -> tuple[str, dict[Severity, Alert], tuple[Window, ...]]:
    """Return the alerts' name, the alerts, and their windows; without policies nobody is told of anything."""
    alert_name = name
    windows: list[Window] = []
    notify: dict[Severity, list[str]] = {each: [] for each in Severity}
    for entry in spec.items("alertPolicies"):
        policy = entry.either("alertPolicyRef", "AlertPolicy")
        if policy is None:
            continue
        own = policy.value.get("metadata") or {}
        alert_name = str(own.get("displayName") or alert_name)
        inner = policy.inner("spec")
        if not inner.value.get("alertWhenBreaching", True):
            continue
        first, *others = inner.items("conditions")
        for each in others:
            each.report("a policy has one condition", help_text="make a policy of each")
        key = str(spec.document.value["metadata"]["name"])
        made = _window(first, _short(str(own.get("name") or f"policy-{len(windows)}"), key), period_s)
        if made is not None:
            windows.append(made)
            notify[made.severity] += _handles(inner)
    severities = {each.severity for each in windows}
    alerts = {each: Alert(each in severities, {}, {}, tuple(dict.fromkeys(notify[each]))) for each in Severity}
    return alert_name, alerts, tuple(windows)


def _short(policy: str, key: str) -> str:
    """Return what a window is called: the policy's name without what our own export puts before it."""
    text = re.sub(f"^{re.escape(key)}-(page|ticket)-", "", policy)
    return re.sub("[^a-z0-9]+", "-", text.lower()).strip("-")


def _window(entry: At, name: str, period_s: int) -> Window | None:
    found = entry.either("conditionRef", "AlertCondition")
    if found is None:
        return None
    spec = found.inner("spec")
    condition = spec.inner("condition")
    severity = str(spec.value["severity"]).lower()
    if severity not in set(Severity):
        spec.report(f"nobody knows whom `{severity}` wakes", "severity", help_text="write page or ticket")
        return None
    if condition.value["op"] in {"lt", "lte"}:
        condition.report("a burn rate below its threshold is no alarm", "op", help_text="write gt or gte")
        return None
    long_s = duration(condition, "lookbackWindow", condition.value["lookbackWindow"])
    after = condition.value.get("alertAfter", "0m")
    short_s = long_s // SHORT if re.fullmatch("0[mhdw]", after) else duration(condition, "alertAfter", after)
    if not long_s or not short_s or not period_s:
        return None
    if short_s > long_s:
        condition.report("`alertAfter` is longer than `lookbackWindow`", "alertAfter", help_text="shorten it")
        return None
    rate = float(condition.value["threshold"])
    return window(name, Severity(severity), period_s, (long_s, short_s), burn_rate=rate)


def _handles(policy: At) -> list[str]:
    """Return Datadog's handles among the targets; the others are for who reads OpenSLO."""
    found = []
    for entry in policy.items("notificationTargets"):
        target = entry.either("targetRef", "AlertNotificationTarget")
        if target is not None and str(target.value["spec"]["target"]).startswith("@"):
            found.append(str(target.value["spec"]["target"]))
    return found

"""A star in a role grants what does not exist yet, and escalation verbs grant everything in two steps.

https://kubernetes.io/docs/concepts/security/rbac-good-practices/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_kube.rules import Finding
from sightline_kube.shapes import items, mapping

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_kube.manifests import Bundle

CODE = "KUBE020"
SEVERITY = Severity.WARNING
ESCALATIONS = ("escalate", "bind", "impersonate")
WRITE = frozenset({"create", "*"})


def check(bundle: Bundle) -> Iterator[Finding]:
    """Warn of stars, of escalation verbs, of all secrets of a cluster, and of a way into any pod."""
    for role in bundle.of("Role", "ClusterRole"):
        for index, rule in enumerate(role.items("rules")):
            for field in ("apiGroups", "resources", "verbs"):
                for place, word in enumerate(items(mapping(rule).get(field))):
                    said = _said(role.kind, mapping(rule), field, str(word))
                    if said:
                        yield Finding(
                            role,
                            f"{role} grants {said}",
                            role.at("rules", index, field, place),
                            "",
                            "name what is needed",
                        )


def _said(kind: str, rule: object, field: str, word: str) -> str:
    verbs = set(map(str, items(mapping(rule).get("verbs"))))
    named = bool(items(mapping(rule).get("resourceNames")))
    if word == "*":
        return {"apiGroups": "every API group", "resources": "every resource", "verbs": "every verb"}[field]
    if field == "verbs" and word in ESCALATIONS:
        return f"`{word}`, by which it can give itself any right"
    if (
        field == "resources"
        and word == "secrets"
        and kind == "ClusterRole"
        and not named
        and verbs & {"get", "list", "*"}
    ):
        return "the secrets of every namespace"
    if field == "resources" and word in {"pods/exec", "pods/attach"} and verbs & WRITE:
        return f"`{word}`, a way into running pods"
    return ""

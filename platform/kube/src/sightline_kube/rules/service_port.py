"""A Service whose port has no container behind it answers nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_core.suggest import did_you_mean
from sightline_kube.pods import templates
from sightline_kube.rules import Finding
from sightline_kube.selecting import equals
from sightline_kube.shapes import dig

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_kube.manifests import Bundle

CODE = "KUBE019"
SEVERITY = Severity.ERROR


def check(bundle: Bundle) -> Iterator[Finding]:
    """Refuse a port by name that no pod behind the Service declares; a number need not be declared."""
    pods = list(templates(bundle))
    for service in bundle.of("Service"):
        behind = [
            each
            for each in pods
            if each.namespace == service.effective_namespace and equals(service.get("spec", "selector"), each.labels)
        ]
        names = {name for each in behind for name, _, _ in each.ports() if name}
        for index, port in enumerate(service.items("spec", "ports")):
            target = dig(port, ("targetPort",))
            if behind and isinstance(target, str) and not target.isdigit() and target not in names:
                near = did_you_mean(target, names)
                yield Finding(
                    service,
                    f"{service} sends to the port `{target}`, which its pods do not have",
                    service.at("spec", "ports", index, "targetPort"),
                    f"they have {', '.join(sorted(names)) or 'no named port'}",
                    f"did you mean `{near}`?" if near else "name the port in the container, or give its number",
                )

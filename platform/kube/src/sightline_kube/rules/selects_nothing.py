"""A selector that no pod fits protects nobody and sends traffic nowhere, silently."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_core.suggest import did_you_mean
from sightline_kube.pods import templates
from sightline_kube.rules import Finding
from sightline_kube.selecting import equals, matches
from sightline_kube.shapes import Path, mapping

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

    from sightline_kube.manifests import Bundle

CODE = "KUBE015"
SEVERITY = Severity.ERROR
SELECTORS: Mapping[str, tuple[Path, Callable[[Any, Mapping[str, str]], bool]]] = {
    "Service": (("spec", "selector"), equals),
    "PodDisruptionBudget": (("spec", "selector"), matches),
    "NetworkPolicy": (("spec", "podSelector"), matches),
}


def check(bundle: Bundle) -> Iterator[Finding]:
    """Refuse a selector that takes no pod of its namespace, where the bundle holds pods of that namespace at all."""
    pods = list(templates(bundle))
    for manifest in bundle.of(*SELECTORS):
        path, takes = SELECTORS[manifest.kind]
        selector = manifest.get(*path)
        near = [each for each in pods if each.namespace == manifest.effective_namespace]
        if not near or not mapping(selector) or any(takes(selector, each.labels) for each in near):
            continue
        wanted = mapping(selector.get("matchLabels", selector if takes is equals else {}))
        there = {f"{key}: {value}" for each in near for key, value in each.labels.items()}
        odd = next((f"{key}: {value}" for key, value in wanted.items() if f"{key}: {value}" not in there), "")
        close = did_you_mean(odd, there) if odd else None
        yield Finding(
            manifest,
            f"{manifest} selects no pod of namespace {manifest.effective_namespace}",
            manifest.at(*path),
            f"no pod has `{odd}`" if odd else "no pod fits",
            f"did you mean `{close}`?" if close else "make it the labels of the pods' template",
        )

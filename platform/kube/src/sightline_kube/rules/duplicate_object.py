"""Of two objects with one name, the second overwrites the first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Related, Severity
from sightline_kube.rules import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_kube.manifests import Bundle, Manifest

CODE = "KUBE003"
SEVERITY = Severity.ERROR


def check(bundle: Bundle) -> Iterator[Finding]:
    """Refuse the second; `generateName` makes a new one each time."""
    firsts: dict[tuple[str, str, str, str], Manifest] = {}
    for manifest in bundle.manifests:
        if manifest.get("metadata", "name") is None:
            continue
        first = firsts.setdefault(manifest.key, manifest)
        if first is not manifest:
            where = f" in namespace {manifest.effective_namespace}" if manifest.effective_namespace else ""
            yield Finding(
                manifest,
                f"{manifest}{where} stands twice",
                manifest.head,
                "again here",
                "delete one of the two",
                related=(Related(first.head, "first here"),),
            )

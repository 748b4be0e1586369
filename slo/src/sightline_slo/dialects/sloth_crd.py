"""`kind: PrometheusServiceLevel`: Sloth's Kubernetes form, read strictly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_slo.dialects._sloth_shape import CAMEL, slos
from sightline_slo.kubernetes import METADATA
from sightline_slo.model import KubernetesMeta, Spec
from sightline_slo.reader import Reader

if TYPE_CHECKING:
    from sightline_core.diagnostics import Diagnostic
    from sightline_core.located import Located
    from sightline_slo.dialects import Context

VERSIONS = ("sloth.slok.dev/v1/PrometheusServiceLevel",)


def read(document: Located, context: Context, findings: list[Diagnostic]) -> Spec | None:
    """Read an object: its head, then each SLO of its spec. What the cluster wrote is let be."""
    root = Reader(document, (), findings)
    root.text("apiVersion")
    root.text("kind")
    root.has("status")
    meta = _metadata(root.inner("metadata"))
    spec = root.inner("spec", required=True)
    root.done()
    if spec is None:
        return None
    read = tuple(slos(spec, CAMEL, context))
    spec.done()
    return Spec(VERSIONS[0], read, spec.texts("labels"), document.span.file, meta)


def _metadata(head: Reader | None) -> KubernetesMeta | None:
    if head is None:
        return None
    for each in METADATA:
        head.has(each)
    meta = KubernetesMeta(
        head.text("name") or "", head.text("namespace") or "", head.texts("labels"), head.texts("annotations")
    )
    head.done()
    return meta

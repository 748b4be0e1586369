"""A class that nobody named may be any, and the default of many clusters does not encrypt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_kube.shapes import dig
from sightline_vault.lint.configurations import truth
from sightline_vault.lint.rules import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.lint.estate import Estate

CODE = "VLT145"
SEVERITY = Severity.ERROR
POINT = 19


def check(estate: Estate) -> Iterator[Finding]:
    """Want a named class of each claim, that encrypts as far as the manifests or the model tell."""
    for server in estate.servers:
        for index, claim in enumerate(server.manifest.items("spec", "volumeClaimTemplates")):
            where = ("spec", "volumeClaimTemplates", index, "spec", "storageClassName")
            name = server.manifest.get(*where)
            if not name:
                volume = dig(claim, ("metadata", "name"))
                text = f"the class of the volume {volume} of {server.manifest} is not named"
                span = server.manifest.key_at(*where)
                yield Finding(
                    text, span, "write `storageClassName`, of a class that encrypts", manifest=server.manifest
                )
            found = estate.bundle.find("StorageClass", "", str(name))
            if found is not None and not truth(found.get("parameters", "encrypted")):
                help_text = 'write `encrypted: "true"` under `parameters`'
                yield Finding(f"{found} does not encrypt", found.key_at("parameters"), help_text, manifest=found)
    for model in estate.models:
        if not model.spec.storage.encrypted:
            span = model.document.span_of(("storage", "encrypted"))
            yield Finding("the storage class does not encrypt", span, "name one that does, and write `encrypted: true`")

"""A value in a Secret's manifest is in the repository, in Helm's releases and in every copy of both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_kube.rules import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_kube.manifests import Bundle

CODE = "KUBE022"
SEVERITY = Severity.ERROR


def check(bundle: Bundle) -> Iterator[Finding]:
    """Refuse every value that is not empty; its text is not repeated."""
    for secret in bundle.of("Secret"):
        for field in ("data", "stringData"):
            for key, value in secret.mapping(field).items():
                if value:
                    span = secret.document.key_span((*secret.root, field, key))
                    yield Finding(
                        secret,
                        f"{secret} holds the value of `{key}` in its manifest",
                        span,
                        "base64 hides nothing" if field == "data" else "",
                        "let it be written in the cluster, by Vault or external-secrets, and change it: it was seen",
                    )

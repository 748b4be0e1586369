"""A policy over everything is the root token under another name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_vault.lint.rules import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.lint.estate import Estate

CODE = "VLT151"
SEVERITY = Severity.ERROR
POINT = 14


_POWER = {"create", "update", "patch", "delete", "sudo"}
_WIDE = {"*", "+/*", "sys/*", "auth/*", "sys/policies/*", "sys/policies/acl/*"}


def check(estate: Estate) -> Iterator[Finding]:
    """Refuse power over whole trees, and sudo anywhere."""
    for model in estate.models:
        for index, policy in enumerate(model.spec.policies):
            for path, capabilities in policy.paths.items():
                power = sorted(set(capabilities) & _POWER)
                if (path in _WIDE and power) or "sudo" in power:
                    span = model.document.span_of(("policies", index, "paths", path))
                    text = f"the policy {policy.name} may {', '.join(power)} {path}"
                    yield Finding(text, span, "name the paths that are used, and what is done there")

"""Who does not check the certificate may as well speak to anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_kube.shapes import Path, items, mapping
from sightline_vault.lint.asking import containers, spoken, variables
from sightline_vault.lint.configurations import truth
from sightline_vault.lint.rules import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.lint.estate import Estate

CODE = "VLT110"
SEVERITY = Severity.ERROR
POINT = 3


_NAMES = {"VAULT_SKIP_VERIFY", "BAO_SKIP_VERIFY"}
_FLAG = "-tls-skip-verify"


def check(estate: Estate) -> Iterator[Finding]:
    """Look into every container's variables and commands, and into the sections of every configuration."""
    help_text = "mount the CA, and name it by `VAULT_CACERT`"
    for each in containers(estate.bundle):
        owner = each.pod.owner
        text = f"container {each.name} of {owner} does not check Vault's certificate"
        for name, value, span in variables(each):
            if name in _NAMES and truth(value):
                yield Finding(text, span, help_text, manifest=owner)
        for said, span in spoken(each):
            if _FLAG in said:
                yield Finding(text, span, help_text, manifest=owner)
    for config, _ in estate.configurations:
        for part in config.parts:
            for path in _switched(part.value, ()):
                text = f"{part.manifest} does not check a certificate"
                yield Finding(text, part.at(*path), "name the CA instead", manifest=part.manifest)


def _switched(value: object, path: Path) -> Iterator[Path]:
    for key, each in mapping(value).items():
        if key == "tls_skip_verify" and truth(each):
            yield (*path, key)
        yield from _switched(each, (*path, key))
    for index, each in enumerate(items(value)):
        yield from _switched(each, (*path, index))

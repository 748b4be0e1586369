"""The hub's cluster for the tests here, as it is or with fields replaced."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

from sightline_vault.model import VaultClusterSpec, read_spec_file

ROOT = Path(__file__).resolve().parents[3]
HUB = ROOT / "platform" / "vault" / "clusters" / "hub.yaml"
CHART = ROOT / "platform" / "vault" / "chart"


def hub(**changes: Any) -> VaultClusterSpec:
    """Return the hub's model with some fields replaced."""
    spec, findings = read_spec_file(HUB)
    assert spec is not None, findings
    return dataclasses.replace(spec, **changes)


def openbao() -> VaultClusterSpec:
    """Return the hub as OpenBao."""
    spec = hub()
    software = dataclasses.replace(spec.software, product="openbao", version="2.4.4", image="quay.io/openbao/openbao")
    return dataclasses.replace(spec, software=software)

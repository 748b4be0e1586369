"""How the chart runs our own image: each container's arguments, made of the model's names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_vault.spec.naming import SPEC_FILE, TLS_FOLDER, Naming

if TYPE_CHECKING:
    from sightline_vault.spec.model import VaultClusterSpec


def arguments(spec: VaultClusterSpec) -> dict[str, list[str]]:
    """Return the arguments of `sightline` by container: reload, probe, snapshot and drill."""
    names = Naming(spec)
    local = next(each.name for each in spec.clusters if each.local)
    login = [
        *(f"--address={names.api(ordinal)}" for ordinal in range(spec.nodes)),
        f"--ca-file={TLS_FOLDER}/ca.crt",
        f"--login-mount={names.auth_path(local)}",
        "--login=snapshot",
    ]
    return {
        "reload": ["vault", "reload"],
        "probe": ["vault", "kms-probe", SPEC_FILE],
        "snapshot": ["vault", "snapshot", "take", SPEC_FILE, *login],
        "drill": ["vault", "snapshot", "drill", SPEC_FILE],
    }

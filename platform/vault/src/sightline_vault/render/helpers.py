"""How the chart runs our own image: each container's arguments, made of the model's names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_vault.model.naming import SPEC_FILE, TLS_FOLDER, Naming

if TYPE_CHECKING:
    from sightline_vault.model.cluster import VaultClusterSpec

ALIVE_FILE = "/tmp/alive"  # noqa: S108 - in a pod, whose /tmp is its own
"""What the probe touches after each look."""


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
        "reload": ["vault", "reload", SPEC_FILE],
        "probe": ["vault", "kms-probe", SPEC_FILE, f"--alive={ALIVE_FILE}"],
        "snapshot": ["vault", "snapshot", "take", SPEC_FILE, "--prune", *login],
        "drill": ["vault", "snapshot", "drill", SPEC_FILE],
    }


def audit_shippers(spec: VaultClusterSpec) -> list[dict[str, object]]:
    """Return a container for each audit log on the volume: `name` and `arguments`.

    A log is rotated at an eighth of the volume and two are kept, so that what is there is never half of it.
    """
    mib = max(1, spec.storage.audit_gib * 1024 // 8)
    return [
        {
            "name": f"audit-{device.name}",
            "arguments": ["vault", "audit-ship", SPEC_FILE, device.path, f"--rotate-mib={mib}"],
        }
        for device in spec.audit
        if device.kind == "file"
    ]

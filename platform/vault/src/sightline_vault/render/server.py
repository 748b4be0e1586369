"""The server's configuration: JSON, which is HCL to Vault and OpenBao, one file for each server.

In a test or a drill, give other places and nothing else; what the server runs by is then what the chart ships, but for
addresses, files and KMS's endpoint:

    configuration(spec, 0, Places((Place(node="vault-0", listen="127.0.0.1:18200", …),), registered=False, …))

`sightline_vault.testing.by_model(spec)` is that as the `render=` of `sightline_kube.testing.servers.vault_cluster`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sightline_vault.model.naming import AUDIT_FOLDER, Naming
from sightline_vault.render.places import in_pods

if TYPE_CHECKING:
    from sightline_vault.model.cluster import AuditDevice, VaultClusterSpec
    from sightline_vault.render.places import Place, Places


def configuration(spec: VaultClusterSpec, ordinal: int, places: Places | None = None) -> dict[str, Any]:
    """Return the configuration of one server."""
    places = places or in_pods(spec)
    own = places.servers[ordinal]
    found: dict[str, Any] = {
        "api_addr": own.api,
        "cluster_addr": own.cluster,
        "cluster_name": spec.name,
        "listener": {"tcp": _listener(spec, own)},
        "log_format": "json",
        "log_level": "info",
        "seal": {"awskms": _seal(spec, places)},
        "storage": {"raft": _raft(own, [each for each in places.servers if each is not own])},
        "telemetry": {"disable_hostname": True, "prometheus_retention_time": "24h"},
        "ui": spec.ui,
    }
    if places.registered:
        found["service_registration"] = {"kubernetes": {"namespace": spec.namespace, "pod_name": own.node}}
    if spec.software.product == "vault":
        # Raft maps its whole file: locked in memory, it would be killed for it. Vault 1.20 and later want it said;
        # OpenBao has no mlock. https://github.com/hashicorp/vault/pull/29974
        found["disable_mlock"] = True
    else:
        # OpenBao takes no audit device by its API. https://openbao.org/docs/configuration/audit
        found["audit"] = [_audit(each, places.audit) for each in spec.audit]
    return found


def text(spec: VaultClusterSpec, ordinal: int, places: Places | None = None) -> str:
    """Return the file of one server."""
    return json.dumps(configuration(spec, ordinal, places), indent=2, sort_keys=True) + "\n"


def _listener(spec: VaultClusterSpec, own: Place) -> dict[str, Any]:
    return {
        "address": own.listen,
        "cluster_address": own.listen_cluster,
        # Agents of a mutual-TLS mesh would offer theirs; nobody logs in by certificates here.
        "tls_disable_client_certs": True,
        "tls_cert_file": own.certificate,
        "tls_key_file": own.key,
        "tls_min_version": spec.certificates.min_tls,
        "telemetry": {"unauthenticated_metrics_access": False},
    }


def _seal(spec: VaultClusterSpec, places: Places) -> dict[str, Any]:
    """Return the key that seals; who asks is known by Pod Identity, so no key of AWS is written anywhere.

    A retired key does not stand here: what KMS sealed names its own key, and after a restart the server seals its keys
    anew by this one (Vault's `UpgradeKeys`).
    """
    found = {
        "region": places.seal_region or spec.region,
        "kms_key_id": places.seal_key or Naming(spec).seal_key,
    }
    return found | ({"endpoint": places.seal_endpoint} if places.seal_endpoint else {})


def _raft(own: Place, others: list[Place]) -> dict[str, Any]:
    # The multiplier's default of 5 is for small machines: a lost leader is then missed for 10 s and more.
    found: dict[str, Any] = {"path": own.data, "node_id": own.node, "performance_multiplier": "1"}
    join = [
        {
            "leader_api_addr": each.api,
            "leader_ca_cert_file": own.authority,
            "leader_tls_servername": each.server_name,
        }
        for each in others
    ]
    # An empty list is an "invalid retry_join config", and the server ends.
    return found | ({"retry_join": join} if join else {})


def _audit(device: AuditDevice, folder: str) -> dict[str, Any]:
    if device.kind == "socket":
        return {"socket": {device.name: {"options": {"address": device.address, "socket_type": "tcp"}}}}
    path = "stdout" if device.kind == "stdout" else device.path.replace(AUDIT_FOLDER, folder, 1)
    return {"file": {device.name: {"options": {"file_path": path}}}}

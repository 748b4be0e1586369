"""The chart's values: everything that follows from the model; the chart itself names nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_vault.model.naming import (
    API_PORT,
    AUDIT_FOLDER,
    CLUSTER_PORT,
    CONFIG_FOLDER,
    DATA_FOLDER,
    PROGRAMS_FOLDER,
    SIGNER_FILE,
    SPEC_FILE,
    TLS_FOLDER,
    TOKEN_FOLDER,
    Naming,
)
from sightline_vault.network import network_policies
from sightline_vault.observability.agent import pod_annotations
from sightline_vault.render.documents import plain, spec_text
from sightline_vault.render.helpers import arguments, audit_shippers
from sightline_vault.render.server import configuration

if TYPE_CHECKING:
    from sightline_vault.model.cluster import VaultClusterSpec


def values(spec: VaultClusterSpec) -> dict[str, Any]:
    """Return the values of the chart, as `values.schema.json` of it has them."""
    names = Naming(spec)
    local = next(each for each in spec.clusters if each.local)
    return {
        "name": spec.name,
        "namespace": spec.namespace,
        "product": spec.software.product,
        "version": spec.software.version,
        "image": f"{spec.software.image}@{spec.software.digest}",
        "helperImage": f"{spec.helper.image}@{spec.helper.digest}",
        "region": spec.region,
        "zones": list(spec.zones),
        "labels": dict(names.common_labels),
        # https://docs.datadoghq.com/getting_started/tagging/unified_service_tagging/
        "tags": {"env": spec.env, "service": spec.name, "team": spec.team},
        "podAnnotations": pod_annotations(spec),
        "selectors": {
            "server": dict(names.labels),
            "snapshot": dict(names.snapshot_labels),
            "drill": dict(names.drill_labels),
            "probe": dict(names.probe_labels),
        },
        "accounts": {
            "server": names.service_account,
            "snapshot": names.snapshot_account,
            "drill": names.drill_account,
            "probe": names.probe_account,
        },
        "services": {"api": spec.name, "internal": names.internal, "active": names.active},
        "activeLabel": names.active_label,
        "configMaps": {"servers": names.server_files, "model": names.model_file},
        "ports": {"api": API_PORT, "cluster": CLUSTER_PORT},
        "folders": {
            "tls": TLS_FOLDER,
            "data": DATA_FOLDER,
            "audit": AUDIT_FOLDER,
            "config": CONFIG_FOLDER,
            "token": TOKEN_FOLDER,
            "spec": SPEC_FILE.rpartition("/")[0],
            "programs": PROGRAMS_FOLDER,
            "signer": SIGNER_FILE.rpartition("/")[0],
        },
        "audience": local.audience,
        "reviewsTokens": any(each.cluster == local.name for each in spec.roles),
        "maxUnavailable": names.max_unavailable,
        "storage": {
            "className": spec.storage.class_name,
            "encrypted": spec.storage.encrypted,
            "dataGib": spec.storage.data_gib,
            "auditGib": spec.storage.audit_gib,
        },
        "resources": {"cpuMillis": spec.resources.cpu_millis, "memoryMib": spec.resources.memory_mib},
        "signerSecret": names.signer_secret,
        "certificate": {
            "name": names.certificate,
            "issuer": spec.certificates.issuer,
            "issuerKind": spec.certificates.issuer_kind,
            "duration": spec.certificates.duration,
            "renewBefore": spec.certificates.renew_before,
            "dnsNames": list(names.dns_names),
        },
        "schedules": {"snapshot": spec.snapshots.schedule, "drill": spec.snapshots.drill_schedule},
        "deadlines": {
            "snapshot": spec.snapshots.recovery_point_minutes * 60,
            "drill": 3600,
            "probe": max(120, 4 * spec.seal.probe_every_s),
        },
        "arguments": arguments(spec),
        "auditShippers": audit_shippers(spec),
        "servers": [
            {"name": names.pod(ordinal), "configuration": configuration(spec, ordinal)} for ordinal in range(spec.nodes)
        ],
        "networkPolicies": [_policy(each, names) for each in network_policies(spec)],
        "specification": spec_text(spec),
    }


def _policy(manifest: dict[str, Any], names: Naming) -> dict[str, Any]:
    name = manifest["metadata"]["name"]
    found: dict[str, Any] = {"name": name, "spec": plain(manifest["spec"])}
    if name == names.injector:
        found["annotations"] = {"sightline/suppress-KUBE015": "the injector's pods are of a chart of its own"}
    return found

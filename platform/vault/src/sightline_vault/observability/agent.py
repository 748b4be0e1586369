"""How the Datadog Agent watches the servers: annotations of their pods, and a token that it renews by itself.

https://docs.datadoghq.com/containers/kubernetes/integrations/ and
https://github.com/DataDog/integrations-core/blob/master/vault/datadog_checks/vault/data/conf.yaml.example
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sightline_vault.model.naming import API_PORT, Naming
from sightline_vault.observability.audit.scrub import SOURCE
from sightline_vault.observability.audit.second_device import RULES
from sightline_vault.observability.metric_map import metrics

if TYPE_CHECKING:
    from sightline_vault.model.cluster import VaultClusterSpec

TOKEN_FILE = "/var/run/vault-agent/token"  # noqa: S105 - a path
AUTHORITY_FILE = "/etc/datadog-agent/vault-ca.crt"
ROLE = "datadog"
"""The role by which the Agent logs in; its policy reads sys/metrics and nothing else."""


def pod_annotations(spec: VaultClusterSpec) -> dict[str, str]:
    """Return the annotations of the servers' pods, by which the Agent finds them."""
    names = Naming(spec)
    # The Agent asks a pod by its address, and checks the certificate by a name that every server's carries.
    host = names.address.removeprefix("https://").rpartition(":")[0]
    # By default the Agent does not tag a check by its pod.
    tags = [*names.tags, "pod_name:%%kube_pod_name%%"]
    tls = {"tls_verify": True, "tls_ca_cert": AUTHORITY_FILE}
    vault = {
        "use_openmetrics": True,
        "api_url": f"https://%%host%%:{API_PORT}/v1",
        "client_token_path": TOKEN_FILE,
        "detect_leader": True,
        "headers": {"Host": host},
        "tls_use_host_header": True,
        "tags": tags,
        "extra_metrics": [{each.prometheus: _name(each.datadog)} for each in metrics().values() if not each.mapped],
        **tls,
    }
    certificate = {"server": "%%host%%", "port": API_PORT, "server_hostname": host, "tags": tags, **tls}
    checks = {"vault": {"instances": [vault]}, "tls": {"instances": [certificate]}}
    logs = {"server": [{"source": "vault", "service": spec.name, "log_processing_rules": list(RULES)}]}
    for device in spec.audit:
        if device.kind == "file":
            logs[f"audit-{device.name}"] = [{"source": SOURCE, "service": spec.name}]
    return {
        "ad.datadoghq.com/server.checks": json.dumps(checks),
        "ad.datadoghq.com/tags": json.dumps(dict(each.split(":", 1) for each in names.tags)),
        **{f"ad.datadoghq.com/{container}.logs": json.dumps(rules) for container, rules in logs.items()},
    }


def token_agent(spec: VaultClusterSpec) -> dict[str, Any]:
    """Return the configuration of the `vault agent` beside the Datadog Agent, which keeps a token in a file."""
    names = Naming(spec)
    local = next(each for each in spec.clusters if each.local)
    login = {
        "type": "kubernetes",
        "mount_path": f"auth/{names.auth_path(local.name)}",
        "config": {"role": ROLE, "token_path": "/var/run/secrets/vault/token"},
    }
    return {
        "vault": {"address": names.address, "ca_cert": AUTHORITY_FILE},
        "auto_auth": {
            "method": login,
            "sinks": [{"sink": {"type": "file", "config": {"path": TOKEN_FILE, "mode": 288}}}],
        },
    }


def _name(datadog: str) -> str:
    """Return a name as the check wants it: it puts its own namespace before it."""
    return datadog.removeprefix("vault.")

"""Servers that are sealed, silent, or restarted again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_vault.observability.collect import CAN_CONNECT, UNSEALED
from sightline_vault.observability.monitors.watch import Watch, check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.model.cluster import VaultClusterSpec

RESTARTS = "kubernetes.containers.restarts"
"""Of the Agent's kubelet check: https://docs.datadoghq.com/containers/kubernetes/data_collected/"""


def watches(spec: VaultClusterSpec, at: str) -> Iterator[Watch]:
    """Yield them."""
    yield Watch(
        "sealed",
        "a server is sealed",
        check(UNSEALED, at, 3),
        "{{pod_name.name}} is sealed: it serves nobody until KMS unseals it.",
        "sealed-after-restart",
        page=True,
        thresholds={"critical": 2, "ok": 1},
        type="service check",
    )
    yield Watch(
        "silent",
        "a server does not answer",
        check(CAN_CONNECT, at, 4),
        "{{pod_name.name}} does not answer on its API port.",
        "node-replacement",
        page=True,
        thresholds={"critical": 3, "ok": 1},
        type="service check",
        options={"notify_no_data": True, "no_data_timeframe": 10},
    )
    where = f"kube_namespace:{spec.namespace},kube_container_name:server"
    yield Watch(
        "restarts",
        "a server is restarted",
        f"change(max(last_5m),last_5m):max:{RESTARTS}{{{at},{where}}} by {{pod_name}} > 0",
        "{{pod_name.name}} ended and was started again: with KMS denied or unreachable it ends each time.",
        "kms-key-unusable",
        page=True,
        thresholds={"critical": 0},
    )

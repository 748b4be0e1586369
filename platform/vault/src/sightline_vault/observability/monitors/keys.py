"""The KMS key that seals, and the certificates of the listeners."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_vault.model.durations import seconds
from sightline_vault.observability.collect import CERTIFICATE
from sightline_vault.observability.metric_map import metrics
from sightline_vault.observability.monitors.watch import Watch
from sightline_vault.seal.probe import OK
from sightline_vault.seal.reloading import STALE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.model.cluster import VaultClusterSpec

_DAY_S = 86400


def watches(spec: VaultClusterSpec, at: str) -> Iterator[Watch]:
    """Yield them."""
    yield Watch(
        "kms",
        "the key that seals does not work",
        f"min(last_1m):min:{OK}{{{at}}} < 1",
        "KMS does not encrypt and decrypt by the key that seals. Who runs goes on; who restarts stays sealed or ends.",
        "kms-key-unusable",
        page=True,
        thresholds={"critical": 1},
        silent=True,
    )
    if spec.software.product == "vault":
        yield Watch(
            "seal-unreachable",
            "a server cannot reach its seal",
            f"min(last_5m):max:{metrics()['vault_seal_unreachable_time'].datadog}{{{at}}} > 0",
            "A server has not reached KMS for {{value}} ms.",
            "kms-key-unusable",
            page=True,
            thresholds={"critical": 0},
        )
    renewal = (seconds(spec.certificates.renew_before) or 0) / _DAY_S
    yield Watch(
        "certificate",
        "a certificate was not renewed",
        f"min(last_15m):min:{CERTIFICATE}{{{at}}} by {{pod_name}} < {renewal / 2:g}",
        "The certificate of {{pod_name.name}} ends in {{value}} days, and should have been renewed long ago.",
        "certificate-expired",
        page=True,
        thresholds={"critical": renewal / 2, "warning": renewal * 0.75},
    )
    yield Watch(
        "certificate-stale",
        "a server serves another certificate than is mounted",
        f"min(last_15m):max:{STALE}{{{at}}} > 0",
        "For a quarter of an hour a server has not taken up the certificate that is mounted.",
        "certificate-expired",
        page=False,
        thresholds={"critical": 0},
    )
